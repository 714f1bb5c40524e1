package main

import (
	"context"
	"fmt"
	"time"

	"kabinet/domain"
	"kabinet/internal/importer"
)

// importStays reads bookings, stores them, and reads the figures back.
func importStays(ctx context.Context, j *importJob) error {
	m, err := importer.OpenStaysMapping(j.mapping)
	if err != nil {
		return usageError{err}
	}
	if err := j.begin(ctx, domain.ImportStays, &m.Format, 0); err != nil {
		return err
	}
	if !j.run.Alone {
		before, err := j.st.StaysFigures(ctx, m.Source)
		if err != nil {
			return err
		}
		j.before = before.Bookings
	}
	reader, err := importer.NewStaysReader(j.input, m, j.run.Digest)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", j.name, err)}
	}
	tally := importer.NewStaysTally(m)
	source := &staysSource{importJob: j, mapping: m, reader: reader, tally: tally, done: j.run.Records}
	err = feed(ctx, source.read, func(ctx context.Context, batch domain.StaysBatch) error {
		run, count, err := j.st.ImportStays(ctx, j.run, batch)
		if err != nil {
			return err
		}
		j.taken(run, count)
		return nil
	})
	if err != nil {
		return err
	}
	if j.run, err = j.st.FinishImport(ctx, j.run); err != nil {
		return err
	}
	return j.reportStays(ctx, m, tally.Figures())
}

// staysSource cuts the bookings of a file into batches, from where the run stood on.
type staysSource struct {
	*importJob
	mapping *importer.StaysMapping
	reader  *importer.StaysReader
	tally   *importer.StaysTally
	done    int64
}

func (s *staysSource) read(send func(domain.StaysBatch) error) error {
	batch := domain.StaysBatch{Locale: localeOf(&s.mapping.Format)}
	flush := func() error {
		batch.After = s.step()
		err := send(batch)
		batch.Bookings = nil
		return err
	}
	for booking, reject := range s.reader.Bookings() {
		s.records++
		if reject != nil {
			s.tally.AddReject()
			if err := s.reject(reject); err != nil {
				return err
			}
			continue
		}
		s.tally.Add(&booking)
		if s.records <= s.done {
			continue
		}
		batch.Bookings = append(batch.Bookings, stayBooking(&booking, s.mapping.Zone()))
		if len(batch.Bookings) == s.batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := s.reader.Err(); err != nil {
		return inputError{fmt.Errorf("read %s: %w", s.name, err)}
	}
	if s.records <= s.done {
		return nil
	}
	return flush()
}

// stayBooking is a booking with its days as midnights at the property.
func stayBooking(b *importer.Booking, zone *time.Location) domain.StayBooking {
	midnight := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).UTC()
	}
	ended := b.StatusDate
	if ended.IsZero() {
		ended = b.Departure
		if b.Status != importer.Completed {
			ended = b.Arrival
		}
	}
	particulars := map[string]string{}
	for name, value := range map[string]string{"roomAssigned": b.RoomAssigned, "segment": b.Segment, "channel": b.Channel, "agent": b.Agent,
		"company": b.Company, "customerType": b.CustomerType, "deposit": b.Deposit} {
		if value != "" {
			particulars[name] = value
		}
	}
	return domain.StayBooking{Key: b.Key(), Completed: b.Status == importer.Completed, NoShow: b.Status == importer.NoShow, Flags: b.Flags.Names(),
		BookedAt: midnight(b.BookedOn), EndedAt: midnight(ended), Arrival: b.Arrival, Departure: b.Departure, Nights: b.Nights,
		UnitMills: int64(b.Rate), Mills: int64(b.Revenue), Property: b.Property, Room: b.RoomReserved, Meal: b.Meal, Country: b.Country,
		Adults: b.Adults, Children: b.Children, Babies: b.Babies, Particulars: particulars}
}

// staysReport is the figures of a source as they are printed.
type staysReport struct {
	Bookings         int64          `json:"bookings"`
	Cancelled        int64          `json:"cancelled"`
	NoShows          int64          `json:"noShows"`
	Completed        int64          `json:"completed"`
	Nights           int64          `json:"nights"`
	RevenueCompleted domain.Decimal `json:"revenueCompleted"`
	Rejected         int64          `json:"rejected"`
}

// reportStays prints what is stored and compares it with what was read.
func (j *importJob) reportStays(ctx context.Context, m *importer.StaysMapping, read importer.StaysFigures) error {
	f, err := j.st.StaysFigures(ctx, m.Source)
	if err != nil {
		return fmt.Errorf("read the figures back: %w", err)
	}
	r := staysReport{Bookings: f.Bookings, Cancelled: f.Cancelled, NoShows: f.NoShows, Completed: f.Completed, Nights: f.Nights,
		RevenueCompleted: f.RevenueCompleted(), Rejected: f.Rejected}
	figures := []figure{
		{"bookings", r.Bookings}, {"  cancelled", r.Cancelled}, {"  of which no-shows", r.NoShows}, {"  completed", r.Completed},
		{"nights of completed", r.Nights}, {"revenue of completed", m.Currency + " " + string(r.RevenueCompleted)}, {"rejected", r.Rejected},
	}
	flags, err := j.st.StaysFlags(ctx, m.Source)
	if err != nil {
		return err
	}
	for _, flag := range flags {
		figures = append(figures, figure{"flagged " + flag.Name, flag.Count})
	}
	if err := j.print(r, figures); err != nil {
		return err
	}
	was := staysReport{Bookings: read.Bookings, Cancelled: read.Cancelled, NoShows: read.NoShows, Completed: read.Completed, Nights: read.Nights,
		RevenueCompleted: domain.Decimal(read.RevenueCompleted), Rejected: read.Rejected}
	return j.compare(r == was, r.Bookings, r, was)
}
