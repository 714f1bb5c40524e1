package domain

import (
	"strconv"
	"time"
)

// MaxStatementLines is how many movements a statement on paper takes: some 250 pages. A longer period is asked for in parts.
const MaxStatementLines = 5_000

// PaperLifetime is how long the link to a paper opens it.
const PaperLifetime = 15 * time.Minute

// ExportLifetime is how long the link to the file of a customer works.
const ExportLifetime = 10 * time.Minute

// TimedLink is a way to a file that needs no sign-in: whoever has the ticket may use it until it ends.
type TimedLink struct {
	Ticket    string
	ExpiresAt time.Time
}

// StatementLine is a movement of points as a statement on paper shows it.
type StatementLine struct {
	WalletEntry
	OrderNumber string // empty when no order is concerned
}

// StatementPaper is everything that a statement on paper says.
type StatementPaper struct {
	Statement
	Business Business
	Customer Customer
	Lines    []StatementLine // oldest first
	Locale   Locale
	MadeAt   time.Time
}

// CheckStatement refuses a statement with more movements than paper takes.
func CheckStatement(movements int64) Refused {
	if movements > MaxStatementLines {
		return Refused{{Code: CodeTooLarge, Field: []string{"to"}, Rule: "statement", Limit: MaxStatementLines}}
	}
	return nil
}

// Zone is the time zone of the dates on paper: the customer's, else the business's, else UTC.
func (p StatementPaper) Zone() *time.Location {
	return ZoneOf(p.Customer, p.Business)
}

// ZoneOf is the time zone in which a customer lives: their own, else the business's, else UTC.
func ZoneOf(c Customer, b Business) *time.Location { return firstZone(deref(c.TimeZone), b.TimeZone) }

// Zone is the time zone of the business, UTC when it is not known.
func (b Business) Zone() *time.Location { return firstZone(b.TimeZone) }

// firstZone is the first zone that is known, UTC when none is.
func firstZone(names ...string) *time.Location {
	for _, name := range names {
		if name == "" {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// Period is the period in words, for example "1 ноября 2026 – 30 ноября 2026". Days that are whole are told without the hour.
func (p StatementPaper) Period() string {
	from, to := p.From.In(p.Zone()), p.To.In(p.Zone())
	if midnight(from) && midnight(to) {
		last := to.AddDate(0, 0, -1)
		if from.Format(time.DateOnly) == last.Format(time.DateOnly) {
			return DayText(from, p.Zone(), p.Locale)
		}
		return DayText(from, p.Zone(), p.Locale) + " – " + DayText(last, p.Zone(), p.Locale)
	}
	return MomentText(from, p.Zone(), p.Locale) + " – " + MomentText(to, p.Zone(), p.Locale)
}

func midnight(t time.Time) bool {
	return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0
}

// DayText is a day for people with its year, for example "24 ноября 2026" or "24 November 2026".
func DayText(t time.Time, zone *time.Location, l Locale) string {
	t = t.In(zone)
	month := t.Month().String()
	if l != EN {
		month = monthsRU[t.Month()-1]
	}
	return strconv.Itoa(t.Day()) + "\u00a0" + month + "\u00a0" + strconv.Itoa(t.Year())
}

// MomentText is an instant for people with its year, for example "24 ноября 2026, 14:30".
func MomentText(t time.Time, zone *time.Location, l Locale) string {
	return DayText(t, zone, l) + ", " + t.In(zone).Format("15:04")
}

// CauseText is why points moved, in general words.
func CauseText(c Cause, l Locale) string { return causeWords[c].In(l) }

// FileName is what the paper is called when it is kept, for example "statement-2026-11-01-2026-11-30.pdf".
func (p StatementPaper) FileName() string {
	last := p.To.In(p.Zone())
	if midnight(last) {
		last = last.AddDate(0, 0, -1)
	}
	return "statement-" + p.From.In(p.Zone()).Format(time.DateOnly) + "-" + last.Format(time.DateOnly) + ".pdf"
}
