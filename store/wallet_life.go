package store

import (
	"context"
	"errors"
	"time"

	"kabinet/domain"
)

// This file is the life of points beyond single orders: notices before they burn, statements, and what the business owes.

// NoticeExpiry tells customers of points that burn within the business's notice, once for each lot and in one message for all lots of a customer.
func (s *Store) NoticeExpiry(ctx context.Context) (int, error) {
	terms, err := s.terms(ctx)
	if err != nil || terms.business.Points.NoticeDays == 0 {
		return 0, err
	}
	until := s.now().Add(time.Duration(terms.business.Points.NoticeDays) * 24 * time.Hour)
	due := map[int64]bool{}
	var rows []int64
	err = s.list(ctx, &rows, `
select customer_id
  from lot
 where remaining > 0 and noticed_at is null and expires_at > $1 and expires_at <= $2
 order by expires_at, id
 limit $3`, s.now(), until, UpkeepBatch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	for _, id := range rows {
		due[id] = true
	}
	return len(rows), s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		wallets, err := tx.lockWallets(ctx, keysOf(due)...)
		if err != nil {
			return err
		}
		var noticed []struct {
			CustomerID int64     `db:"customer_id"`
			Points     int64     `db:"points"`
			At         time.Time `db:"at"`
		}
		err = tx.list(ctx, &noticed, `
with told as (
  update lot
     set noticed_at = $1
   where customer_id = any($3) and remaining > 0 and noticed_at is null and expires_at > $1 and expires_at <= $2
  returning customer_id, remaining, expires_at
)
select customer_id, sum(remaining)::bigint as points, min(expires_at) as at
  from told
 group by customer_id
 order by customer_id`, tx.now, until, keysOf(due))
		if err != nil {
			return err
		}
		var all []news
		for _, n := range noticed {
			w := wallets[n.CustomerID]
			all = append(all, news{kind: domain.EventPointsExpiring, customerID: n.CustomerID, push: true,
				data: domain.EventData{Wallet: &w, Expiring: &domain.ExpiringPoints{Points: n.Points, At: n.At}}})
		}
		return tx.tell(ctx, all...)
	})
}

// walletAtSQL is what the movements before an instant sum up to. What a movement wrote down of the wallet right after it is of no use here: movements stand in
// the order of their locks, and one that began before another may stand behind it.
const walletAtSQL = `
select $1::bigint as customer_id,
       coalesce(sum(points) filter (where account = 'ACTIVE'), 0)::bigint as active, coalesce(sum(points) filter (where account = 'PENDING'), 0)::bigint as pending,
       coalesce(sum(points) filter (where account = 'HELD'), 0)::bigint as held, -coalesce(sum(points) filter (where account = 'DEBT'), 0)::bigint as debt
  from entry
 where customer_id = $1 and at < $2`

// Statement sums a wallet up over the half-open period [from, to). A period that is empty or longer than domain.MaxStatement is Invalid.
func (s *Store) Statement(ctx context.Context, customerID int64, from, to time.Time) (domain.Statement, error) {
	st := domain.Statement{CustomerID: customerID, From: from, To: to}
	if !from.Before(to) || to.Sub(from) > domain.MaxStatement {
		return st, domain.Errorf(domain.Invalid, "a statement begins before it ends and covers at most five years")
	}
	for _, end := range []struct {
		at     time.Time
		wallet *domain.Wallet
	}{{from, &st.Opening}, {to, &st.Closing}} {
		if err := s.get(ctx, end.wallet, walletAtSQL, customerID, end.at); err != nil {
			return st, err
		}
	}
	err := s.list(ctx, &st.Totals, `
select cause, sum(points)::bigint as points
  from transfer
 where customer_id = $1 and at >= $2 and at < $3
 group by cause
 order by cause`, customerID, from, to)
	return st, err
}

// StatementEntries reads a page of the movements of a statement, oldest first.
func (s *Store) StatementEntries(ctx context.Context, st domain.Statement, page domain.Page) (domain.List[domain.WalletEntry], error) {
	q := pageQuery{
		columns: entryColumns, from: entryFrom, key: "t.id", keyType: "bigint", id: "t.id",
		where: []string{"t.customer_id = $1", "t.at >= $2", "t.at < $3"}, args: []any{st.CustomerID, st.From, st.To},
	}
	return readPage(ctx, s, q, page, entryRow.entry)
}

// Liability counts what the business owes in points now, when the active ones expire, and what was issued, redeemed and burnt in the half-open period
// [from, to); zero is the beginning and the end of all. Months are those of the business's time zone.
func (s *Store) Liability(ctx context.Context, from, to time.Time) (domain.Liability, error) {
	var l domain.Liability
	if to.IsZero() {
		to = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	err := s.get(ctx, &l, `
select coalesce(sum(active), 0)::bigint as active, coalesce(sum(pending), 0)::bigint as pending, coalesce(sum(held), 0)::bigint as held,
       coalesce(sum(debt), 0)::bigint as debt, m.issued, m.redeemed, m.expired,
       (select coalesce(sum(remaining), 0)::bigint from lot where remaining > 0 and expires_at is null) as lasting
  from wallet
 cross join (select coalesce(sum(points) filter (where from_account = 'ISSUED'), 0)::bigint - coalesce(sum(points) filter (where to_account = 'ISSUED'), 0)::bigint as issued,
                    coalesce(sum(points) filter (where to_account = 'REDEEMED'), 0)::bigint - coalesce(sum(points) filter (where from_account = 'REDEEMED'), 0)::bigint as redeemed,
                    coalesce(sum(points) filter (where to_account = 'EXPIRED'), 0)::bigint as expired
               from transfer
              where at >= $1 and at < $2) m
 group by m.issued, m.redeemed, m.expired`, from, to)
	if errors.Is(err, domain.ErrNotFound) { // nobody has a wallet
		return l, nil
	}
	if err != nil {
		return l, err
	}
	err = s.list(ctx, &l.Expiring, `
select date_trunc('month', expires_at at time zone b.time_zone) as month, sum(remaining)::bigint as points
  from lot, business b
 where remaining > 0 and expires_at is not null
 group by 1
 order by 1`)
	return l, err
}
