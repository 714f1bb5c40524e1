package domain

import (
	"slices"
	"strconv"
	"time"
)

// Date is a day of the calendar, such as 2030-05-24.
type Date string

// ParseDate reads a day; ok is false for anything that is none.
func ParseDate(s string) (d Date, ok bool) {
	_, err := time.Parse(time.DateOnly, s)
	return Date(s), err == nil
}

// BirthdayNotice is how many days before the birthday it must be known for the points of that year; otherwise anybody's birthday would be today.
const BirthdayNotice = 7

// BirthdayGrace is for how many days after a birthday its points are still given, should nobody have done it on the day.
const BirthdayGrace = 7

// BirthdayKeys lists month × 100 + day of every birthday that points may be given for at an instant, in whatever zone. Those born on 29 February have their birthday
// on the 28th in other years.
func BirthdayKeys(now time.Time) (keys []int64) {
	first := now.UTC().AddDate(0, 0, -BirthdayGrace-1)
	for i := range BirthdayGrace + 3 {
		day := first.AddDate(0, 0, i)
		keys = append(keys, int64(day.Month())*100+int64(day.Day()))
	}
	if slices.Contains(keys, 228) && !slices.Contains(keys, 229) {
		keys = append(keys, 229)
	}
	return keys
}

// CheckBirthday refuses a birthday that nobody living has.
func CheckBirthday(d Date, now time.Time) Refused {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil || day.Year() < 1900 || day.After(now) {
		return Refused{{Code: CodeInvalid, Field: []string{"birthday"}, Rule: "birthday"}}
	}
	return nil
}

// ProfileComplete says whether a customer told all that a complete profile has: a name and a birthday, beside the address that everybody signs in with.
func (c Customer) ProfileComplete() bool {
	return c.Name != nil && c.Birthday != nil && (c.Phone != nil || c.Email != nil)
}

// PointsGrant is points that staff give to many customers at once: to those named, or to all members of a club.
type PointsGrant struct {
	IdempotencyKey string
	Name           Text // what for, as customers read it
	Points         int64
	ExpiresAt      *time.Time // nil for as long as all points live
	CustomerIDs    []int64
	ClubID         int64
}

// MaxGranted bounds how many customers a grant names.
const MaxGranted = 10_000

// CheckGrant lists what is wrong with a grant, all at once.
func CheckGrant(g PointsGrant, now time.Time) (refused Refused) {
	refused = append(CheckKey(g.IdempotencyKey), within(g.Points, 1, MaxAdjust, "points")...)
	if g.Name.Empty() {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"name"}, Rule: "reason"})
	}
	refused = append(refused, CheckText(g.Name.RU, false, 200, "name", "ru")...)
	refused = append(refused, CheckText(g.Name.EN, false, 200, "name", "en")...)
	if (len(g.CustomerIDs) == 0) == (g.ClubID == 0) {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"customerIds"}, Rule: "audience"})
	}
	refused = append(refused, within(int64(len(g.CustomerIDs)), 0, MaxGranted, "customerIds")...)
	for i, id := range g.CustomerIDs {
		if id == 0 {
			refused = append(refused, Refusal{Code: CodeNotFound, Field: []string{"customerIds", strconv.Itoa(i)}, Rule: "customer"})
		}
	}
	if g.ExpiresAt != nil && !g.ExpiresAt.After(now) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"expiresAt"}, Rule: "past"})
	}
	return refused
}

// Granted is what came of a grant: its rule, and how many customers get how many points in all.
type Granted struct {
	Rule      EarningRuleDates
	Customers int64
	Points    int64
}

// AwardState is how far the points of an event are.
type AwardState string

// The states of an award.
const (
	AwardDue       AwardState = "DUE"
	AwardPending   AwardState = "PENDING"
	AwardActive    AwardState = "ACTIVE"
	AwardTakenBack AwardState = "TAKEN_BACK"
)

// Award is points for an event. Expires is when they burn once they are active: its own date, else by the lifetime of its rule, else as all points do.
type Award struct {
	ID           int64      `db:"id"`
	CustomerID   int64      `db:"customer_id"`
	RuleID       int64      `db:"rule_id"`
	Points       int64      `db:"points"`
	State        AwardState `db:"state"`
	Waits        bool       `db:"waits"` // whether it waits for the return window once given
	LifetimeDays *int64     `db:"lifetime_days"`
	ExpiresAt    *time.Time `db:"expires_at"`
}

// Next is the state after the step that is due.
func (a Award) Next() AwardState {
	if a.State == AwardDue && a.Waits {
		return AwardPending
	}
	return AwardActive
}

// Expires is when the points burn that become active at an instant; nil when they do not.
func (a Award) Expires(active time.Time, p PointsProgram) *time.Time {
	if a.ExpiresAt != nil {
		return a.ExpiresAt
	}
	if a.LifetimeDays != nil {
		p.LifetimeDays = *a.LifetimeDays
	}
	return p.ExpiresAt(active)
}
