package domain

import (
	"math/bits"
	"slices"
	"time"
)

// EarningKind is what earns points: a share of orders, of all or of some, or an event that brings a fixed number.
type EarningKind string

// The kinds of earning rules. Those before EarnSignUp are shares of orders.
const (
	EarnAllOrders  EarningKind = "ALL_ORDERS"
	EarnCategory   EarningKind = "CATEGORY"
	EarnProduct    EarningKind = "PRODUCT"
	EarnClub       EarningKind = "CLUB"
	EarnFirstOrder EarningKind = "FIRST_ORDER"
	EarnSignUp     EarningKind = "SIGN_UP"
	EarnBirthday   EarningKind = "BIRTHDAY"
	EarnProfile    EarningKind = "PROFILE"
	EarnReview     EarningKind = "REVIEW"
	EarnCampaign   EarningKind = "CAMPAIGN"
)

// OfOrders says whether the kind is a share of orders.
func (k EarningKind) OfOrders() bool {
	return slices.Contains([]EarningKind{EarnAllOrders, EarnCategory, EarnProduct, EarnClub, EarnFirstOrder}, k)
}

// EarningRule is a way to earn points, with a version: what was earned by it is never computed anew.
type EarningRule struct {
	ID      int64       `db:"id"`
	Version int64       `db:"version"`
	Kind    EarningKind `db:"kind"`
	Name    Text        `db:"-"`
	// CategoryID, ProductID and ClubID are what the kind is about; 0 for others.
	CategoryID int64 `db:"category_id"`
	ProductID  int64 `db:"product_id"`
	ClubID     int64 `db:"club_id"`
	// Share of the paid amount, in basis points; 0 for events.
	Share int64 `db:"basis_points"`
	// Points of an event; 0 for shares.
	Points int64 `db:"points"`
	// LifetimeDays is how long points of an event live; nil for as long as all others.
	LifetimeDays *int64 `db:"lifetime_days"`
	// PerPerson is how often a customer can get points of the kind at most; nil for no limit.
	PerPerson *int64 `db:"per_person"`
	// Pending says that points of an event wait for the return window.
	Pending bool `db:"pending"`
}

// GID is the rule's global id.
func (r EarningRule) GID() GID { return GID{"EarningRule", r.ID} }

// Meant says whether the rule is about a line.
func (r EarningRule) Meant(l OfferLine) bool {
	switch r.Kind {
	case EarnCategory:
		return r.CategoryID == l.CategoryID
	case EarnProduct:
		return r.ProductID == l.ProductID
	}
	return r.Kind.OfOrders()
}

// CommonRule is the rule of all orders; the zero rule earns nothing.
func CommonRule(rules []EarningRule) EarningRule {
	for _, r := range rules {
		if r.Kind == EarnAllOrders {
			return r
		}
	}
	return EarningRule{}
}

// Earning is what one order earns by: the rules that hold for its customer, and how much is earned compared with the usual by a club's privilege, where 200
// is twice as much and 0 and 100 are the usual. Rules never stack: for each line the best single one counts, the first of equals.
type Earning struct {
	Rules   []EarningRule
	Percent int64
}

// Best is the rule that a line earns by; the zero rule earns nothing.
func (e Earning) Best(l OfferLine) (best EarningRule) {
	for _, r := range e.Rules {
		if r.Share > best.Share && r.Meant(l) {
			best = r
		}
	}
	return best
}

