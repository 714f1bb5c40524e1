package domain

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// EventKind is what happened, for subscribers.
type EventKind string

// The kinds of events.
const (
	EventOrderPlaced    EventKind = "ORDER_PLACED"
	EventOrderConfirmed EventKind = "ORDER_CONFIRMED"
	EventOrderStarted   EventKind = "ORDER_STARTED"
	EventOrderReady     EventKind = "ORDER_READY"
	EventOrderCompleted EventKind = "ORDER_COMPLETED"
	EventOrderCancelled EventKind = "ORDER_CANCELLED"
	EventOrderRefunded  EventKind = "ORDER_REFUNDED"
	EventPromiseChanged EventKind = "PROMISE_CHANGED"
	EventPromiseBroken  EventKind = "PROMISE_BROKEN"
	EventWalletChanged  EventKind = "WALLET_CHANGED"
	EventProductChanged EventKind = "PRODUCT_CHANGED"
	// The kinds of referral events: somebody joined, or what the business thinks of it changed.
	EventReferralJoined   EventKind = "REFERRAL_JOINED"
	EventReferralFlagged  EventKind = "REFERRAL_FLAGGED"
	EventReferralApproved EventKind = "REFERRAL_APPROVED"
	EventReferralVoided   EventKind = "REFERRAL_VOIDED"
	// EventPointsExpiring says that points burn soon.
	EventPointsExpiring EventKind = "POINTS_EXPIRING"
	EventClubEntered    EventKind = "CLUB_ENTERED"
	EventClubLeft       EventKind = "CLUB_LEFT"
	EventClubGrace      EventKind = "CLUB_GRACE"
	EventClubKept       EventKind = "CLUB_KEPT"
	EventClubInvited    EventKind = "CLUB_INVITED"
	EventClubRequested  EventKind = "CLUB_REQUESTED"
	EventClubDeclined   EventKind = "CLUB_DECLINED"
	EventPostCreated    EventKind = "POST_CREATED"
	EventPostChanged    EventKind = "POST_CHANGED"
	EventCommentCreated EventKind = "COMMENT_CREATED"
	EventGap            EventKind = "GAP"
	// The kinds of family events: the customer was invited, somebody came, somebody left.
	EventFamilyInvited EventKind = "FAMILY_INVITED"
	EventFamilyJoined  EventKind = "FAMILY_JOINED"
	EventFamilyLeft    EventKind = "FAMILY_LEFT"
	// EventImportChanged says that an import of the desk went on or ended.
	EventImportChanged EventKind = "IMPORT_CHANGED"
)

// Cursor is where an event stands in the one order that all events have. Numbers only grow, and an event gets its number after its
// transaction was committed, so nothing appears behind a cursor later on. The zero Cursor stands before all events.
type Cursor struct{ Seq int64 }

// String is the opaque form that clients keep.
func (c Cursor) String() string { return "e" + strconv.FormatInt(c.Seq, 36) }

// ParseCursor reads the opaque form. ok is false for anything that String would not have written.
func ParseCursor(s string) (c Cursor, ok bool) {
	digits, found := strings.CutPrefix(s, "e")
	seq, err := strconv.ParseInt(digits, 36, 64)
	c = Cursor{Seq: seq}
	return c, found && err == nil && seq >= 0 && c.String() == s
}

// Less says whether c stands before d.
func (c Cursor) Less(d Cursor) bool { return c.Seq < d.Seq }

// Event is something that happened, as committed with the fact. At most one of Order, Wallet, Referral, Membership and ProductID is set, by the kind: they are
// the thing as the event left it.
type Event struct {
	ID         int64 // of its row; the order is that of the cursors
	Cursor     Cursor
	At         time.Time
	Kind       EventKind
	CustomerID int64     // 0 when no customer is concerned
	OrderID    int64     // 0 when no order is concerned
	ProductID  int64     // 0 when no product is concerned
	ClubID     int64     // 0 when no club is concerned
	Desk       bool      // whether staff should hear of it
	By         ActorKind // who did it to the order; empty when nobody did
	Order      *Order
	Wallet     *Wallet
	Referral   *ReferralNews
	Expiring   *ExpiringPoints // beside Wallet
	Membership *Membership
	Post       *PostRef // of a club's feed; read when it is shown, since it may be hidden by then
	Family     *FamilyNews
	Import     *ImportNews // for admins
	Origin     *Origin     // nil when no request did it
}

// Origin is the request that something came of, for logs and traces. It goes to no client.
type Origin struct {
	Request string `json:"request,omitempty"` // its id
	Trace   string `json:"trace,omitempty"`   // where it stands in a trace, as a W3C traceparent
}

// EventData is what an event carries, as stored.
type EventData struct {
	By         ActorKind       `json:"by,omitempty"`
	Origin     *Origin         `json:"origin,omitempty"`
	Order      *Order          `json:"order,omitempty"`
	Wallet     *Wallet         `json:"wallet,omitempty"`
	Referral   *ReferralNews   `json:"referral,omitempty"`
	Expiring   *ExpiringPoints `json:"expiring,omitempty"`
	Membership *Membership     `json:"membership,omitempty"`
	Post       *PostRef        `json:"post,omitempty"`
	Family     *FamilyNews     `json:"family,omitempty"`
	Import     *ImportNews     `json:"import,omitempty"`
}

// Encode writes the data for storage.
func (d EventData) Encode() (string, error) {
	b, err := json.Marshal(d)
	return string(b), err
}
