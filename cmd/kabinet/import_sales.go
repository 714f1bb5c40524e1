package main

import (
	"context"
	"fmt"
	"time"

	"kabinet/domain"
	"kabinet/internal/importer"
)

// importSales reads sales lines, stores them, and reads the figures back.
func importSales(ctx context.Context, j *importJob) error {
	m, err := importer.OpenSalesMapping(j.mapping)
	if err != nil {
		return usageError{err}
	}
	reader, err := importer.NewSalesReader(j.input, m)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", j.name, err)}
	}
	if err := j.begin(ctx, domain.ImportSales, &m.Format, m.PointValue); err != nil {
		return err
	}
	if !j.run.Alone {
		before, err := j.st.SalesFigures(ctx, m.Source)
		if err != nil {
			return err
		}
		j.before = before.Lines
	}
	rules, err := j.st.EarningRules(ctx)
	if err != nil {
		return err
	}
	tally := importer.NewSalesTally(m, domain.CommonRule(rules).Share)
	source := &salesSource{importJob: j, mapping: m, reader: reader, tally: tally, done: j.run.Records}
	err = feed(ctx, source.read, func(ctx context.Context, batch domain.SalesBatch) error {
		run, count, err := j.st.ImportSales(ctx, j.run, batch)
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
	return j.reportSales(ctx, m, tally.Figures())
}

// salesSource cuts the lines of a file into batches, from where the run stood on.
type salesSource struct {
	*importJob
	mapping *importer.SalesMapping
	reader  *importer.SalesReader
	tally   *importer.SalesTally
	done    int64
	last    string // the invoice of the last line of the batch
}

func (s *salesSource) read(send func(domain.SalesBatch) error) error {
	var since time.Time
	if s.since != "" {
		since, _ = time.ParseInLocation(time.DateOnly, s.since, s.mapping.Zone()) // checked with the command line
	}
	batch := s.empty()
	for line, reject := range s.reader.Lines() {
		if reject == nil && len(batch.Lines) >= s.batch && line.Invoice != s.last {
			batch.After = s.step()
			if err := send(batch); err != nil {
				return err
			}
			batch = s.empty()
		}
		s.records++
		switch {
		case reject != nil:
			s.tally.AddReject()
			if err := s.reject(reject); err != nil {
				return err
			}
		case line.At.Before(since):
		default:
			s.tally.Add(&line)
			if s.records > s.done {
				batch.Lines, s.last = append(batch.Lines, salesLine(&line)), line.Invoice
			}
		}
	}
	if err := s.reader.Err(); err != nil {
		return inputError{fmt.Errorf("read %s: %w", s.name, err)}
	}
	if s.records <= s.done {
		return nil
	}
	batch.After = s.step()
	return send(batch)
}

func (s *salesSource) empty() domain.SalesBatch {
	return domain.SalesBatch{Lines: make([]domain.SalesLine, 0, s.batch), Locale: localeOf(&s.mapping.Format), Archive: s.mapping.Products == "archived"}
}

func salesLine(l *importer.Line) domain.SalesLine {
	return domain.SalesLine{Number: l.Number, Kind: domain.SaleKind(l.Kind.String()), Invoice: l.Invoice, Ordinal: l.Ordinal, Customer: l.Customer,
		Product: l.Product, Name: l.Name, Service: l.Service, Quantity: l.Quantity, UnitMills: int64(l.UnitPrice), Mills: int64(l.Amount),
		At: l.At, Country: l.Country}
}

// salesReport is the figures of a source as they are printed.
type salesReport struct {
	Lines             int64          `json:"lines"`
	Invoices          int64          `json:"invoices"`
	Cancelling        int64          `json:"cancelling"`
	Adjustments       int64          `json:"adjustments"`
	Customers         int64          `json:"customers"`
	Products          int64          `json:"products"`
	AnonymousLines    int64          `json:"anonymousLines"`
	RejectedLines     int64          `json:"rejectedLines"`
	NetKnownCustomers domain.Decimal `json:"netKnownCustomers"`
	PointsEarned      int64          `json:"pointsEarned"`
	PointsEarnedMoney domain.Decimal `json:"pointsEarnedMoney"`
}

func newSalesReport(f domain.SalesFigures, pointMinor int64) salesReport {
	return salesReport{Lines: f.Lines, Invoices: f.Invoices, Cancelling: f.Cancelling, Adjustments: f.Adjustments, Customers: f.Customers,
		Products: f.Products, AnonymousLines: f.AnonymousLines, RejectedLines: f.RejectedLines, NetKnownCustomers: f.NetKnownCustomers(),
		PointsEarned: f.PointsEarned, PointsEarnedMoney: domain.DecimalOf(f.PointsEarned*pointMinor, 0)}
}

// reportSales prints what is stored and compares it with what was read.
func (j *importJob) reportSales(ctx context.Context, m *importer.SalesMapping, read importer.SalesFigures) error {
	stored, err := j.st.SalesFigures(ctx, m.Source)
	if err != nil {
		return fmt.Errorf("read the figures back: %w", err)
	}
	r := newSalesReport(stored, m.PointValue)
	err = j.print(r, []figure{
		{"lines", r.Lines}, {"invoices", r.Invoices}, {"  cancelling", r.Cancelling}, {"  adjustments", r.Adjustments},
		{"customers", r.Customers}, {"products", r.Products}, {"lines without a customer", r.AnonymousLines}, {"rejected lines", r.RejectedLines},
		{"net of known customers", m.Currency + " " + string(r.NetKnownCustomers)},
		{"points earned", fmt.Sprintf("%d, worth %s %s", r.PointsEarned, m.Currency, r.PointsEarnedMoney)},
	})
	if err != nil {
		return err
	}
	was := salesReport{Lines: read.Lines, Invoices: read.Invoices, Cancelling: read.Cancelling, Adjustments: read.Adjustments, Customers: read.Customers,
		Products: read.Products, AnonymousLines: read.AnonymousLines, RejectedLines: read.RejectedLines, NetKnownCustomers: domain.Decimal(read.NetKnownCustomers),
		PointsEarned: read.PointsEarned, PointsEarnedMoney: domain.DecimalOf(read.PointsEarned*m.PointValue, 0)}
	return j.compare(r == was, r.Lines, r, was)
}
