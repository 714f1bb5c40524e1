package domain

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// OrderStatus is where an order stands.
type OrderStatus string

// The states of an order.
const (
	OrderNew        OrderStatus = "NEW"
	OrderConfirmed  OrderStatus = "CONFIRMED"
	OrderInProgress OrderStatus = "IN_PROGRESS"
	OrderReady      OrderStatus = "READY"
	OrderCompleted  OrderStatus = "COMPLETED"
	OrderCancelled  OrderStatus = "CANCELLED"
	OrderRefunded   OrderStatus = "REFUNDED"
)

// Open says whether work on the order is still to be done.
func (s OrderStatus) Open() bool {
	return s == OrderNew || s == OrderConfirmed || s == OrderInProgress || s == OrderReady
}

// OrderAction is what can be done with an order.
type OrderAction string

// The actions on an order.
const (
	ActionConfirm   OrderAction = "CONFIRM"
	ActionStart     OrderAction = "START"
	ActionMakeReady OrderAction = "MAKE_READY"
	ActionComplete  OrderAction = "COMPLETE"
	ActionCancel    OrderAction = "CANCEL"
	ActionPromise   OrderAction = "PROMISE"
	ActionRefund    OrderAction = "REFUND"
)

// Step is one row of the state machine of orders: who may take which action in which state, and what comes of it.
type Step struct {
	Action   OrderAction
	From     []OrderStatus
	To       OrderStatus // empty when the action leaves the state as it is
	Customer bool        // whether the customer may take it; staff may take every step
	Event    EventKind
	Timeline TimelineKind
}

// Steps is the state machine of orders, in the order that people take them. docs/states.md draws it.
var Steps = []Step{
	{ActionConfirm, []OrderStatus{OrderNew}, OrderConfirmed, false, EventOrderConfirmed, TimelineConfirmed},
	{ActionStart, []OrderStatus{OrderConfirmed}, OrderInProgress, false, EventOrderStarted, TimelineStarted},
	{ActionMakeReady, []OrderStatus{OrderInProgress}, OrderReady, false, EventOrderReady, TimelineReady},
	{ActionComplete, []OrderStatus{OrderReady}, OrderCompleted, false, EventOrderCompleted, TimelineCompleted},
	{ActionCancel, []OrderStatus{OrderNew, OrderConfirmed}, OrderCancelled, true, EventOrderCancelled, TimelineCancelled},
	{ActionCancel, []OrderStatus{OrderInProgress, OrderReady}, OrderCancelled, false, EventOrderCancelled, TimelineCancelled},
	{ActionPromise, []OrderStatus{OrderNew, OrderConfirmed, OrderInProgress}, "", false, EventPromiseChanged, TimelinePromised},
	{ActionRefund, []OrderStatus{OrderCompleted}, "", false, EventOrderRefunded, TimelineRefunded},
}

// FindStep looks the action up for an order in the given state. ok is false when it may not be taken by this kind of caller.
func FindStep(status OrderStatus, action OrderAction, staff bool) (step Step, ok bool) {
	for _, s := range Steps {
		if s.Action == action && slices.Contains(s.From, status) && (staff || s.Customer) {
			return s, true
		}
	}
	return Step{}, false
}

// AvailableActions is what the caller may do with an order in the given state.
func AvailableActions(status OrderStatus, staff bool) []OrderAction {
	actions := []OrderAction{}
	for _, s := range Steps {
		if slices.Contains(s.From, status) && (staff || s.Customer) {
			actions = append(actions, s.Action)
		}
	}
	return actions
}

// NotAllowed is the refusal of an action that the state does not allow.
func NotAllowed(status OrderStatus, staff bool, field ...string) error {
	return Refuse(Refusal{Code: CodeActionNotAllowed, Field: field, Status: status, Actions: AvailableActions(status, staff)})
}

// OrderSource is where an order comes from.
type OrderSource string

// The sources of orders.
const (
	SourceLive   OrderSource = "LIVE"
	SourceImport OrderSource = "IMPORT"
)

