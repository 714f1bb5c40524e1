package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestScanner_ReadsWhatEncodingCSVWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Every record begins with a field that is not blank: encoding/csv writes a
		// record of one blank field as an empty line.
		field := rapid.StringMatching(`[a-z",;\né£ ]{0,12}`)
		record := rapid.SliceOfN(field, 1, 5)
		var want [][]string
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
		for _, rest := range rapid.SliceOfN(record, 1, 30).Draw(t, "records") {
			fields := append([]string{"x"}, rest...)
			if err := w.Write(fields); err != nil {
				t.Fatal(err)
			}
			want = append(want, fields)
		}
		w.Flush()
		s := newScanner(iotest.OneByteReader(bytes.NewReader(file.Bytes())), ',')
		for _, fields := range want {
			wrong, more := s.scan()
			if !more || wrong != nil {
				t.Fatalf("ended early: %v %v", wrong, s.err)
			}
			for i, got := range s.fields {
				if text := strings.ReplaceAll(string(got), "\r\n", "\n"); text != fields[i] {
					t.Fatalf("field %d is %q, want %q", i, text, fields[i])
				}
			}
			if len(s.fields) != len(fields) {
				t.Fatalf("%d fields, want %d", len(s.fields), len(fields))
			}
		}
		if _, more := s.scan(); more {
			t.Fatal("there is more than was written")
		}
	})
}

// scanned lists what a scanner makes of a text: records with their lines, and codes.
func scanned(text string) (got []string, lines []int64) {
	s := newScanner(strings.NewReader(text), ',')
	for {
		wrong, more := s.scan()
		if !more {
			return got, lines
		}
		lines = append(lines, s.line)
		if wrong != nil {
			got = append(got, string(wrong.code)+" "+string(s.raw))
			continue
		}
		got = append(got, strings.Join(strings.Fields(string(bytes.Join(s.fields, []byte("|")))), "_"))
	}
}

func TestScanner_ABadLineCostsOnlyItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		want  []string
		lines []int64
	}{
		"quote that is never closed": {"a,\"b\nc,d\ne,f\n", []string{`BAD_QUOTES a,"b`, "c|d", "e|f"}, []int64{1, 2, 3}},
		"open quote, then quotes":    {"a,\"b\n\"c\",d\ne,f\n", []string{`BAD_QUOTES a,"b`, "c|d", "e|f"}, []int64{1, 2, 3}},
		"text behind a quote":        {"\"a\"b,c\nd,e\n", []string{`BAD_QUOTES "a"b,c`, "d|e"}, []int64{1, 2}},
		"field over two lines":       {"a,\"b\nc\"\nd,e\n", []string{"a|b_c", "d|e"}, []int64{1, 3}},
		"quote in a plain field":     {"a,5\" nail\nb,c\n", []string{`a|5"_nail`, "b|c"}, []int64{1, 2}},
		"bytes that are no text":     {"a,\xff\nb,c\n", []string{"BAD_ENCODING a,\xff", "b|c"}, []int64{1, 2}},
		"a NUL":                      {"a,\x00\nb,c\n", []string{"BAD_ENCODING a,\x00", "b|c"}, []int64{1, 2}},
		"empty lines":                {"a,b\n\n\r\nc,d\n", []string{"a|b", "c|d"}, []int64{1, 4}},
		"no line end at the end":     {"a,b\nc,d", []string{"a|b", "c|d"}, []int64{1, 2}},
		"byte order mark":            {"\ufeff\"a\",b\n", []string{"a|b"}, []int64{1}},
		"blank fields":               {",\n\"\",\"\"\"\"\n", []string{"|", `|"`}, []int64{1, 2}},
	} {
		got, lines := scanned(c.text)
		if !slices.Equal(got, c.want) || !slices.Equal(lines, c.lines) {
			t.Errorf("%s: %q in lines %d, want %q in %d", name, got, lines, c.want, c.lines)
		}
	}
}

func TestScanner_SkipsALineThatIsTooLong(t *testing.T) {
	t.Parallel()
	got, lines := scanned("a,b\n" + strings.Repeat("x", 3*maxRecord) + "\nc,d\n")
	if len(got) != 3 || !strings.HasPrefix(got[1], "TOO_LONG xxx") || got[2] != "c|d" || lines[2] != 3 {
		t.Fatalf("%.60q in lines %d", got, lines)
	}
}

func TestScanner_KeepsTheReadError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	s := newScanner(io.MultiReader(strings.NewReader("a,b\nc"), iotest.ErrReader(broken)), ',')
	if wrong, more := s.scan(); wrong != nil || !more {
		t.Fatal("the first record was lost")
	}
	if _, more := s.scan(); more || !errors.Is(s.err, broken) {
		t.Fatalf("half a record was given out, or the error was lost: %v", s.err)
	}
}

func FuzzScanner(f *testing.F) {
	f.Add([]byte("a,\"b\"\"\nc\",d\r\n\"e"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := newScanner(bytes.NewReader(text), ',')
		last := int64(0)
		for {
			_, more := s.scan()
			if !more {
				break
			}
			if s.line <= last || s.line > int64(bytes.Count(text, []byte("\n")))+1 {
				t.Fatalf("line %d after line %d", s.line, last)
			}
			last = s.line
		}
		if s.err != nil || s.start != s.end {
			t.Fatalf("%d bytes were left: %v", s.end-s.start, s.err)
		}
	})
}
