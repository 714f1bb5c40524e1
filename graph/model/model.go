// Package model holds the shapes of the schema that are not types of the business: generated inputs, payloads and pages, and the few
// types written by hand because they carry what their fields need.
package model

import (
	"time"

	"kabinet/domain"
)

// Node is an object with a global id.
type Node interface{ GID() domain.GID }

// Event is something that happened, as subscribers see it.
type Event interface{ IsEvent() }

// PointsProgram is the rules of bonus points as numbers.
type PointsProgram struct {
	PointValue       domain.Money
	MaxSharePercent  domain.Decimal
	EarnPercent      domain.Decimal
	ReturnWindowDays int64
	LifetimeDays     *int64
	NoticeDays       *int64
	FamilyTransfers  bool
	FamilyDailyLimit int64
	FamilySize       int64
}

// OrderPreview is what an order would cost and earn, and what would be refused.
type OrderPreview struct {
	Lines        []OrderPreviewLine
	Subtotal     domain.Money
	PointsSpent  int64
	MaxPoints    int64
	Total        domain.Money
	PointsToEarn int64
	PromisedAt   *time.Time
	UserErrors   []UserError
}

// OrderPreviewLine is a priced line; its variant is loaded when asked for.
type OrderPreviewLine struct {
	VariantID int64
	Quantity  int64
	UnitPrice domain.Money
	PriceName *string // nil for the usual price
	Subtotal  domain.Money
	Total     domain.Money
}

// WayToEarn is a rule in words.
type WayToEarn struct {
	Kind    *domain.EarningKind
	Points  *int64
	Text    string
	Percent *domain.Decimal
}

// ProductEvent is something that happened to a product; the product is loaded when asked for.
type ProductEvent struct {
	Cursor    string
	At        time.Time
	Kind      domain.EventKind
	Gap       bool
	ProductID int64
}

// IsEvent marks ProductEvent as an Event.
func (ProductEvent) IsEvent() {}

// ReferralEvent is something that happened to a referral; who the caller is decides what Invited says.
type ReferralEvent struct {
	Cursor  string
	At      time.Time
	Kind    domain.EventKind
	Gap     bool
	Invited bool
	Name    *string
	State   domain.ReferralState
	Reason  *string
}

// IsEvent marks ReferralEvent as an Event.
func (ReferralEvent) IsEvent() {}

// ClubPrice is a better price of a club; what it is for is loaded when asked for.
type ClubPrice struct {
	For     domain.ClubPrice
	Percent *domain.Decimal
	Price   *domain.Money
}

// Comment is a post that stands below another.
type Comment struct{ domain.Post }

// PostAuthor is who wrote something, as the caller may know.
type PostAuthor struct {
	Name    string
	Staff   bool
	Own     bool
	Deleted bool
}

// PostEvent is something that happened in a feed; what it speaks of is read when asked for, by those who may.
type PostEvent struct {
	Cursor string
	At     time.Time
	Kind   domain.EventKind
	Gap    bool
	Ref    domain.PostRef
}

// IsEvent marks PostEvent as an Event.
func (PostEvent) IsEvent() {}

// ImportEvent says that an import went on; the import is read when asked for.
type ImportEvent struct {
	Cursor   string
	At       time.Time
	Kind     domain.EventKind
	Gap      bool
	ImportID int64
}

// IsEvent marks ImportEvent as an Event.
func (ImportEvent) IsEvent() {}

// Dashboard is a period; what happened in it is counted by its resolvers.
type Dashboard struct{ From, To time.Time }

// Desk is the staff's entrance; everything in it is read by its resolvers.
type Desk struct{}