// Order is goods and services that a customer asked for. As an event's snapshot it is stored as JSON.
type Order struct {
	ID               int64         `db:"id" json:"id"`
	Number           string        `db:"number" json:"number"`
	CustomerID       *int64        `db:"customer_id" json:"customerId,omitempty"`
	Source           OrderSource   `db:"source" json:"source"`
	Status           OrderStatus   `db:"status" json:"status"`
	CurrencyCode     string        `db:"currency" json:"currency"`
	SubtotalMinor    int64         `db:"subtotal" json:"subtotal"`
	PointsSpent      int64         `db:"points_spent" json:"pointsSpent"`
	PointsWorthMinor int64         `db:"points_worth" json:"pointsWorth"`
	TotalMinor       int64         `db:"total" json:"total"`
	TotalMills       int64         `db:"total_mills" json:"totalMills,omitempty"`
	RefundedMinor    int64         `db:"refunded" json:"refunded"`
	PointsToEarn     int64         `db:"points_to_earn" json:"pointsToEarn"`
	PromisedAt       *time.Time    `db:"promised_at" json:"promisedAt,omitempty"`
	PromiseState     *PromiseState `db:"promise_state" json:"promiseState,omitempty"`
	Note             *string       `db:"note" json:"note,omitempty"`
	CancelReason     *string       `db:"cancel_reason" json:"cancelReason,omitempty"`
	Locale           Locale        `db:"locale" json:"locale"`
	Version          int64         `db:"version" json:"version"`
	PlacedAt         time.Time     `db:"placed_at" json:"placedAt"`
	ConfirmedAt      *time.Time    `db:"confirmed_at" json:"confirmedAt,omitempty"`
	StartedAt        *time.Time    `db:"started_at" json:"startedAt,omitempty"`
	ReadyAt          *time.Time    `db:"ready_at" json:"readyAt,omitempty"`
	CompletedAt      *time.Time    `db:"completed_at" json:"completedAt,omitempty"`
	CancelledAt      *time.Time    `db:"cancelled_at" json:"cancelledAt,omitempty"`
	RefundedAt       *time.Time    `db:"refunded_at" json:"refundedAt,omitempty"`
}

// GID is the order's global id.
func (o Order) GID() GID { return GID{"Order", o.ID} }

// Subtotal is the sum of the lines before points.
func (o Order) Subtotal() Money { return Money{o.SubtotalMinor, o.CurrencyCode} }

// Total is what is to be paid in money.
func (o Order) Total() Money { return Money{o.TotalMinor, o.CurrencyCode} }

// Refunded is what was paid back so far.
func (o Order) Refunded() Money { return Money{o.RefundedMinor, o.CurrencyCode} }

// Take moves the order along a step of the state machine at an instant and grows its version.
func (o Order) Take(step Step, now time.Time) Order {
	o.Version++
	if step.To == "" {
		return o
	}
	o.Status = step.To
	switch step.To {
	case OrderConfirmed:
		o.ConfirmedAt = &now
	case OrderInProgress:
		o.StartedAt = &now
	case OrderReady:
		o.ReadyAt = &now
		o.PromiseState = settlePromise(o.PromiseState, o.PromisedAt, now)
	case OrderCompleted:
		o.CompletedAt = &now
	case OrderCancelled:
		o.CancelledAt = &now
		o.PromiseState = voidPromise(o.PromiseState)
	case OrderRefunded:
		o.RefundedAt = &now
	}
	return o
}

// OrderLine is one variant of an order. What the line costs is fixed when the order is placed.
type OrderLine struct {
	ID               int64
	OrderID          int64
	Position         int64
	VariantID        *int64
	SKU              string
	Name             Text
	Kind             ProductKind
	Quantity         int64
	UnitPriceMinor   int64
	PriceName        Text // empty for the usual price
	SubtotalMinor    int64
	PointsSpent      int64
	TotalMinor       int64
	PointsToEarn     int64
	RefundedQuantity int64
	RefundedMinor    int64
	RefundedPoints   int64 // of PointsSpent, given back
	ReversedPoints   int64 // of PointsToEarn, taken back
	RuleID           int64 // by which it earns; 0 for none
	CurrencyCode     string
}

