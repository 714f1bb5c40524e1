package domain

import "time"

// TimelineKind is what happened to an order.
type TimelineKind string

// The kinds of timeline entries.
const (
	TimelinePlaced        TimelineKind = "PLACED"
	TimelineConfirmed     TimelineKind = "CONFIRMED"
	TimelineStarted       TimelineKind = "STARTED"
	TimelineReady         TimelineKind = "READY"
	TimelineCompleted     TimelineKind = "COMPLETED"
	TimelineCancelled     TimelineKind = "CANCELLED"
	TimelineRefunded      TimelineKind = "REFUNDED"
	TimelinePromised      TimelineKind = "PROMISED"
	TimelinePromiseBroken TimelineKind = "PROMISE_BROKEN"
	TimelinePoints        TimelineKind = "POINTS"
	TimelineNote          TimelineKind = "NOTE"
)

// ActorKind is who did something.
type ActorKind string

// The kinds of actors.
const (
	ActorCustomer ActorKind = "CUSTOMER"
	ActorStaff    ActorKind = "STAFF"
	ActorSystem   ActorKind = "SYSTEM"
	ActorImport   ActorKind = "IMPORT"
)

// TimelineEntry is one thing that happened to an order. Entries are never changed or removed.
type TimelineEntry struct {
	ID      int64
	OrderID int64
	At      time.Time
	Kind    TimelineKind
	Public  bool
	Actor   ActorKind
	StaffID *int64
	Reason  *string
	Data    TimelineData
}

// GID is the entry's global id.
func (e TimelineEntry) GID() GID { return GID{"TimelineEntry", e.ID} }

// TimelineData is what the words of an entry need; zero fields do not belong to its kind.
type TimelineData struct {
	PromisedAt    *time.Time `json:"promisedAt,omitempty"`
	RefundedMinor int64      `json:"refunded,omitempty"`
	Points        int64      `json:"points,omitempty"`
	PointsBack    int64      `json:"pointsBack,omitempty"`
	CurrencyCode  string     `json:"currency,omitempty"`
}
