// Testsum reads what `go test -json` writes and prints what a person wants of it: a line for each package as it ends, the
// output of tests that failed, the names of those skipped, and a closing line "N passed, N failed" (with ", N skipped" when
// there are any). A test with subtests is not counted beside them, so each check counts once; a package that does not
// build or dies counts as one failure. It exits with 1 when anything failed or nothing ran.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	sum := newSummary(os.Stdout)
	if err := sum.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(2)
	}
	if !sum.close() {
		os.Exit(1)
	}
}

// event is one line of `go test -json`; go doc test2json describes it.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a build
	Test        string
	Elapsed     float64 // seconds
	Output      string
	FailedBuild string
}

type test struct {
	result string // pass, fail or skip; empty while it runs
	parent bool   // whether it has subtests
	failed bool   // whether a subtest failed
	output strings.Builder
}

// pkg is a package of which some test has not been reported yet.
type pkg struct {
	tests  map[string]*test
	order  []string
	output strings.Builder // what the package printed outside its tests
}

type summary struct {
	out      io.Writer
	packages map[string]*pkg

	passed, failed int
	skipped        []string
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, packages: map[string]*pkg{}}
}

func (s *summary) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			s.line(line)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

func (s *summary) line(line string) {
	var e event
	if json.Unmarshal([]byte(line), &e) != nil {
		fmt.Fprint(s.out, line)
		return
	}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(s.out, e.Output)
	case e.Package == "":
	case e.Test == "":
		s.packageEvent(e)
	default:
		s.testEvent(e)
	}
}

func (s *summary) pkg(path string) *pkg {
	p := s.packages[path]
	if p == nil {
		p = &pkg{tests: map[string]*test{}}
		s.packages[path] = p
	}
	return p
}

func (p *pkg) test(name string) *test {
	t := p.tests[name]
	if t == nil {
		t = &test{}
		p.tests[name] = t
		p.order = append(p.order, name)
	}
	return t
}

func (s *summary) testEvent(e event) {
	p := s.pkg(e.Package)
	t := p.test(e.Test)
	switch e.Action {
	case "output":
		if !strings.HasPrefix(e.Output, "=== ") {
			t.output.WriteString(e.Output)
		}
	case "pass", "skip", "fail":
		t.result = e.Action
	default:
		return
	}
	if cut := strings.LastIndex(e.Test, "/"); cut >= 0 && t.result != "" {
		parent := p.test(e.Test[:cut])
		parent.parent = true
		parent.failed = parent.failed || t.result == "fail" || t.failed
	}
}

func (s *summary) packageEvent(e event) {
	p := s.pkg(e.Package)
	switch e.Action {
	case "output":
		p.output.WriteString(e.Output)
		return
	case "pass":
		p.pass()
		s.count(e.Package, p)
		fmt.Fprintf(s.out, "ok    %-32s %7.1f s\n", e.Package, e.Elapsed)
	case "skip":
		fmt.Fprintf(s.out, "none  %s\n", e.Package)
	case "fail":
		if s.count(e.Package, p) == 0 {
			s.failed++
			fmt.Fprint(s.out, p.output.String())
		}
		fmt.Fprintf(s.out, "FAIL  %-32s %7.1f s\n", e.Package, e.Elapsed)
	default:
		return
	}
	delete(s.packages, e.Package)
}

// pass gives its result to each test of a package that passed. One that printed half a line may seem not to have ended,
// as the line of its result is then not seen for one.
func (p *pkg) pass() {
	for _, t := range p.tests {
		if t.result == "" {
			t.result = "pass"
		}
	}
}

// count adds up the tests of a package that has ended, prints those that failed and returns how many did. A test that
// never ended, as in a crash, has failed.
func (s *summary) count(path string, p *pkg) (failed int) {
	for _, name := range p.order {
		t := p.tests[name]
		switch {
		case t.result == "pass" && !t.parent:
			s.passed++
		case t.result == "skip":
			s.skipped = append(s.skipped, path+" "+name)
		case t.result == "pass":
		case t.parent && t.failed && t.result == "fail":
			fmt.Fprint(s.out, t.output.String())
		default:
			failed++
			fmt.Fprintf(s.out, "--- %s %s\n%s", path, name, t.output.String())
		}
	}
	s.failed += failed
	return failed
}

// close prints the closing line and reports whether all is well.
func (s *summary) close() bool {
	for path, p := range s.packages {
		if s.count(path, p) == 0 {
			s.failed++
		}
		fmt.Fprintf(s.out, "FAIL  %s did not end\n", path)
	}
	slices.Sort(s.skipped)
	for _, name := range s.skipped {
		fmt.Fprintln(s.out, "skipped:", name)
	}
	fmt.Fprintf(s.out, "%d passed, %d failed", s.passed, s.failed)
	if n := len(s.skipped); n > 0 {
		fmt.Fprintf(s.out, ", %d skipped", n)
	}
	fmt.Fprintln(s.out)
	return s.failed == 0 && s.passed > 0
}
