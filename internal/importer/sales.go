package importer

import (
	"fmt"
	"io"
	"iter"
	"time"
)

// LineKind says what a sales line does.
type LineKind uint8

// The kinds of sales lines.
const (
	// Sale gives goods or a service to somebody for money.
	Sale LineKind = iota
	// Refund takes them back: quantity and amount are negative.
	Refund
	// Adjustment is bookkeeping; its price may be negative.
	Adjustment
	// WriteOff is stock that left without a buyer: a negative quantity that is
	// worth nothing, on an invoice that is not marked as a refund.
	WriteOff
)

// String is the kind as it is written in tables and messages.
func (k LineKind) String() string {
	return [...]string{"SALE", "REFUND", "ADJUSTMENT", "WRITE_OFF"}[k]
}

// Line is one line of an invoice.
type Line struct {
	Number    int64     // of the line in the file; the header is line 1
	Kind      LineKind  // what the line does
	Invoice   string    // the invoice number as written
	Ordinal   int64     // place in the invoice, from 1; with the invoice, the line's identity
	Customer  string    // the customer's number; empty when it is not known
	Product   string    // the product code as written: case matters
	Name      string    // what the product was called on this line; may be empty
	Service   bool      // the code is one of the mapping's services
	Quantity  int64     // pieces; negative when they come back
	UnitPrice Amount    // for one piece
	Amount    Amount    // quantity × unit price, exactly
	At        time.Time // in UTC
	Country   string    // as written; may be empty
}

// SalesReader reads sales lines. It is used by one goroutine.
type SalesReader struct {
	mapping *SalesMapping
	table   *table
	clock   clock
	column  struct {
		invoice, line, customer, product, name, quantity, unitPrice, at, country int
	}
	invoices, customers, products, names, countries interner

	services map[string]bool        // known answers of mapping.Services
	kind     LineKind               // of the last invoice
	invoice  string                 // the last invoice
	open     openInvoice            // what is known of it
	before   map[string]openInvoice // what is known of those before it
}

// openInvoice is what the lines of an invoice so far tell.
type openInvoice struct {
	lines    int64
	known    bool // whether a line has told the customer
	customer string
}

// NewSalesReader reads the header. A column that the mapping names and the
// header lacks is an error.
func NewSalesReader(r io.Reader, m *SalesMapping) (*SalesReader, error) {
	t, err := newTable(r, &m.Format)
	if err != nil {
		return nil, err
	}
	parts, err := compileDates(m.DateFormat)
	if err != nil {
		return nil, err
	}
	s := &SalesReader{
		mapping: m, table: t, clock: clock{parts: parts, zone: m.zone},
		services: map[string]bool{}, before: map[string]openInvoice{},
	}
	c := &s.column
	return s, t.columns(map[*int]string{
		&c.invoice: m.Columns.Invoice, &c.line: m.Columns.Line, &c.customer: m.Columns.Customer,
		&c.product: m.Columns.Product, &c.name: m.Columns.Name, &c.quantity: m.Columns.Quantity,
		&c.unitPrice: m.Columns.UnitPrice, &c.at: m.Columns.At, &c.country: m.Columns.Country,
	})
}

// Lines yields each line of the file, or the reject that stands for it. It runs
// once; the caller asks Err when it has ended.
func (s *SalesReader) Lines() iter.Seq2[Line, *Reject] {
	return func(yield func(Line, *Reject) bool) {
		for {
			reject, more := s.table.next()
			if !more {
				return
			}
			var line Line
			if reject == nil {
				var wrong *problem
				if line, wrong = s.line(); wrong != nil {
					line, reject = Line{}, wrong.at(s.table.scan.line, s.table.scan.raw)
				}
			}
			if !yield(line, reject) {
				return
			}
		}
	}
}

// Err is the error that ended Lines before the end of the file, if any: the
// file could not be read or unpacked further.
func (s *SalesReader) Err() error { return s.table.scan.err }

