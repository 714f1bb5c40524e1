package main

import (
	"strings"
	"testing"
)

func TestSummary_CountsEachCheckOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		events string
		last   string
		says   string
		well   bool
	}{
		"passes": {
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Elapsed":0.2}`,
			last: "1 passed, 0 failed", says: "ok    p", well: true,
		},
		"subtests instead of their parent": {
			events: `
{"Action":"output","Package":"p","Test":"TestA/one","Output":"the reason\n"}
{"Action":"fail","Package":"p","Test":"TestA/one"}
{"Action":"pass","Package":"p","Test":"TestA/two"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p","Elapsed":0.2}`,
			last: "1 passed, 1 failed", says: "the reason",
		},
		"a parent that fails by itself": {
			events: `
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`,
			last: "1 passed, 1 failed", says: "--- p TestA",
		},
		"a package that does not build": {
			events: `
{"ImportPath":"p","Action":"build-output","Output":"p/a.go:1:1: no such thing\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`,
			last: "0 passed, 1 failed", says: "no such thing",
		},
		"a crash in the middle of a test": {
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oh\n"}
{"Action":"fail","Package":"p"}`,
			last: "0 passed, 1 failed", says: "panic: oh",
		},
		"a stream that was cut off": {
			events: `
{"Action":"run","Package":"p","Test":"TestA"}`,
			last: "0 passed, 1 failed", says: "did not end",
		},
		"a TestMain that exits": {
			events: `
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"found leaked goroutines\n"}
{"Action":"fail","Package":"p"}`,
			last: "1 passed, 1 failed", says: "leaked",
		},
		"a result that is hidden behind half a line": {
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"half--- PASS: TestA (0.00s)\n"}
{"Action":"pass","Package":"p"}`,
			last: "1 passed, 0 failed", says: "ok    p", well: true,
		},
		"skipped tests by name": {
			events: `
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p"}`,
			last: "1 passed, 0 failed, 1 skipped", says: "skipped: p TestB", well: true,
		},
		"nothing at all": {events: "plain words", last: "0 passed, 0 failed", says: "plain words"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			sum := newSummary(&out)
			if err := sum.read(strings.NewReader(strings.TrimSpace(c.events) + "\n")); err != nil {
				t.Fatal(err)
			}
			well := sum.close()
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if last := lines[len(lines)-1]; last != c.last || well != c.well || !strings.Contains(out.String(), c.says) {
				t.Errorf("%q, well %v; want %q and %q, well %v; all:\n%s", last, well, c.last, c.says, c.well, &out)
			}
		})
	}
}
