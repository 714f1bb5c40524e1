package domain

import "time"

// EarningRuleDates is an earning rule with the half-open time in which it holds. EndsAt is nil while it has no end; StartsAt is nil when it always held.
type EarningRuleDates struct {
	EarningRule
	StartsAt *time.Time
	EndsAt   *time.Time
}

// GID is the rule's global id.
func (r EarningRule) GID() GID { return GID{"EarningRule", r.ID} }

// EarningRuleDraft is the share of each order that comes back as points from a date on; a zero StartsAt is now.
type EarningRuleDraft struct {
	IdempotencyKey string
	Name           Text // in words, as customers read it; when empty it is worded from the share
	Share          int64
	StartsAt       time.Time
}

// CheckEarningRule lists what is wrong with a rule to set.
func CheckEarningRule(d EarningRuleDraft, now time.Time) (refused Refused) {
	switch {
	case d.Share < 1:
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: []string{"percent"}, Limit: 0})
	case d.Share > 10_000:
		refused = append(refused, Refusal{Code: CodeTooLarge, Field: []string{"percent"}, Limit: 100})
	}
	refused = append(refused, CheckText(d.Name.RU, false, 200, "name", "ru")...)
	refused = append(refused, CheckText(d.Name.EN, false, 200, "name", "en")...)
	if d.StartsAt.Before(now) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"startsAt"}, Rule: "past"})
	}
	return refused
}

// Words is the name of the rule, or what its share says.
func (d EarningRuleDraft) Words() Text {
	if !d.Name.Empty() {
		return d.Name
	}
	percent := string(PercentText(d.Share))
	return Text{RU: percent + " % от оплаченной суммы каждого заказа", EN: percent + " % of the paid amount of each order"}
}

// RulePreview is what a share would have cost on past orders, beside what they did earn.
type RulePreview struct {
	Orders      int64 `db:"orders"`
	PaidMinor   int64 `db:"paid"`
	WouldEarn   int64 `db:"would_earn"`
	DidEarn     int64 `db:"did_earn"`
	CurrencyISO string
}

// Paid is the money that the orders paid.
func (p RulePreview) Paid() Money { return Money{p.PaidMinor, p.CurrencyISO} }
