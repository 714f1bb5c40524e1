package importer

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
)

// SalesFigures are the figures of an import of sales, as the report prints
// them. Every figure is exact.
type SalesFigures struct {
	// Lines is the number of lines taken; rejected ones are not among them.
	Lines int64 `json:"lines"`
	// Invoices is the number of different invoice numbers, of every kind.
	Invoices int64 `json:"invoices"`
	// Cancelling is how many of the invoices take goods back.
	Cancelling int64 `json:"cancelling"`
	// Adjustments is how many of the invoices are bookkeeping.
	Adjustments int64 `json:"adjustments"`
	// Customers is the number of different known customers.
	Customers int64 `json:"customers"`
	// Products is the number of different product codes; case tells codes apart.
	Products int64 `json:"products"`
	// AnonymousLines is the number of lines without a customer.
	AnonymousLines int64 `json:"anonymousLines"`
	// RejectedLines is the number of lines that were not taken.
	RejectedLines int64 `json:"rejectedLines"`
	// NetKnownCustomers is what known customers paid less what they got back, in
	// units of the currency.
	NetKnownCustomers string `json:"netKnownCustomers"`
	// PointsEarned is the sum over the sale invoices of known customers of the
	// accrual rate times the invoice's total, floored once for each invoice.
	PointsEarned int64 `json:"pointsEarned"`
}

// CustomerNet is a customer with what they paid less what they got back.
type CustomerNet struct {
	Customer string
	Net      Amount
}

// SalesTally counts sales while they stream by. Its memory grows with the
// invoices, customers and products, not with the lines.
type SalesTally struct {
	exponent    int
	basisPoints int64
	pointValue  int64

	figures   SalesFigures
	net       total
	invoices  map[string]*invoiceTally
	customers map[string]*Amount
	products  map[string]struct{}

	// The invoice, customer and product of the last line.
	invoice      *invoiceTally
	invoiceName  string
	customer     *Amount
	customerName string
	product      string
}

type invoiceTally struct {
	refund, adjustment bool
	known              bool   // has a customer
	sold               Amount // of its sale lines
}

// NewSalesTally counts for a mapping. BasisPoints is the rate of the accrual
// rule in hundredths of a percent: 500 is 5 %.
func NewSalesTally(m *SalesMapping, basisPoints int64) *SalesTally {
	return &SalesTally{
		exponent: m.MinorExponent(), basisPoints: basisPoints, pointValue: m.PointValue,
		invoices: map[string]*invoiceTally{}, customers: map[string]*Amount{}, products: map[string]struct{}{},
	}
}

// Add counts a line.
func (t *SalesTally) Add(line *Line) {
	t.figures.Lines++
	if t.product != line.Product || t.figures.Lines == 1 {
		t.product = line.Product
		t.products[line.Product] = struct{}{}
	}
	if t.invoice == nil || t.invoiceName != line.Invoice {
		t.invoiceName = line.Invoice
		t.invoice = valueOf(t.invoices, line.Invoice)
	}
	invoice := t.invoice
	invoice.refund = invoice.refund || line.Kind == Refund
	invoice.adjustment = invoice.adjustment || line.Kind == Adjustment
	if line.Kind == Sale {
		invoice.sold += line.Amount
	}
	if line.Customer == "" {
		t.figures.AnonymousLines++
		return
	}
	invoice.known = true
	if t.customer == nil || t.customerName != line.Customer {
		t.customerName = line.Customer
		t.customer = valueOf(t.customers, line.Customer)
	}
	*t.customer += line.Amount
	t.net.add(line.Amount)
}

// AddReject counts a line that was not taken.
func (t *SalesTally) AddReject() { t.figures.RejectedLines++ }

// Figures is the state of the count.
func (t *SalesTally) Figures() SalesFigures {
	figures := t.figures
	figures.Invoices = int64(len(t.invoices))
	figures.Customers = int64(len(t.customers))
	figures.Products = int64(len(t.products))
	figures.NetKnownCustomers = t.net.decimal(t.exponent)
	for _, invoice := range t.invoices {
		if invoice.refund {
			figures.Cancelling++
		}
		if invoice.adjustment {
			figures.Adjustments++
		}
		if invoice.known {
			figures.PointsEarned += PointsFor(invoice.sold, t.basisPoints, t.pointValue)
		}
	}
	return figures
}

