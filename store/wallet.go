package store

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
)

// WalletsByCustomer reads wallets; customers without one are left out.
func (s *Store) WalletsByCustomer(ctx context.Context, ids []int64) (map[int64]domain.Wallet, error) {
	var rows []domain.Wallet
	err := s.list(ctx, &rows, `
select customer_id, active, pending, held, debt
  from wallet
 where customer_id = any($1)`, orEmpty(ids))
	return byKey(rows, func(w domain.Wallet) int64 { return w.CustomerID }), err
}

type entryRow struct {
	ID         int64               `db:"id"`
	CustomerID int64               `db:"customer_id"`
	From       domain.Account      `db:"from_account"`
	To         domain.Account      `db:"to_account"`
	Points     int64               `db:"points"`
	Cause      domain.Cause        `db:"cause"`
	OrderID    *int64              `db:"order_id"`
	Reason     *string             `db:"reason"`
	Rule       jsonOf[domain.Text] `db:"rule"`
	At         time.Time           `db:"at"`
	Active     int64               `db:"active_after"`
	Pending    int64               `db:"pending_after"`
	Held       int64               `db:"held_after"`
	Debt       int64               `db:"debt_after"`
	place
}

func (r entryRow) entry() domain.WalletEntry {
	rule := r.Rule.V
	if r.Reason != nil {
		rule = domain.Text{RU: *r.Reason, EN: *r.Reason}
	}
	return domain.WalletEntry{ID: r.ID, At: r.At, CustomerID: r.CustomerID, Cause: r.Cause, From: r.From, To: r.To, Points: r.Points,
		OrderID: r.OrderID, Rule: rule,
		After: domain.Wallet{CustomerID: r.CustomerID, Active: r.Active, Pending: r.Pending, Held: r.Held, Debt: r.Debt}}
}

const (
	entryColumns = `t.id, t.customer_id, t.from_account, t.to_account, t.points, t.cause, t.order_id, t.reason, r.name as rule, t.at,
       t.active_after, t.pending_after, t.held_after, t.debt_after`
	entryFrom = `transfer t left join earning_rule r on r.id = t.rule_id`
)

// WalletEntries reads the movements of a wallet, newest first.
func (s *Store) WalletEntries(ctx context.Context, customerID int64, page domain.Page) (domain.List[domain.WalletEntry], error) {
	q := pageQuery{
		columns: entryColumns, from: entryFrom, key: "t.id", keyType: "bigint", id: "t.id", desc: true,
		where: []string{"t.customer_id = $1"}, args: []any{customerID},
	}
	return readPage(ctx, s, q, page, entryRow.entry)
}

// Lots reads the lots of a wallet that hold points, soonest-expiring first.
func (s *Store) Lots(ctx context.Context, customerID int64) ([]domain.Lot, error) {
	var lots []domain.Lot
	err := s.list(ctx, &lots, `
select id, customer_id, remaining, held, expires_at, created_at
  from lot
 where customer_id = $1 and remaining > 0
 order by expires_at, id`, customerID)
	return lots, err
}

// ExpiringPoints counts the active points that expire within so many days.
func (s *Store) ExpiringPoints(ctx context.Context, customerID, days int64) (points int64, err error) {
	err = s.get(ctx, &points, `
select coalesce(sum(remaining), 0)::bigint
  from lot
 where customer_id = $1 and remaining > 0 and expires_at < $2`, customerID, s.now().Add(time.Duration(days)*24*time.Hour))
	return points, err
}

// AdjustWallet gives points to a customer or takes them, with a reason that the customer sees. Refusals: those of domain.CheckAdjust;
// INSUFFICIENT_POINTS when more is taken than is active; NOT_FOUND for an unknown customer.
func (s *Store) AdjustWallet(ctx context.Context, v domain.Viewer, in domain.WalletAdjust) (domain.Wallet, domain.WalletEntry, error) {
	refused := append(domain.CheckKey(in.IdempotencyKey), domain.CheckAdjust(in.Points, in.Reason)...)
	if refused != nil {
		return domain.Wallet{}, domain.WalletEntry{}, refused
	}
	key, err := newOnce(v, "walletAdjust", in.IdempotencyKey, in)
	if err != nil {
		return domain.Wallet{}, domain.WalletEntry{}, err
	}
	var row entryRow
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.adjust(ctx, v, in); err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
		}
		return tx.get(ctx, &row, `select `+entryColumns+` from `+entryFrom+` where t.id = $1`, id)
	})
	if err != nil {
		return domain.Wallet{}, domain.WalletEntry{}, err
	}
	wallets, err := s.WalletsByCustomer(ctx, []int64{row.CustomerID})
	return wallets[row.CustomerID], row.entry(), err
}

// adjust moves the points and returns the number of the movement.
func (t *Tx) adjust(ctx context.Context, v domain.Viewer, in domain.WalletAdjust) (int64, error) {
	wallets, err := t.lockWallets(ctx, in.CustomerID)
	if err != nil {
		return 0, err
	}
	w, found := wallets[in.CustomerID]
	if !found {
		return 0, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"customerId"}, Rule: "customer"})
	}
	terms, err := t.terms(ctx)
	if err != nil {
		return 0, err
	}
	b := newPointsBatch(wallets)
	ref := pointsRef{staffID: v.StaffID, reason: in.Reason}
	if in.Points > 0 {
		move := domain.Move{From: domain.AccountIssued, To: domain.AccountActive, Points: in.Points, Cause: domain.CauseAdjusted}
		err = b.give(in.CustomerID, move, newLot{expiresAt: terms.business.Points.ExpiresAt(t.now)}, ref)
	} else {
		err = t.takeActive(ctx, b, w, -in.Points, ref)
	}
	if err != nil {
		return 0, err
	}
	first, err := t.applyPoints(ctx, b)
	if err != nil {
		return 0, err
	}
	if err := t.audit(ctx, v, "walletAdjust", "customer:"+strconv.FormatInt(in.CustomerID, 10), in.Reason, map[string]int64{"points": in.Points}); err != nil {
		return 0, err
	}
	return first, t.tell(ctx, walletNews(b.wallet(in.CustomerID), true))
}

// takeActive takes active points, soonest-expiring first; INSUFFICIENT_POINTS when there are fewer.
func (t *Tx) takeActive(ctx context.Context, b *pointsBatch, w domain.Wallet, points int64, ref pointsRef) error {
	if points > w.Active {
		return domain.Refuse(domain.Refusal{Code: domain.CodeInsufficientPoints, Field: []string{"points"}, Available: w.Active})
	}
	lots, err := t.lots(ctx, w.CustomerID)
	if err != nil {
		return err
	}
	book := domain.NewLotBook(lots)
	book.Burn(points, 0)
	b.lots = append(b.lots, book.Changes()...)
	return b.move(w.CustomerID, domain.Move{From: domain.AccountActive, To: domain.AccountIssued, Points: points, Cause: domain.CauseAdjusted}, ref)
}

// MovesAt reads the movements of a wallet that were recorded at an instant, which is one transaction's.
func (s *Store) MovesAt(ctx context.Context, customerID int64, at time.Time) ([]domain.WalletEntry, error) {
	var rows []entryRow
	err := s.list(ctx, &rows, `
select `+entryColumns+`, '' as sort_key, t.id as sort_id
  from `+entryFrom+`
 where t.customer_id = $1 and t.at = $2
 order by t.id`, customerID, at)
	return column(rows, entryRow.entry), err
}
