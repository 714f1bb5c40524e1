package domain

import (
	"regexp"
	"time"
)

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
	Family   FamilyRules
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
	// NoticeDays is how long before points burn their owner is told; 0 for never. Default 14.
	NoticeDays int64
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

// BusinessPatch is what an admin changes about the business; nil fields stay.
type BusinessPatch struct {
	Name         *Text
	Description  *Text
	Address      *Text
	Phone        *string
	Email        *string
	CurrencyCode *string
	TimeZone     *string
	Country      *string
	Locale       *Locale
	NumberPrefix *string
	PointMinor   *int64
	MaxShare     *int64 // basis points
	ReturnDays   *int64
	LifetimeDays *int64
	NoticeDays   *int64
	HoldDays     *int64
	// Families: see FamilyRules.
	FamilyTransfers  *bool
	FamilyDailyLimit *int64
	FamilySize       *int64
}

// Apply returns the business after the change, or everything that is wrong with it. Currency and worth of a point cannot change once there are
// orders: their amounts would mean something else.
func (p BusinessPatch) Apply(b Business, hasOrders bool) (Business, Refused) {
	refused := p.check()
	if hasOrders && p.CurrencyCode != nil && *p.CurrencyCode != b.CurrencyCode {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"currencyCode"}, Rule: "hasOrders"})
	}
	if hasOrders && p.PointMinor != nil && *p.PointMinor != b.Points.PointMinor {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"pointValue"}, Rule: "hasOrders"})
	}
	take(&b.Name, p.Name)
	take(&b.Description, p.Description)
	take(&b.Address, p.Address)
	take(&b.Phone, p.Phone)
	take(&b.Email, p.Email)
	take(&b.CurrencyCode, p.CurrencyCode)
	take(&b.TimeZone, p.TimeZone)
	take(&b.Country, p.Country)
	take(&b.Locale, p.Locale)
	take(&b.NumberPrefix, p.NumberPrefix)
	take(&b.Points.PointMinor, p.PointMinor)
	take(&b.Points.MaxShare, p.MaxShare)
	take(&b.Points.ReturnWindowDays, p.ReturnDays)
	take(&b.Points.LifetimeDays, p.LifetimeDays)
	take(&b.Points.NoticeDays, p.NoticeDays)
	take(&b.HoldDays, p.HoldDays)
	take(&b.Family.Transfers, p.FamilyTransfers)
	take(&b.Family.DailyLimit, p.FamilyDailyLimit)
	take(&b.Family.MaxSize, p.FamilySize)
	return b, refused
}

func take[T any](dest *T, value *T) {
	if value != nil {
		*dest = *value
	}
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

func (p BusinessPatch) check() (refused Refused) {
	if p.Name != nil && p.Name.Empty() {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"name"}, Rule: "name"})
	}
	for _, t := range []struct {
		field string
		text  *Text
	}{{"name", p.Name}, {"description", p.Description}, {"address", p.Address}} {
		if t.text != nil {
			refused = append(refused, CheckText(t.text.RU, false, MaxNote, t.field)...)
			refused = append(refused, CheckText(t.text.EN, false, MaxNote, t.field)...)
		}
	}
	for _, t := range []struct {
		field string
		text  *string
		most  int
	}{{"phone", p.Phone, 40}, {"email", p.Email, 254}, {"numberPrefix", p.NumberPrefix, 8}} {
		if t.text != nil {
			refused = append(refused, CheckText(*t.text, false, t.most, t.field)...)
		}
	}
	if p.Country != nil && !countryForm.MatchString(*p.Country) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"country"}})
	}
	for _, n := range []struct {
		field       string
		value       *int64
		least, most int64
	}{{"pointValue", p.PointMinor, 1, MaxMinor}, {"maxSharePercent", p.MaxShare, 0, 10_000}, {"returnWindowDays", p.ReturnDays, 0, 3_650},
		{"lifetimeDays", p.LifetimeDays, 0, 36_500}, {"noticeDays", p.NoticeDays, 0, 365}, {"holdDays", p.HoldDays, 1, 3_650},
		{"familyDailyLimit", p.FamilyDailyLimit, 1, MaxAdjust}, {"familySize", p.FamilySize, 2, MaxFamilySize}} {
		switch {
		case n.value == nil:
		case *n.value < n.least:
			refused = append(refused, Refusal{Code: CodeTooSmall, Field: []string{n.field}, Limit: n.least})
		case *n.value > n.most:
			refused = append(refused, Refusal{Code: CodeTooLarge, Field: []string{n.field}, Limit: n.most})
		}
	}
	return refused
}

// WebPush is what Firebase's library for browsers asks for before it registers one. None of it is a secret.
type WebPush struct {
	APIKey    string `json:"apiKey"`
	ProjectID string `json:"projectId"`
	SenderID  string `json:"messagingSenderId"`
	AppID     string `json:"appId"`
	VapidKey  string `json:"vapidKey"`
}

// Complete tells whether nothing is missing.
func (w WebPush) Complete() bool {
	return w.APIKey != "" && w.ProjectID != "" && w.SenderID != "" && w.AppID != "" && w.VapidKey != ""
}
