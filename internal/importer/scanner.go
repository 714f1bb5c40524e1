package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	maxRecord      = 1 << 20 // bytes
	maxRecordLines = 64      // lines that one quoted record may run over
)

// scanner cuts a CSV file into records. It differs from encoding/csv where an
// import needs it: a quote that is never closed costs one line and not the rest
// of the file, the record stays at hand as it was written, and no string is
// made. A quote inside an unquoted field is taken as it is.
type scanner struct {
	from      io.Reader
	delimiter byte
	columns   int // fields of a record; 0 while the header is not read

	buf        []byte
	start, end int  // unread part of buf
	ended      bool // from has nothing more
	line       int64
	next       int64 // number of the line at start

	raw    []byte   // the record, valid until the next call of scan
	fields [][]byte // parts of raw or of plain
	plain  []byte   // quoted fields without their quotes
	err    error
}

func newScanner(from io.Reader, delimiter byte) *scanner {
	s := &scanner{from: from, delimiter: delimiter, buf: make([]byte, 1<<18), next: 1}
	byteOrderMark := []byte("\ufeff")
	for s.end < len(byteOrderMark) && s.fill() {
	}
	if bytes.HasPrefix(s.buf[:s.end], byteOrderMark) {
		s.start = len(byteOrderMark)
	}
	return s
}

// scan reads the next record that is not an empty line. It reports false at the
// end and on a read error (err). The problem is not nil when the record
// cannot be cut into fields; the next call goes on behind it.
func (s *scanner) scan() (*problem, bool) {
	for {
		width, ok := s.lineWidth(0)
		if !ok {
			return s.overlong()
		}
		if width == 0 {
			return nil, false
		}
		s.line = s.next
		s.raw = trimLineEnd(s.buf[s.start : s.start+width])
		if len(s.raw) == 0 {
			s.skip(width, 1)
			continue
		}
		if bytes.IndexByte(s.raw, '"') < 0 {
			s.split(s.raw)
			s.skip(width, 1)
			return s.checkText(), true
		}
		return s.scanQuoted(width)
	}
}

// scanQuoted reads a record with quotes, which may run over several lines. When
// that does not end well, only its first line is refused: the quote that opens
// there may be the mistake, and the lines behind it are likely sound.
func (s *scanner) scanQuoted(width int) (*problem, bool) {
	first := width
	for lines := 1; ; lines++ {
		s.raw = trimLineEnd(s.buf[s.start : s.start+width])
		open, sound := s.splitQuoted(s.raw)
		if !open && sound && (lines == 1 || s.columns == 0 || len(s.fields) == s.columns) {
			s.skip(width, lines)
			return s.checkText(), true
		}
		words := "text follows a closing quote"
		if open || lines > 1 {
			words = "a quoted field is not closed"
		}
		more, ok := 0, false
		if open && lines < maxRecordLines {
			more, ok = s.lineWidth(width)
		}
		if !ok || more == 0 {
			s.raw = trimLineEnd(s.buf[s.start : s.start+first])
			s.skip(first, 1)
			return &problem{BadQuotes, "", words}, s.err == nil
		}
		width += more
	}
}

// overlong skips a line that does not fit.
func (s *scanner) overlong() (*problem, bool) {
	if s.err != nil {
		return nil, false
	}
	s.line = s.next
	s.raw = bytes.ToValidUTF8(append([]byte(nil), s.buf[s.start:s.start+200]...), nil)
	for {
		if at := bytes.IndexByte(s.buf[s.start:s.end], '\n'); at >= 0 {
			s.skip(at+1, 1)
			break
		}
		s.start, s.end = 0, 0
		if !s.fill() {
			s.next++
			break
		}
	}
	return &problem{TooLong, "", fmt.Sprintf("the line is longer than %d bytes", maxRecord)}, s.err == nil
}

// lineWidth is the number of bytes of the line that begins offset bytes after
// start, its line end included; 0 at the end of the file. It reports false when
// the record would be longer than maxRecord, or on a read error.
func (s *scanner) lineWidth(offset int) (int, bool) {
	searched := offset
	for {
		if at := bytes.IndexByte(s.buf[s.start+searched:s.end], '\n'); at >= 0 {
			return searched + at + 1 - offset, true
		}
		searched = s.end - s.start
		if searched > maxRecord {
			return 0, false
		}
		if !s.fill() {
			return searched - offset, s.err == nil
		}
	}
}

// fill reads more behind end, after moving or growing the buffer if it is full.
func (s *scanner) fill() bool {
	if s.ended || s.err != nil {
		return false
	}
	if s.end == len(s.buf) {
		if s.start > 0 {
			s.end = copy(s.buf, s.buf[s.start:s.end])
			s.start = 0
		} else {
			s.buf = append(s.buf, make([]byte, len(s.buf))...)
		}
	}
	n, err := io.ReadAtLeast(s.from, s.buf[s.end:], 1)
	s.end += n
	switch {
	case err == nil:
	case errors.Is(err, io.EOF) && n == 0:
		s.ended = true
	default:
		s.err = fmt.Errorf("read the input after line %d: %w", s.next-1, err)
	}
	return n > 0
}

func (s *scanner) skip(width, lines int) {
	s.start += width
	s.next += int64(lines)
}

func (s *scanner) split(record []byte) {
	s.fields = s.fields[:0]
	for {
		at := bytes.IndexByte(record, s.delimiter)
		if at < 0 {
			s.fields = append(s.fields, record)
			return
		}
		s.fields = append(s.fields, record[:at])
		record = record[at+1:]
	}
}

// splitQuoted cuts a record that has quotes. It reports open when the record
// ends inside a quoted field, and sound when every quoted field ends at a
// delimiter.
func (s *scanner) splitQuoted(record []byte) (open, sound bool) {
	s.fields = s.fields[:0]
	if cap(s.plain) < len(record) {
		s.plain = make([]byte, 0, 2*len(record))
	}
	s.plain = s.plain[:0]
	for {
		if len(record) == 0 || record[0] != '"' {
			at := bytes.IndexByte(record, s.delimiter)
			if at < 0 {
				s.fields = append(s.fields, record)
				return false, true
			}
			s.fields = append(s.fields, record[:at])
			record = record[at+1:]
			continue
		}
		begin := len(s.plain)
		record = record[1:]
		for {
			at := bytes.IndexByte(record, '"')
			if at < 0 {
				return true, true
			}
			s.plain = append(s.plain, record[:at]...)
			record = record[at+1:]
			if len(record) == 0 || record[0] != '"' {
				break
			}
			s.plain = append(s.plain, '"')
			record = record[1:]
		}
		s.fields = append(s.fields, s.plain[begin:len(s.plain):len(s.plain)])
		if len(record) == 0 {
			return false, true
		}
		if record[0] != s.delimiter {
			return false, false
		}
		record = record[1:]
	}
}

// checkText refuses what a database of text would refuse later.
func (s *scanner) checkText() *problem {
	if !utf8.Valid(s.raw) {
		return &problem{BadEncoding, "", "the line is not text in the encoding of the mapping"}
	}
	if bytes.IndexByte(s.raw, 0) >= 0 {
		return &problem{BadEncoding, "", "the line has a NUL character"}
	}
	return nil
}

func trimLineEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