func (s *SalesReader) line() (Line, *problem) {
	t, c := s.table, &s.column
	line := Line{Number: t.scan.line}
	number := t.value(c.invoice)
	if number == nil {
		return line, missingProblem(t.header[c.invoice])
	}
	s.turnTo(number)
	line.Invoice, line.Kind, line.Ordinal = s.invoice, s.kind, s.open.lines
	if c.line != absent {
		ordinal, wrong := t.number(c.line)
		if wrong != nil {
			return line, wrong
		}
		line.Ordinal = ordinal
	}
	product := t.value(c.product)
	if product == nil {
		return line, missingProblem(t.header[c.product])
	}
	line.Product = s.products.of(product)
	line.Service = s.isService(line.Product)
	line.Customer = s.customers.of(t.value(c.customer))
	if s.open.known && s.open.customer != line.Customer {
		words := fmt.Sprintf("the customer is %q, but other lines of invoice %s have %q", line.Customer, line.Invoice, s.open.customer)
		return line, &problem{OtherCustomer, t.header[c.customer], words}
	}
	s.open.known, s.open.customer = true, line.Customer
	line.Name = s.names.of(t.value(c.name))
	line.Country = s.countries.of(t.value(c.country))
	at := t.value(c.at)
	if at == nil {
		return line, missingProblem(t.header[c.at])
	}
	var ok bool
	if line.At, ok = s.clock.parse(at); !ok {
		words := fmt.Sprintf("%s: %q is not a date written as %s", t.header[c.at], clip(at), s.mapping.DateFormat)
		return line, &problem{BadDate, t.header[c.at], words}
	}
	wrong := s.price(&line)
	return line, wrong
}

// turnTo makes number the current invoice and counts its line.
func (s *SalesReader) turnTo(number []byte) {
	if string(number) != s.invoice {
		if s.invoice != "" {
			s.before[s.invoice] = s.open
		}
		s.invoice = s.invoices.of(number)
		s.open = s.before[s.invoice]
		switch {
		case s.mapping.Refunds.marks(s.invoice):
			s.kind = Refund
		case s.mapping.Adjustments.marks(s.invoice):
			s.kind = Adjustment
		default:
			s.kind = Sale
		}
	}
	s.open.lines++
}

func (s *SalesReader) isService(code string) bool {
	service, known := s.services[code]
	if !known {
		service = s.mapping.Services.has(code)
		if len(s.services) < maxInterned {
			s.services[code] = service
		}
	}
	return service
}

// price reads quantity and price, and settles the kind that their signs tell.
func (s *SalesReader) price(line *Line) (wrong *problem) {
	t, c := s.table, &s.column
	if line.Quantity, wrong = t.number(c.quantity); wrong != nil {
		return wrong
	}
	if line.UnitPrice, wrong = t.amount(c.unitPrice, s.mapping.MinorExponent()); wrong != nil {
		return wrong
	}
	var fits bool
	if line.Amount, fits = line.UnitPrice.Times(line.Quantity); !fits {
		return &problem{TooLarge, t.header[c.quantity], "quantity times price is too large"}
	}
	quantity, price := t.header[c.quantity], t.header[c.unitPrice]
	switch {
	case line.Quantity == 0:
		return &problem{ZeroQuantity, quantity, quantity + " is zero"}
	case line.Kind == Adjustment:
		return nil
	case line.UnitPrice < 0:
		return &problem{BadSign, price, price + " is negative on an invoice that is no adjustment"}
	case line.Kind == Refund && line.Quantity > 0:
		return &problem{BadSign, quantity, quantity + " is positive on an invoice that is a refund"}
	case line.Kind == Sale && line.Quantity < 0 && line.Amount == 0:
		line.Kind = WriteOff
	case line.Kind == Sale && line.Quantity < 0:
		if !s.mapping.Refunds.NegativeQuantity {
			return &problem{BadSign, quantity, quantity + " is negative on an invoice that is no refund"}
		}
		line.Kind = Refund
	}
	return nil
}