// Best lists up to n customers by what they paid less what they got back, the
// best first; equals are in the order of their numbers.
func (t *SalesTally) Best(n int) []CustomerNet {
	all := make([]CustomerNet, 0, len(t.customers))
	for customer, net := range t.customers {
		all = append(all, CustomerNet{customer, *net})
	}
	slices.SortFunc(all, func(a, b CustomerNet) int {
		return cmp.Or(cmp.Compare(b.Net, a.Net), cmp.Compare(a.Customer, b.Customer))
	})
	return all[:min(n, len(all))]
}

// PointsFor is the accrual of an invoice: basis points of what was sold, in
// points of pointValue minor units each, floored once. Nothing is earned on a
// total that is not positive.
func PointsFor(sold Amount, basisPoints, pointValue int64) int64 {
	if sold <= 0 {
		return 0
	}
	whole := 10_000 * 10 * pointValue // tenths of a minor unit that earn basisPoints points
	return int64(sold)/whole*basisPoints + int64(sold)%whole*basisPoints/whole
}

// StaysFigures are the figures of an import of stays.
type StaysFigures struct {
	// Bookings is the number of rows taken.
	Bookings int64 `json:"bookings"`
	// Cancelled is how many of them did not take place, no-shows included.
	Cancelled int64 `json:"cancelled"`
	// NoShows is how many of the cancelled were never called off.
	NoShows int64 `json:"noShows"`
	// Completed is how many took place.
	Completed int64 `json:"completed"`
	// Nights is the sum of the nights of the completed ones.
	Nights int64 `json:"nights"`
	// RevenueCompleted is the sum of rate × nights of the completed ones, in units
	// of the currency.
	RevenueCompleted string `json:"revenueCompleted"`
	// Rejected is the number of rows that were not taken.
	Rejected int64 `json:"rejected"`
	// Flagged is how many bookings each rule found odd, cancelled ones included.
	Flagged map[string]int64 `json:"flagged"`
}

// StaysTally counts bookings while they stream by.
type StaysTally struct {
	exponent int
	figures  StaysFigures
	flagged  [allFlags]int64
	revenue  total
}

// NewStaysTally counts for a mapping.
func NewStaysTally(m *StaysMapping) *StaysTally { return &StaysTally{exponent: m.MinorExponent()} }

// Add counts a booking.
func (t *StaysTally) Add(b *Booking) {
	t.figures.Bookings++
	for i := range t.flagged {
		if b.Flags&(1<<i) != 0 {
			t.flagged[i]++
		}
	}
	switch b.Status {
	case Completed:
		t.figures.Completed++
		t.figures.Nights += b.Nights
		t.revenue.add(b.Revenue)
	case NoShow:
		t.figures.NoShows++
		t.figures.Cancelled++
	case Cancelled:
		t.figures.Cancelled++
	}
}

// AddReject counts a row that was not taken.
func (t *StaysTally) AddReject() { t.figures.Rejected++ }

// Figures is the state of the count. Flagged names every rule, also those that
// found nothing.
func (t *StaysTally) Figures() StaysFigures {
	figures := t.figures
	figures.RevenueCompleted = t.revenue.decimal(t.exponent)
	figures.Flagged = make(map[string]int64, allFlags)
	for i, name := range flagNames {
		figures.Flagged[name] = t.flagged[i]
	}
	return figures
}

// total is a sum of amounts that cannot overflow.
type total struct {
	recent int64
	older  big.Int
}

func (t *total) add(amount Amount) {
	const half = 1 << 62
	t.recent += int64(amount)
	if t.recent > half || t.recent < -half {
		t.older.Add(&t.older, big.NewInt(t.recent))
		t.recent = 0
	}
}

func (t *total) decimal(exponent int) string {
	if t.older.Sign() == 0 {
		return decimalFromTenths(strconv.FormatInt(t.recent, 10), exponent)
	}
	sum := new(big.Int).Add(&t.older, big.NewInt(t.recent))
	return decimalFromTenths(sum.String(), exponent)
}

func valueOf[V any](of map[string]*V, key string) *V {
	value, ok := of[key]
	if !ok {
		value = new(V)
		of[key] = value
	}
	return value
}
