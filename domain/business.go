package domain

import "time"

// Business is the business behind the cabinet and the rules it set. There is one per database.
type Business struct {
	Name         Text
	Description  Text
	Address      Text
	Phone        string
	Email        string
	CurrencyCode string
	TimeZone     string
	Locale       Locale // of messages to people whose language is not known
	Country      string // ISO 3166, that local phone numbers belong to
	NumberPrefix string // of order numbers, for example "R-"
	Points       PointsProgram
	// HoldDays is how long points stay reserved for an order that nobody confirms; then it is cancelled. Default 3.
	HoldDays int64
}

// PointsProgram is the rules of bonus points as numbers.
type PointsProgram struct {
	// PointMinor is what a point is worth when spent, in minor units. Default 100: one unit of the currency.
	PointMinor int64
	// MaxShare is the largest share of an order that points may pay, in basis points. Default 5,000: a half.
	MaxShare int64
	// ReturnWindowDays is how long earned points stay pending. Default 14.
	ReturnWindowDays int64
	// LifetimeDays is how long active points live; 0 when they do not expire. Default 365.
	LifetimeDays int64
}

// MaturesAt is when points earned at the given instant become active.
func (p PointsProgram) MaturesAt(earned time.Time) time.Time {
	return earned.Add(time.Duration(p.ReturnWindowDays) * 24 * time.Hour)
}

// ExpiresAt is when points that become active at the given instant expire; nil when they do not.
func (p PointsProgram) ExpiresAt(active time.Time) *time.Time {
	if p.LifetimeDays == 0 {
		return nil
	}
	at := active.Add(time.Duration(p.LifetimeDays) * 24 * time.Hour)
	return &at
}

// EarningRule is a way to earn points, with a version: what was earned by it is never computed anew.
type EarningRule struct {
	ID      int64 `db:"id"`
	Version int64 `db:"version"`
	Name    Text  `db:"-"`
	// Share of the paid amount, in basis points.
	Share int64 `db:"basis_points"`
	// Percent is how much is earned compared with the usual, by a club's privilege: 200 is twice as much. 0 and 100 are the usual.
	Percent int64 `db:"-"`
}