// GID is the line's global id.
func (l OrderLine) GID() GID { return GID{"OrderLine", l.ID} }

// UnitPrice is the price of one when ordered.
func (l OrderLine) UnitPrice() Money { return Money{l.UnitPriceMinor, l.CurrencyCode} }

// Subtotal is the price of all before points.
func (l OrderLine) Subtotal() Money { return Money{l.SubtotalMinor, l.CurrencyCode} }

// Total is what is to be paid in money for the line.
func (l OrderLine) Total() Money { return Money{l.TotalMinor, l.CurrencyCode} }

// The bounds of an order.
const (
	MaxOrderLines  = 100
	MaxQuantity    = 10_000
	MaxNote        = 2_000
	MaxReason      = 500
	MaxIdempotency = 200
)

// LineAsk is a variant and how many of it a customer asks for. At is the index of the input line, for error paths.
type LineAsk struct {
	VariantID int64
	Quantity  int64
	At        int
}

// CheckLines lists what is wrong with the asked lines before anything is looked up, and adds up lines that name the same
// variant, keeping the first one's place.
func CheckLines(lines []LineAsk) (merged []LineAsk, refused Refused) {
	if len(lines) == 0 {
		return nil, Refused{{Code: CodeRequired, Field: []string{"lines"}, Rule: "lines"}}
	}
	if len(lines) > MaxOrderLines {
		return nil, Refused{{Code: CodeTooLarge, Field: []string{"lines"}, Limit: MaxOrderLines}}
	}
	place := map[int64]int{}
	for i, l := range lines {
		field := []string{"lines", strconv.Itoa(i), "quantity"}
		switch {
		case l.Quantity < 1:
			refused = append(refused, Refusal{Code: CodeTooSmall, Field: field, Limit: 1})
			continue
		case l.Quantity > MaxQuantity:
			refused = append(refused, Refusal{Code: CodeTooLarge, Field: field, Limit: MaxQuantity})
			continue
		}
		if at, seen := place[l.VariantID]; seen && l.VariantID != 0 {
			merged[at].Quantity += l.Quantity
			if merged[at].Quantity > MaxQuantity {
				refused = append(refused, Refusal{Code: CodeTooLarge, Field: field, Limit: MaxQuantity})
			}
			continue
		}
		place[l.VariantID] = len(merged)
		merged = append(merged, LineAsk{VariantID: l.VariantID, Quantity: l.Quantity, At: i})
	}
	return merged, refused
}

// CheckText refuses a text that is missing though needed, or longer than most characters.
func CheckText(text string, need bool, most int, field ...string) Refused {
	switch {
	case need && text == "":
		return Refused{{Code: CodeRequired, Field: field, Rule: field[len(field)-1]}}
	case utf8.RuneCountInString(text) > most:
		return Refused{{Code: CodeTooLong, Field: field, Limit: int64(most)}}
	}
	return nil
}

// OfferLine is an asked line with what is known of its variant. Found is false for a variant that does not exist or is not on offer; Left is
// how many are in stock, nil when the stock does not limit it.
type OfferLine struct {
	LineAsk
	Found       bool
	Left        *int64
	SKU         string
	ProductName Text
	VariantName Text
	Kind        ProductKind
	PriceMinor  int64
	PriceName   Text  // which price it is; empty for the usual one
	OfferID     int64 // the offer that gives the price; 0 for none
	ProductID   int64
	CategoryID  int64 // 0 when the product is in none
	LeadMinutes int64
}

// Name is the name of the line: the product's, with the variant's where it has one.
func (l OfferLine) Name() Text {
	join := func(product, variant string) string {
		if variant == "" || product == "" {
			return product + variant
		}
		return product + ", " + variant
	}
	return Text{
		RU: join(l.ProductName.In(RU), l.VariantName.In(RU)),
		EN: join(l.ProductName.In(EN), l.VariantName.In(EN)),
	}
}

// Quote is the price of an order: what PriceOrder decided.
type Quote struct {
	Lines            []QuoteLine
	SubtotalMinor    int64
	MaxPoints        int64
	PointsSpent      int64
	PointsWorthMinor int64
	TotalMinor       int64
	PointsToEarn     int64
	PromisedAt       *time.Time
	CurrencyCode     string
}

