package importer

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// RejectCode names why a line was not taken. Codes are stable: a person sorts
// a reject file by them, a program may act on them.
type RejectCode string

// The reasons a line is rejected for.
const (
	FieldCount     RejectCode = "FIELD_COUNT"     // more or fewer fields than the header
	BadQuotes      RejectCode = "BAD_QUOTES"      // a quoted field that does not end properly
	TooLong        RejectCode = "TOO_LONG"        // a record longer than one mebibyte
	BadEncoding    RejectCode = "BAD_ENCODING"    // bytes that are no text in the file's encoding, or a NUL
	Missing        RejectCode = "MISSING"         // a value that must be there is blank
	BadNumber      RejectCode = "BAD_NUMBER"      // not a number, or not a whole one where one is needed
	TooPrecise     RejectCode = "TOO_PRECISE"     // more decimals than can be kept exactly
	TooLarge       RejectCode = "TOO_LARGE"       // beyond what any sale can be
	BadDate        RejectCode = "BAD_DATE"        // does not follow the format, or no such day
	ZeroQuantity   RejectCode = "ZERO_QUANTITY"   // a line that sells nothing
	BadSign        RejectCode = "BAD_SIGN"        // a sign that contradicts the kind of the line
	OtherCustomer  RejectCode = "OTHER_CUSTOMER"  // not the customer that the invoice has so far
	UnknownStatus  RejectCode = "UNKNOWN_STATUS"  // a status that the mapping does not name
	StatusConflict RejectCode = "STATUS_CONFLICT" // the cancellation mark and the status disagree
	NegativeCount  RejectCode = "NEGATIVE_COUNT"  // a negative number of nights, guests or days
)

// Reject is one line of the file that was not taken.
type Reject struct {
	Line   int64      // number of the record's first line in the file; the header is line 1
	Code   RejectCode // why
	Column string     // header name of the offending column; empty when it is the whole line
	Words  string     // the reason as a sentence for a person, with the offending value
	Raw    string     // the record as it stands in the file, without its line end
}

// RejectWriter writes rejects as a CSV file with the columns line, code,
// column, words, record. The header is written with the first reject, so a
// clean import leaves an empty file.
type RejectWriter struct {
	out     *csv.Writer
	started bool
}

// NewRejectWriter writes to w. The caller calls Flush before closing w.
func NewRejectWriter(w io.Writer) *RejectWriter {
	return &RejectWriter{out: csv.NewWriter(w)}
}

// Write adds one reject.
func (w *RejectWriter) Write(r *Reject) error {
	if !w.started {
		w.started = true
		if err := w.out.Write([]string{"line", "code", "column", "words", "record"}); err != nil {
			return fmt.Errorf("write the header of the reject file: %w", err)
		}
	}
	record := []string{strconv.FormatInt(r.Line, 10), string(r.Code), r.Column, r.Words, r.Raw}
	if err := w.out.Write(record); err != nil {
		return fmt.Errorf("write the reject of line %d: %w", r.Line, err)
	}
	return nil
}

// Flush hands everything written so far to the underlying writer.
func (w *RejectWriter) Flush() error {
	w.out.Flush()
	if err := w.out.Error(); err != nil {
		return fmt.Errorf("flush the reject file: %w", err)
	}
	return nil
}

// problem is a reject before it knows its line.
type problem struct {
	code   RejectCode
	column string
	words  string
}

func (p *problem) at(line int64, raw []byte) *Reject {
	return &Reject{Line: line, Code: p.code, Column: p.column, Words: p.words, Raw: string(raw)}
}

// numberProblem puts a parsing code into words.
func numberProblem(code RejectCode, column string, value []byte) *problem {
	words := map[RejectCode]string{
		BadNumber:  "is not a number that can stand here",
		TooPrecise: "has more decimals than can be kept exactly",
		TooLarge:   "is too large",
	}[code]
	return &problem{code, column, fmt.Sprintf("%s: %q %s", column, clip(value), words)}
}

func missingProblem(column string) *problem {
	return &problem{Missing, column, column + " is blank"}
}

// clip keeps the quoted value in a sentence short; the record itself is whole.
func clip(value []byte) string {
	const limit = 60
	if len(value) <= limit {
		return string(value)
	}
	return string(value[:limit]) + "…"
}
