package domain

import "time"

// ExpiringPoints is points of one customer that burn soon.
type ExpiringPoints struct {
	Points int64     `json:"points"`
	At     time.Time `json:"at"` // when the first of them burn
}

// Statement is a wallet over a period: how it began, how it ended, and how many points moved for each cause.
type Statement struct {
	CustomerID int64
	From, To   time.Time // half-open
	Opening    Wallet
	Closing    Wallet
	Totals     []CauseTotal
}

// CauseTotal is how many points moved for a cause.
type CauseTotal struct {
	Cause  Cause `db:"cause"`
	Points int64 `db:"points"`
}

// MaxStatement bounds the period of a statement.
const MaxStatement = 5 * 366 * 24 * time.Hour

// Liability is what the business owes in points, and what became of points in a period.
type Liability struct {
	Active, Pending, Held int64 // in all wallets now
	Debt                  int64 // owed by customers
	Issued                int64 // in the period, less what was taken back
	Redeemed              int64 // in the period, less what refunds gave back
	Expired               int64 // in the period
	Expiring              []MonthPoints
	Lasting               int64 // active points that never expire
}

// MonthPoints is active points that expire in a month, which is told by its first day.
type MonthPoints struct {
	Month  time.Time `db:"month"`
	Points int64     `db:"points"`
}

// Owed is how many points customers hold in all.
func (l Liability) Owed() int64 { return l.Active + l.Pending + l.Held }
