package domain

import "time"

// OrderDraft is an order as a customer places it.
type OrderDraft struct {
	IdempotencyKey string
	Lines          []LineAsk
	SpendPoints    int64
	Note           string
	Locale         Locale // empty for the customer's own
	// ExpectedMinor is the total that the customer saw; nil when they saw none.
	ExpectedMinor *int64 `json:",omitempty"`
}

// CheckDraft lists what is wrong with a draft before anything is looked up, all at once, and adds up lines of one variant.
func CheckDraft(d OrderDraft) (lines []LineAsk, refused Refused) {
	lines, refused = CheckLines(d.Lines)
	if d.SpendPoints < 0 {
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: []string{"spendPoints"}, Limit: 0})
	}
	refused = append(refused, CheckText(d.Note, false, MaxNote, "note")...)
	return lines, append(refused, CheckKey(d.IdempotencyKey)...)
}

// CheckKey refuses an idempotency key that is missing or too long.
func CheckKey(key string) Refused { return CheckText(key, true, MaxIdempotency, "idempotencyKey") }

// OrderCancel is an order that its customer calls off.
type OrderCancel struct {
	IdempotencyKey string
	OrderID        int64
	Reason         string
}

// OrderAdvance is a step that staff take.
type OrderAdvance struct {
	IdempotencyKey  string
	OrderID         int64
	Action          OrderAction
	Reason          string
	ExpectedVersion *int64
}

// OrderPromise is another date for an order. The key may be empty: promising the same twice is then two promises.
type OrderPromise struct {
	IdempotencyKey  string
	OrderID         int64
	PromisedAt      time.Time
	Reason          string
	ExpectedVersion *int64
}

// OrderRefund is what to refund; nil Lines mean everything left.
type OrderRefund struct {
	IdempotencyKey string
	OrderID        int64
	Lines          []RefundAsk
	Reason         string
	Restock        bool
}

// OrderFilter is which orders are wanted; zero fields do not filter. Intervals are half-open.
type OrderFilter struct {
	CustomerID   *int64
	Statuses     []OrderStatus
	PlacedFrom   *time.Time
	PlacedTo     *time.Time
	PromisedFrom *time.Time
	PromisedTo   *time.Time
}

// OrderSort is what orders are sorted by: PLACED_AT or PROMISED_AT.
type OrderSort struct {
	Field string
	Desc  bool
}

// WalletAdjust is points that staff give or, when negative, take.
type WalletAdjust struct {
	IdempotencyKey string
	CustomerID     int64
	Points         int64
	Reason         string
}

// StockAdjust is a change of stock with its reason.
type StockAdjust struct {
	IdempotencyKey string
	VariantID      int64
	Delta          int64
	Reason         string
}

// Topic is what a subscriber follows: one order, one customer, the feed of one club, or the desk. Exactly one field is set.
type Topic struct {
	OrderID    int64
	CustomerID int64
	ClubID     int64
	Desk       bool
}

// Matches says whether the event belongs to the topic. Who may follow a topic is decided before.
func (t Topic) Matches(e *Event) bool {
	switch {
	case t.OrderID != 0:
		return e.OrderID == t.OrderID && e.Order != nil
	case t.CustomerID != 0:
		return e.CustomerID == t.CustomerID
	case t.ClubID != 0:
		return e.ClubID == t.ClubID && e.CustomerID == 0
	}
	return t.Desk && e.Desk
}

// SalesFigures is what is stored of imported sales. Mills are thousandths of a unit beyond the minor units.
type SalesFigures struct {
	Lines          int64 `db:"lines"`
	Invoices       int64 `db:"invoices"`
	Cancelling     int64 `db:"cancelling"`
	Adjustments    int64 `db:"adjustments"`
	Customers      int64 `db:"customers"`
	Products       int64 `db:"products"`
	AnonymousLines int64 `db:"anonymous_lines"`
	RejectedLines  int64 `db:"rejected_lines"`
	NetMinor       int64 `db:"net"`
	NetMills       int64 `db:"net_mills"`
	PointsEarned   int64 `db:"points_earned"`
}

// NetKnownCustomers is sales less cancellations of known customers, exact.
func (f SalesFigures) NetKnownCustomers() Decimal { return decimalOfMills(f.NetMinor*10 + f.NetMills) }

// StaysFigures is what is stored of imported stays.
type StaysFigures struct {
	Bookings     int64 `db:"bookings"`
	Cancelled    int64 `db:"cancelled"`
	NoShows      int64 `db:"no_shows"`
	Completed    int64 `db:"completed"`
	Nights       int64 `db:"nights"`
	RevenueMinor int64 `db:"revenue"`
	Rejected     int64 `db:"rejected"`
}

// RevenueCompleted is the revenue of the bookings that took place.
func (f StaysFigures) RevenueCompleted() Decimal { return DecimalOf(f.RevenueMinor, 0) }
