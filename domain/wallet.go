package domain

import (
	"fmt"
	"time"
)

// Account is a part of the ledger that points move between. The first four belong to a customer, the others to the business.
type Account string

// The accounts of the ledger.
const (
	AccountActive   Account = "ACTIVE"
	AccountPending  Account = "PENDING"
	AccountHeld     Account = "HELD"
	AccountDebt     Account = "DEBT"
	AccountIssued   Account = "ISSUED"
	AccountRedeemed Account = "REDEEMED"
	AccountExpired  Account = "EXPIRED"
	// AccountFamily is points on their way from one wallet to another: empty after every transaction.
	AccountFamily Account = "FAMILY"
)

// Cause is why points moved.
type Cause string

// The causes of movements.
const (
	CauseOrderEarned    Cause = "ORDER_EARNED"
	CauseMatured        Cause = "MATURED"
	CauseOrderHeld      Cause = "ORDER_HELD"
	CauseOrderCaptured  Cause = "ORDER_CAPTURED"
	CauseOrderReleased  Cause = "ORDER_RELEASED"
	CauseRefundReversed Cause = "REFUND_REVERSED"
	CauseRefundReturned Cause = "REFUND_RETURNED"
	CauseAdjusted       Cause = "ADJUSTED"
	CauseExpired        Cause = "EXPIRED"
	CauseDebtSettled    Cause = "DEBT_SETTLED"
	CauseReferralEarned Cause = "REFERRAL_EARNED"
	CauseFamilySent     Cause = "FAMILY_SENT"
	CauseFamilyReceived Cause = "FAMILY_RECEIVED"
	CauseAwarded        Cause = "AWARDED"
	CauseAwardReversed  Cause = "AWARD_REVERSED"
)

// Wallet is the points of a customer by part, none of them negative. Debt is what is owed: the debt account's balance is minus
// that. Points are owed only while none are active: whatever becomes active settles the debt first.
type Wallet struct {
	CustomerID int64 `db:"customer_id" json:"customerId"`
	Active     int64 `db:"active" json:"active"`
	Pending    int64 `db:"pending" json:"pending"`
	Held       int64 `db:"held" json:"held"`
	Debt       int64 `db:"debt" json:"debt"`
}

// GID is the wallet's global id; a wallet has its customer's number.
func (w Wallet) GID() GID { return GID{"Wallet", w.CustomerID} }

// Move is a movement of points between two accounts: the double entry of the ledger. Points is positive.
type Move struct {
	From, To Account
	Points   int64
	Cause    Cause
}

// Apply moves points and returns the wallet after. It fails, as a bug and not as a refusal, when a part would become negative.
func (w Wallet) Apply(m Move) (Wallet, error) {
	if m.Points <= 0 || m.From == m.To {
		return w, fmt.Errorf("move of %d points from %s to %s", m.Points, m.From, m.To)
	}
	w.add(m.From, -m.Points)
	w.add(m.To, m.Points)
	if w.Active < 0 || w.Pending < 0 || w.Held < 0 || w.Debt < 0 {
		return w, fmt.Errorf("move of %d points from %s to %s overdraws the wallet of customer %d", m.Points, m.From, m.To, w.CustomerID)
	}
	return w, nil
}

func (w *Wallet) add(a Account, points int64) {
	switch a {
	case AccountActive:
		w.Active += points
	case AccountPending:
		w.Pending += points
	case AccountHeld:
		w.Held += points
	case AccountDebt:
		w.Debt -= points
	}
}

// Lot is active points that expire together. Remaining can be spent, Held is reserved for orders.
type Lot struct {
	ID         int64      `db:"id"`
	CustomerID int64      `db:"customer_id"`
	Remaining  int64      `db:"remaining"`
	Held       int64      `db:"held"`
	ExpiresAt  *time.Time `db:"expires_at"`
	CreatedAt  time.Time  `db:"created_at"`
}

// GID is the lot's global id.
func (l Lot) GID() GID { return GID{"PointLot", l.ID} }

// Take is a number of points of one lot.
type Take struct {
	LotID  int64 `db:"lot_id"`
	Points int64 `db:"points"`
}

// SpendPoints takes n points from the lots in the given order, which is soonest-expiring first with those that never expire last.
// short is what the lots do not have.
func SpendPoints(lots []Lot, n int64) (takes []Take, short int64) {
	for _, l := range lots {
		if n == 0 {
			break
		}
		if p := min(l.Remaining, n); p > 0 {
			takes = append(takes, Take{l.ID, p})
			n -= p
		}
	}
	return takes, n
}

// ReturnPoints gives n points back to the lots they were taken from, to the one taken last first, which expires last. takes are what is
// still out of each lot. short is what was never taken.
func ReturnPoints(takes []Take, n int64) (back []Take, short int64) {
	for i := len(takes) - 1; i >= 0 && n > 0; i-- {
		if p := min(takes[i].Points, n); p > 0 {
			back = append(back, Take{takes[i].LotID, p})
			n -= p
		}
	}
	return back, n
}

// LotsTotal is how many points the takes hold together.
func LotsTotal(takes []Take) (n int64) {
	for _, t := range takes {
		n += t.Points
	}
	return n
}

// Reversal is how earned points that are taken back are found: first among those still pending, then among active ones, the rest becomes debt.
type Reversal struct {
	Pending int64
	Active  int64
	Debt    int64
}

// ReversePoints decides a reversal of n points. pending says whether the accrual has not matured; active is what the wallet can give.
func ReversePoints(n int64, pending bool, active int64) Reversal {
	if pending {
		return Reversal{Pending: n}
	}
	fromActive := min(n, max(active, 0))
	return Reversal{Active: fromActive, Debt: n - fromActive}
}

// SettleDebt is how many of n points that just became active go to the debt.
func SettleDebt(debt, n int64) int64 { return max(min(debt, n), 0) }

// WalletEntry is a movement as recorded, with the wallet right after it. Entries are never changed or removed.
type WalletEntry struct {
	ID         int64
	At         time.Time
	CustomerID int64
	Cause      Cause
	From       Account
	To         Account
	Points     int64
	OrderID    *int64
	Rule       Text // the rule or reason in words; empty where the cause says it all
	After      Wallet
}

// GID is the entry's global id.
func (e WalletEntry) GID() GID { return GID{"WalletEntry", e.ID} }

// MaxAdjust bounds what staff give or take at once.
const MaxAdjust = 10_000_000

// CheckAdjust lists what is wrong with an adjustment before the wallet is looked at.
func CheckAdjust(points int64, reason string) (refused Refused) {
	switch {
	case points == 0:
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"points"}, Rule: "zero"})
	case points > MaxAdjust:
		refused = append(refused, Refusal{Code: CodeTooLarge, Field: []string{"points"}, Limit: MaxAdjust})
	case points < -MaxAdjust:
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: []string{"points"}, Limit: -MaxAdjust})
	}
	return append(refused, CheckText(reason, true, MaxReason, "reason")...)
}
