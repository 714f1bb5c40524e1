package importer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// datePart is one step of a date format: a number of some digits, or a literal.
type datePart struct {
	field   byte // 'Y', 'M', 'D', 'h', 'm', 's', or 0 for a literal
	digits  int  // exact number of digits; 1 means one or two
	literal byte
}

// compileDates reads a format such as "YYYY-MM-DD hh:mm:ss" or "D.M.YYYY h:mm".
func compileDates(format string) ([]datePart, error) {
	var parts []datePart
	seen := map[byte]bool{}
	for i := 0; i < len(format); {
		c := format[i]
		if !strings.ContainsRune("YMDhms", rune(c)) {
			parts = append(parts, datePart{literal: c})
			i++
			continue
		}
		width := 1
		for i+width < len(format) && format[i+width] == c {
			width++
		}
		if (c == 'Y' && width != 4) || (c != 'Y' && width > 2) {
			return nil, fmt.Errorf("%q is not understood in %q", format[i:i+width], format)
		}
		if seen[c] {
			return nil, fmt.Errorf("%q stands twice in %q", string(c), format)
		}
		seen[c] = true
		parts = append(parts, datePart{field: c, digits: width})
		i += width
	}
	if !seen['Y'] || !seen['M'] || !seen['D'] {
		return nil, errors.New("a date format needs YYYY, MM and DD")
	}
	return parts, nil
}

// clock reads local times of one format and zone. Neighbouring lines mostly
// carry the same moment, so it remembers the last one.
type clock struct {
	parts  []datePart
	zone   *time.Location
	last   []byte
	moment time.Time
}

// parse gives the moment in UTC. A local time that the zone repeats or leaves
// out when clocks change is taken as time.Date takes it.
func (c *clock) parse(text []byte) (time.Time, bool) {
	if len(c.last) > 0 && bytes.Equal(text, c.last) {
		return c.moment, true
	}
	var year, hour, minute, second int
	month, day := 0, 0
	rest := text
	for _, part := range c.parts {
		if part.field == 0 {
			if len(rest) == 0 || rest[0] != part.literal {
				return time.Time{}, false
			}
			rest = rest[1:]
			continue
		}
		value, width := leadingNumber(rest, max(part.digits, 2))
		if width == 0 || (part.digits > 1 && width != part.digits) {
			return time.Time{}, false
		}
		rest = rest[width:]
		switch part.field {
		case 'Y':
			year = value
		case 'M':
			month = value
		case 'D':
			day = value
		case 'h':
			hour = value
		case 'm':
			minute = value
		case 's':
			second = value
		}
	}
	if len(rest) != 0 || !isDay(year, month, day) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	c.moment = time.Date(year, time.Month(month), day, hour, minute, second, 0, c.zone).UTC()
	c.last = append(c.last[:0], text...)
	return c.moment, true
}

func leadingNumber(text []byte, most int) (value, width int) {
	for width < len(text) && width < most && text[width] >= '0' && text[width] <= '9' {
		value = value*10 + int(text[width]-'0')
		width++
	}
	return value, width
}

// isDay accepts the days of the calendar from 1900 on.
func isDay(year, month, day int) bool {
	if year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// monthNumber reads an English month name, its first three letters, or a number;
// 0 when it is none.
func monthNumber(text []byte) int {
	if value, width := leadingNumber(text, 2); width > 0 {
		if width == len(text) && value <= 12 {
			return value
		}
		return 0
	}
	for month := time.January; month <= time.December; month++ {
		name := month.String()
		if strings.EqualFold(name, string(text)) || strings.EqualFold(name[:3], string(text)) {
			return int(month)
		}
	}
	return 0
}
