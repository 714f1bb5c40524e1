package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/transform"
)

// table is a CSV file with a header, as its mapping says it is written.
type table struct {
	scan   *scanner
	header []string
	nulls  [][]byte
	mark   byte
}

// absent is the position of a column that the mapping leaves out.
const absent = -1

func newTable(r io.Reader, f *Format) (*table, error) {
	charset, err := f.charset()
	if err != nil {
		return nil, err
	}
	if charset != nil {
		r = transform.NewReader(r, charset.NewDecoder())
	}
	t := &table{scan: newScanner(r, f.Delimiter[0]), mark: f.DecimalMark[0]}
	for _, null := range f.Nulls {
		t.nulls = append(t.nulls, []byte(null))
	}
	wrong, ok := t.scan.scan()
	switch {
	case t.scan.err != nil:
		return nil, t.scan.err
	case !ok:
		return nil, errors.New("the input is empty: a header is needed")
	case wrong != nil:
		return nil, fmt.Errorf("the header cannot be read: %s", wrong.words)
	}
	for _, field := range t.scan.fields {
		t.header = append(t.header, strings.TrimSpace(string(field)))
	}
	t.scan.columns = len(t.header)
	return t, nil
}

// HeaderError says that a header lacks columns, or has some twice.
type HeaderError struct {
	Missing []string // in the order of the alphabet, as Twice
	Twice   []string
	Header  []string
}

func (e *HeaderError) Error() string {
	var words []string
	for _, name := range e.Missing {
		words = append(words, fmt.Sprintf("column %q is not in the header: %s", name, strings.Join(e.Header, ", ")))
	}
	for _, name := range e.Twice {
		words = append(words, fmt.Sprintf("column %q stands twice in the header", name))
	}
	return strings.Join(words, "\n")
}

// columns finds header names. A name that is empty gives absent; one that the
// header lacks or has twice is a HeaderError.
func (t *table) columns(want map[*int]string) error {
	wrong := &HeaderError{Header: t.header}
	for position, name := range want {
		*position = absent
		if name == "" {
			continue
		}
		for i, have := range t.header {
			if have != name {
				continue
			}
			if *position != absent {
				wrong.Twice = append(wrong.Twice, name)
			}
			*position = i
		}
		if *position == absent {
			wrong.Missing = append(wrong.Missing, name)
		}
	}
	if len(wrong.Missing)+len(wrong.Twice) == 0 {
		return nil
	}
	slices.Sort(wrong.Missing)
	slices.Sort(wrong.Twice)
	return wrong
}

// next reads a record with as many fields as the header. The reject is set when
// there is a record and it is not sound; more is false at the end.
func (t *table) next() (reject *Reject, more bool) {
	wrong, more := t.scan.scan()
	if !more {
		return nil, false
	}
	if wrong == nil && len(t.scan.fields) != len(t.header) {
		words := fmt.Sprintf("%d fields, the header has %d", len(t.scan.fields), len(t.header))
		wrong = &problem{FieldCount, "", words}
	}
	if wrong != nil {
		return wrong.at(t.scan.line, t.scan.raw), true
	}
	return nil, true
}

// value is a field without the blanks around it; nil when it is null or its
// column is not mapped.
func (t *table) value(column int) []byte {
	if column == absent {
		return nil
	}
	field := t.scan.fields[column]
	if n := len(field); n > 0 && (field[0] <= ' ' || field[n-1] <= ' ' || field[0] >= 0x80 || field[n-1] >= 0x80) {
		field = bytes.TrimSpace(field)
	}
	for _, null := range t.nulls {
		if bytes.Equal(field, null) {
			return nil
		}
	}
	return field
}

// number reads a whole number that must be there.
func (t *table) number(column int) (int64, *problem) {
	value := t.value(column)
	if value == nil {
		return 0, missingProblem(t.header[column])
	}
	number, code := parseWhole(value, t.mark)
	if code != "" {
		return 0, numberProblem(code, t.header[column], value)
	}
	return number, nil
}

// amount reads a decimal that must be there.
func (t *table) amount(column, exponent int) (Amount, *problem) {
	value := t.value(column)
	if value == nil {
		return 0, missingProblem(t.header[column])
	}
	amount, code := ParseAmount(value, exponent, t.mark)
	if code != "" {
		return 0, numberProblem(code, t.header[column], value)
	}
	return amount, nil
}

// interner makes one string of equal fields, so that a column of few values
// costs no memory for each line.
type interner struct {
	last string
	seen map[string]string
}

// maxInterned bounds the memory of a column whose values are all different.
const maxInterned = 1 << 17

func (in *interner) of(value []byte) string {
	if string(value) == in.last {
		return in.last
	}
	known, ok := in.seen[string(value)]
	if !ok {
		if in.seen == nil || len(in.seen) == maxInterned {
			in.seen = make(map[string]string)
		}
		known = string(value)
		in.seen[known] = known
	}
	in.last = known
	return known
}