// Earn decides what each line earns and by which rule, and returns the sum. The order is floored once to whole points, which go to the lines by largest
// remainder of their amount times the share of their rule.
func (e Earning) Earn(lines []QuoteLine, pointMinor int64) int64 {
	weights := make([]int64, len(lines))
	percent := max(e.Percent, 100)
	var hi, lo uint64 // millionths of a minor unit; an order has at most 100 lines of 10^16 with a share times percent of at most 10^7
	var common int64
	for i := range lines {
		rule := e.Best(lines[i].OfferLine)
		lines[i].RuleID = rule.ID
		weights[i] = rule.Share
		common = gcd(common, rule.Share)
		h, l := bits.Mul64(uint64(max(lines[i].TotalMinor, 0)), uint64(rule.Share*percent))
		var carry uint64
		lo, carry = bits.Add64(lo, l, 0)
		hi, _ = bits.Add64(hi, h, carry)
	}
	if common == 0 {
		return 0
	}
	total, _ := bits.Div64(hi, lo, 1_000_000*uint64(pointMinor))
	shift := 0
	for _, l := range lines {
		for max(l.TotalMinor, 0)>>shift > 1<<55/(10_000/common) {
			shift++
		}
	}
	for i, l := range lines {
		weights[i] = max(l.TotalMinor, 0) >> shift * (weights[i] / common)
	}
	for i, points := range Spread(int64(total), weights, nil) {
		lines[i].PointsToEarn = points
	}
	return int64(total)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// EarningRuleDates is an earning rule with the half-open time in which it holds. EndsAt is nil while it has no end; StartsAt is nil when it always held.
type EarningRuleDates struct {
	EarningRule
	StartsAt *time.Time
	EndsAt   *time.Time
}

// EarningRuleDraft is a rule to set from a date on; a zero StartsAt is now. Name is how customers read it; when empty it is worded from the rest.
type EarningRuleDraft struct {
	IdempotencyKey string
	EarningRule
	Named    Text
	StartsAt time.Time
}

// CheckEarningRule lists what is wrong with a rule to set.
func CheckEarningRule(d EarningRuleDraft, now time.Time) (refused Refused) {
	if d.Kind == EarnCampaign {
		return Refused{{Code: CodeInvalid, Field: []string{"kind"}, Rule: "action"}}
	}
	if d.Kind.OfOrders() {
		switch {
		case d.Share < 1:
			refused = append(refused, Refusal{Code: CodeTooSmall, Field: []string{"percent"}, Limit: 0})
		case d.Share > 10_000:
			refused = append(refused, Refusal{Code: CodeTooLarge, Field: []string{"percent"}, Limit: 100})
		}
		if d.Points != 0 || d.LifetimeDays != nil || d.PerPerson != nil || d.Pending {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"points"}, Rule: "earningOrder"})
		}
	} else {
		refused = append(refused, within(d.Points, 1, MaxAdjust, "points")...)
		if d.Share != 0 {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"percent"}, Rule: "earningEvent"})
		}
		if d.LifetimeDays != nil {
			refused = append(refused, within(*d.LifetimeDays, 1, 36_500, "lifetimeDays")...)
		}
		if d.PerPerson != nil {
			refused = append(refused, within(*d.PerPerson, 1, 10_000, "perPerson")...)
		}
	}
	for _, target := range []struct {
		kind  EarningKind
		id    int64
		field string
	}{{EarnCategory, d.CategoryID, "categoryId"}, {EarnProduct, d.ProductID, "productId"}, {EarnClub, d.ClubID, "clubId"}} {
		switch {
		case target.kind == d.Kind && target.id == 0:
			refused = append(refused, Refusal{Code: CodeRequired, Field: []string{target.field}})
		case target.kind != d.Kind && target.id != 0:
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{target.field}, Rule: "earningTarget"})
		}
	}
	refused = append(refused, CheckText(d.Named.RU, false, 200, "name", "ru")...)
	refused = append(refused, CheckText(d.Named.EN, false, 200, "name", "en")...)
	if d.StartsAt.Before(now) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"startsAt"}, Rule: "past"})
	}
	return refused
}

// RulePreview is what a share would have cost on past orders, beside what they did earn.
type RulePreview struct {
	Orders      int64 `db:"orders"`
	PaidMinor   int64 `db:"paid"`
	WouldEarn   int64 `db:"would_earn"`
	DidEarn     int64 `db:"did_earn"`
	WouldAdd    int64 `db:"would_add"`
	CurrencyISO string
}

// Paid is the money that the orders paid.
func (p RulePreview) Paid() Money { return Money{p.PaidMinor, p.CurrencyISO} }
