package importer

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"iter"
	"slices"
	"strconv"
	"time"
)

// BookingStatus is how a booking ended.
type BookingStatus uint8

// The ends of a booking.
const (
	Completed BookingStatus = iota // the guests came and left
	Cancelled                      // called off before arrival
	NoShow                         // nobody came; counted among the cancelled
)

// String is the status as it is written in tables and messages.
func (s BookingStatus) String() string {
	return [...]string{"COMPLETED", "CANCELLED", "NO_SHOW"}[s]
}

// Flags are the rules by which a booking looks odd. An odd booking is imported
// and counted like any other; the flags are for a person to look at.
type Flags uint16

// The rules.
const (
	NegativeRate   Flags = 1 << iota // the rate for a night is below zero
	ZeroRate                         // the rate is zero
	ZeroNights                       // arrival and departure are the same day
	Nobody                           // no adults, children or babies
	NoAdult                          // children or babies without an adult
	UnknownGuests                    // a number of guests is null; it counts as zero
	OtherDeparture                   // completed on another day than arrival + nights
	allFlags       = iota
)

var flagNames = [allFlags]string{
	"NEGATIVE_RATE", "ZERO_RATE", "ZERO_NIGHTS", "NOBODY", "NO_ADULT", "UNKNOWN_GUESTS", "OTHER_DEPARTURE",
}