// QuoteLine is a priced line.
type QuoteLine struct {
	OfferLine
	SubtotalMinor int64
	PointsSpent   int64
	TotalMinor    int64
	PointsToEarn  int64
	RuleID        int64 // by which it earns; 0 for none
}

// PriceOrder prices the lines: unit price, sum, points, amount due, points to earn. Points are spread over the lines and
// earned points too, each floored once and spread by largest remainder, so sums of lines always equal the totals. Refusals
// come all at once; the quote is still filled with what could be computed. active is what the wallet can spend.
func PriceOrder(b Business, earning Earning, lines []OfferLine, spend, active int64, now time.Time) (Quote, Refused) {
	q := Quote{CurrencyCode: b.CurrencyCode}
	var refused Refused
	var weights, caps []int64
	var lead int64
	for _, l := range lines {
		at := strconv.Itoa(l.At)
		switch {
		case !l.Found:
			refused = append(refused, Refusal{Code: CodeNotFound, Field: []string{"lines", at, "variantId"}, Rule: "variant"})
			continue
		case l.Left != nil && *l.Left < l.Quantity:
			refused = append(refused, outOfStock(l, at))
		}
		sum := l.PriceMinor * l.Quantity
		q.Lines = append(q.Lines, QuoteLine{OfferLine: l, SubtotalMinor: sum})
		q.SubtotalMinor += sum
		weights = append(weights, sum)
		caps = append(caps, sum/b.Points.PointMinor)
		lead = max(lead, l.LeadMinutes)
	}
	limit := pointsLimit(b.Points, q.SubtotalMinor, caps)
	q.MaxPoints = min(limit, active)
	refused = append(refused, checkSpend(spend, active, limit)...)
	q.PointsSpent = max(min(spend, q.MaxPoints), 0)
	q.PointsWorthMinor = q.PointsSpent * b.Points.PointMinor
	q.TotalMinor = q.SubtotalMinor - q.PointsWorthMinor
	spent := Spread(q.PointsSpent, weights, caps)
	for i := range q.Lines {
		q.Lines[i].PointsSpent = spent[i]
		q.Lines[i].TotalMinor = q.Lines[i].SubtotalMinor - spent[i]*b.Points.PointMinor
	}
	q.PointsToEarn = earning.Earn(q.Lines, b.Points.PointMinor)
	if lead > 0 {
		promised := now.Add(time.Duration(lead) * time.Minute).Truncate(time.Minute)
		q.PromisedAt = &promised
	}
	return q, refused
}

func outOfStock(l OfferLine, at string) Refusal {
	r := Refusal{Code: CodeOutOfStock, Field: []string{"lines", at, "quantity"},
		VariantID: l.VariantID, Available: max(*l.Left, 0), Name: l.Name()}
	if r.Available == 0 {
		r.Rule = "none"
	}
	return r
}

// pointsLimit is the most points that an order takes, whoever spends them.
func pointsLimit(p PointsProgram, subtotal int64, caps []int64) int64 {
	var room int64
	for _, c := range caps {
		room += c
	}
	return min(ShareFloor(subtotal, p.MaxShare)/p.PointMinor, room)
}

func checkSpend(spend, active, limit int64) Refused {
	field := []string{"spendPoints"}
	switch {
	case spend < 0:
		return Refused{{Code: CodeTooSmall, Field: field, Limit: 0}}
	case spend > active:
		return Refused{{Code: CodeInsufficientPoints, Field: field, Available: max(active, 0)}}
	case spend > limit:
		return Refused{{Code: CodePointsLimit, Field: field, Limit: limit}}
	}
	return nil
}

// EarnPoints is how many points a paid amount earns: share of the amount in money, floored once to whole points. mills are the thousandths of a unit
// beyond minor.
func EarnPoints(minor, mills, share, pointMinor int64) int64 {
	if mills == 0 { // the same, without a step that large amounts overflow
		return ShareFloor(minor, share) / pointMinor
	}
	return ShareFloor(minor*10+mills, share) / (pointMinor * 10)
}