// Names are the rules that flagged the booking, as they are written in tables;
// nil when there is nothing odd.
func (f Flags) Names() []string {
	var names []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Booking is one row of a list of bookings. Days are midnights in UTC and mean
// the calendar day at the property.
type Booking struct {
	Number     int64    // line of the file; the header is line 1
	Hash       [16]byte // of the whole row
	Occurrence int64    // 1 for the first row of this content in the file, 2 for the next
	Status     BookingStatus
	Flags      Flags

	BookedOn   time.Time // arrival less the lead time
	Arrival    time.Time
	Departure  time.Time // arrival and the nights
	StatusDate time.Time // when the status was reached; zero when not known

	LeadDays, Nights         int64
	Adults, Children, Babies int64

	Rate    Amount // for one night
	Revenue Amount // rate × nights, also of a booking that was cancelled

	// The following are as written; empty when not known.
	Property, RoomReserved, RoomAssigned, Meal, Segment, Channel string
	Country, Agent, Company, CustomerType, Deposit               string
}

// Key is the booking's identity within its source; see the package for what it
// promises.
func (b *Booking) Key() string {
	return hex.EncodeToString(b.Hash[:]) + "-" + strconv.FormatInt(b.Occurrence, 10)
}

// StaysReader reads bookings. It is used by one goroutine.
type StaysReader struct {
	mapping *StaysMapping
	table   *table
	dates   clock
	column  struct {
		year, month, day, lead, weekend, week, adults, children, babies, rate, status int
		cancelled, statusDate                                                         int
	}
	texts    []textColumn
	statuses map[string]BookingStatus

	order  []int // the columns by header name, for the hash
	salt   []byte
	hasher hash.Hash
	equal  map[[16]byte]int64
}

// textColumn carries a column into a field of Booking as it is.
type textColumn struct {
	column int
	into   func(*Booking) *string
	values interner
}

// NewStaysReader reads the header. A column that the mapping names and the
// header lacks is an error. The digest is that of the file ([Digest]); it is
// used only when the mapping says "repeats: new".
func NewStaysReader(r io.Reader, m *StaysMapping, digest string) (*StaysReader, error) {
	t, err := newTable(r, &m.Format)
	if err != nil {
		return nil, err
	}
	parts, err := compileDates(m.StatusDateFormat)
	if err != nil {
		return nil, err
	}
	s := &StaysReader{
		mapping: m, table: t, dates: clock{parts: parts, zone: time.UTC},
		statuses: map[string]BookingStatus{}, hasher: sha256.New(), equal: map[[16]byte]int64{},
	}
	for status, values := range map[BookingStatus][]string{
		Completed: m.Status.Completed, Cancelled: m.Status.Cancelled, NoShow: m.Status.NoShow,
	} {
		for _, value := range values {
			s.statuses[value] = status
		}
	}
	if m.Repeats == "new" {
		s.salt = []byte(digest)
	}
	for i := range t.header {
		s.order = append(s.order, i)
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(t.header[a], t.header[b]) })
	if err := s.findColumns(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *StaysReader) findColumns() error {
	m, c := &s.mapping.Columns, &s.column
	want := map[*int]string{
		&c.year: m.ArrivalYear, &c.month: m.ArrivalMonth, &c.day: m.ArrivalDay, &c.lead: m.LeadDays,
		&c.weekend: m.WeekendNights, &c.week: m.WeekNights, &c.adults: m.Adults, &c.children: m.Children,
		&c.babies: m.Babies, &c.rate: m.Rate, &c.status: m.Status,
		&c.cancelled: m.Cancelled, &c.statusDate: m.StatusDate,
	}
	names := []string{
		m.Property, m.RoomReserved, m.RoomAssigned, m.Meal, m.Segment, m.Channel,
		m.Country, m.Agent, m.Company, m.CustomerType, m.Deposit,
	}
	s.texts = []textColumn{
		{into: func(b *Booking) *string { return &b.Property }},
		{into: func(b *Booking) *string { return &b.RoomReserved }},
		{into: func(b *Booking) *string { return &b.RoomAssigned }},
		{into: func(b *Booking) *string { return &b.Meal }},
		{into: func(b *Booking) *string { return &b.Segment }},
		{into: func(b *Booking) *string { return &b.Channel }},
		{into: func(b *Booking) *string { return &b.Country }},
		{into: func(b *Booking) *string { return &b.Agent }},
		{into: func(b *Booking) *string { return &b.Company }},
		{into: func(b *Booking) *string { return &b.CustomerType }},
		{into: func(b *Booking) *string { return &b.Deposit }},
	}
	for i := range s.texts {
		want[&s.texts[i].column] = names[i]
	}
	return s.table.columns(want)
}

// Bookings yields each booking of the file, or the reject that stands for it.
// It runs once; the caller asks Err when it has ended.
func (s *StaysReader) Bookings() iter.Seq2[Booking, *Reject] {
	return func(yield func(Booking, *Reject) bool) {
		for {
			reject, more := s.table.next()
			if !more {
				return
			}
			var booking Booking
			if reject == nil {
				if wrong := s.read(&booking); wrong != nil {
					booking, reject = Booking{}, wrong.at(s.table.scan.line, s.table.scan.raw)
				}
			}
			if !yield(booking, reject) {
				return
			}
		}
	}
}

// Err is the error that ended Bookings before the end of the file, if any.
func (s *StaysReader) Err() error { return s.table.scan.err }

func (s *StaysReader) read(b *Booking) *problem {
	b.Number = s.table.scan.line
	s.identify(b)
	for i := range s.texts {
		text := &s.texts[i]
		*text.into(b) = text.values.of(s.table.value(text.column))
	}
	for _, step := range []func(*Booking) *problem{s.stay, s.guests, s.money, s.outcome} {
		if wrong := step(b); wrong != nil {
			return wrong
		}
	}
	return nil
}

// identify hashes the row, each field behind its length so that no two rows
// read alike, and counts its equals. A row that is rejected later is counted
// as well: repaired rows have another content anyway.
func (s *StaysReader) identify(b *Booking) {
	s.hasher.Reset()
	s.hasher.Write(s.salt)
	var length [4]byte
	for _, column := range s.order {
		field := s.table.scan.fields[column]
		binary.BigEndian.PutUint32(length[:], uint32(len(field)))
		s.hasher.Write(length[:])
		s.hasher.Write(field)
	}
	var sum [sha256.Size]byte
	s.hasher.Sum(sum[:0])
	b.Hash = [16]byte(sum[:16])
	s.equal[b.Hash]++
	b.Occurrence = s.equal[b.Hash]
}

// stay reads the days.
func (s *StaysReader) stay(b *Booking) (wrong *problem) {
	const longest = 4000 // days: more than ten years ahead or at the hotel is a slip
	t, c := s.table, &s.column
	year, wrong := t.number(c.year)
	if wrong != nil {
		return wrong
	}
	day, wrong := t.number(c.day)
	if wrong != nil {
		return wrong
	}
	month := monthNumber(t.value(c.month))
	if !isDay(int(year), month, int(day)) {
		words := fmt.Sprintf("%d %q %d is no day", year, clip(t.value(c.month)), day)
		return &problem{BadDate, t.header[c.month], words}
	}
	var weekend, week int64
	if wrong := s.counts(longest, count{&weekend, c.weekend}, count{&week, c.week}, count{&b.LeadDays, c.lead}); wrong != nil {
		return wrong
	}
	b.Nights = weekend + week
	b.Arrival = time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	b.Departure = b.Arrival.AddDate(0, 0, int(b.Nights))
	b.BookedOn = b.Arrival.AddDate(0, 0, -int(b.LeadDays))
	if b.Nights == 0 {
		b.Flags |= ZeroNights
	}
	return nil
}

// guests reads who came. An unknown number is taken as zero and flagged.
func (s *StaysReader) guests(b *Booking) *problem {
	const most = 10_000
	c := &s.column
	for _, guests := range []count{{&b.Adults, c.adults}, {&b.Children, c.children}, {&b.Babies, c.babies}} {
		if s.table.value(guests.column) == nil {
			b.Flags |= UnknownGuests
			continue
		}
		if wrong := s.counts(most, guests); wrong != nil {
			return wrong
		}
	}
	switch {
	case b.Adults+b.Children+b.Babies == 0:
		b.Flags |= Nobody
	case b.Adults == 0:
		b.Flags |= NoAdult
	}
	return nil
}

// money reads the rate.
func (s *StaysReader) money(b *Booking) (wrong *problem) {
	if b.Rate, wrong = s.table.amount(s.column.rate, s.mapping.MinorExponent()); wrong != nil {
		return wrong
	}
	var fits bool
	if b.Revenue, fits = b.Rate.Times(b.Nights); !fits {
		return &problem{TooLarge, s.table.header[s.column.rate], "rate times nights is too large"}
	}
	switch {
	case b.Rate < 0:
		b.Flags |= NegativeRate
	case b.Rate == 0:
		b.Flags |= ZeroRate
	}
	return nil
}

// outcome reads how the booking ended.
func (s *StaysReader) outcome(b *Booking) *problem {
	t, c := s.table, &s.column
	status := t.value(c.status)
	if status == nil {
		return missingProblem(t.header[c.status])
	}
	var known bool
	if b.Status, known = s.statuses[string(status)]; !known {
		words := fmt.Sprintf("%s: %q is not among the statuses of the mapping", t.header[c.status], clip(status))
		return &problem{UnknownStatus, t.header[c.status], words}
	}
	if c.cancelled != absent {
		mark := t.value(c.cancelled)
		if mark == nil {
			return missingProblem(t.header[c.cancelled])
		}
		if (string(mark) == s.mapping.CancelledMark) != (b.Status != Completed) {
			words := fmt.Sprintf("%s is %q while %s is %q", t.header[c.cancelled], clip(mark), t.header[c.status], clip(status))
			return &problem{StatusConflict, t.header[c.cancelled], words}
		}
	}
	date := t.value(c.statusDate)
	if date == nil {
		return nil
	}
	var ok bool
	if b.StatusDate, ok = s.dates.parse(date); !ok {
		words := fmt.Sprintf("%s: %q is not a date written as %s", t.header[c.statusDate], clip(date), s.mapping.StatusDateFormat)
		return &problem{BadDate, t.header[c.statusDate], words}
	}
	if b.Status == Completed && !b.StatusDate.Equal(b.Departure) {
		b.Flags |= OtherDeparture
	}
	return nil
}

// count is a column that holds a number of days or people.
type count struct {
	into   *int64
	column int
}

// counts reads numbers from zero to most.
func (s *StaysReader) counts(most int64, all ...count) *problem {
	for _, one := range all {
		number, wrong := s.table.number(one.column)
		if wrong != nil {
			return wrong
		}
		column := s.table.header[one.column]
		switch {
		case number < 0:
			return &problem{NegativeCount, column, column + " is negative"}
		case number > most:
			return &problem{TooLarge, column, fmt.Sprintf("%s is more than %d", column, most)}
		}
		*one.into = number
	}
	return nil
}
