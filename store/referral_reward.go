package store

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is what the orders of invited customers bring to those above, and how the figures of the tree follow orders and refunds.

// aboveOf lists everyone above a chain's first customer.
func aboveOf(chain []domain.ReferralLink) []int64 {
	return column(chain, func(l domain.ReferralLink) int64 { return l.InviterID })
}

// rewardOrder records what a completed order brings to those above its buyer and counts it for the whole branch. chain comes from lockBranch; the
// wallets of the buyer and of everyone whom the tariff may reward are locked.
func (t *Tx) rewardOrder(ctx context.Context, o domain.Order, chain []domain.ReferralLink, tariff domain.ReferralTariff, points domain.PointsProgram) error {
	if len(chain) == 0 {
		return nil
	}
	chain, err := t.freshChain(ctx, chain)
	if err != nil {
		return err
	}
	first := chain[0].Orders == 0
	if first && chain[0].State == domain.ReferralActive {
		if chain[0].State, err = t.flagLate(ctx, chain[0]); err != nil {
			return err
		}
	}
	room, err := t.referralRoom(ctx, tariff, chain)
	if err != nil {
		return err
	}
	if first {
		if tariff, err = t.withoutGivenBonuses(ctx, tariff, chain[0]); err != nil {
			return err
		}
	}
	planned := domain.PlanRewards(tariff, chain, o.TotalMinor, points.PointMinor, room)
	given, err := t.writeRewards(ctx, o, tariff, planned, points.MaturesAt(t.now))
	if err != nil {
		return err
	}
	deltas := make([]levelDelta, len(chain))
	for i, link := range chain {
		deltas[i] = levelDelta{customerID: link.InviterID, level: int64(i + 1), orders: 1}
		if first {
			deltas[i].active = 1
		}
	}
	if err := t.payRewards(ctx, given, false); err != nil {
		return err
	}
	return t.countRewards(ctx, chain[0].CustomerID, 1, given, deltas)
}

// freshChain reads the states of the links again, now that the wallets are locked: a decision of the staff takes the same locks.
func (t *Tx) freshChain(ctx context.Context, chain []domain.ReferralLink) ([]domain.ReferralLink, error) {
	ids := column(chain, func(l domain.ReferralLink) int64 { return l.CustomerID })
	var rows []domain.ReferralLink
	err := t.list(ctx, &rows, `select customer_id, inviter_id, state, orders, created_at from referral where customer_id = any($1)`, ids)
	now := byKey(rows, func(l domain.ReferralLink) int64 { return l.CustomerID })
	return column(ids, func(id int64) domain.ReferralLink { return now[id] }), err
}

// flagLate looks for signs of abuse once more with the first order: devices are registered after joining.
func (t *Tx) flagLate(ctx context.Context, link domain.ReferralLink) (domain.ReferralState, error) {
	flags, err := t.referralFlags(ctx, link.CustomerID, link.InviterID)
	if err != nil {
		return link.State, err
	}
	for _, f := range flags {
		if f != domain.FlagSameDevice {
			continue
		}
		n, err := t.exec(ctx, `
update referral
   set state = 'FLAGGED', flags = array_append(flags, $2::text)
 where customer_id = $1 and decided_at is null`, link.CustomerID, f)
		if err != nil || n == 0 {
			return link.State, err
		}
		news := domain.ReferralNews{CustomerID: link.CustomerID, InviterID: link.InviterID, State: domain.ReferralFlagged}
		return domain.ReferralFlagged, t.tellReferral(ctx, domain.EventReferralFlagged, news)
	}
	return link.State, nil
}

// referralRoom is how many points those above may still earn under the caps.
func (t *Tx) referralRoom(ctx context.Context, tariff domain.ReferralTariff, chain []domain.ReferralLink) (map[int64]int64, error) {
	if tariff.CapPerInvited == nil && tariff.CapPerMonth == nil {
		return nil, nil
	}
	above := aboveOf(chain[:min(len(chain), len(tariff.Levels))])
	var rows []struct {
		CustomerID int64 `db:"customer_id"`
		FromOne    int64 `db:"from_one"`
		Lately     int64 `db:"lately"`
	}
	err := t.list(ctx, &rows, `
select a.customer_id,
       (select coalesce(sum(points - reversed), 0)::bigint
          from referral_reward
         where customer_id = a.customer_id and buyer_id = $2 and state <> 'VOID') as from_one,
       (select coalesce(sum(points - reversed), 0)::bigint
          from referral_reward
         where customer_id = a.customer_id and created_at > $3 and state <> 'VOID') as lately
  from unnest($1::bigint[]) as a (customer_id)`, above, chain[0].CustomerID, t.now.Add(-30*24*time.Hour))
	room := map[int64]int64{}
	for _, r := range rows {
		left := domain.MaxMinor
		if tariff.CapPerInvited != nil {
			left = min(left, *tariff.CapPerInvited-r.FromOne)
		}
		if tariff.CapPerMonth != nil {
			left = min(left, *tariff.CapPerMonth-r.Lately)
		}
		room[r.CustomerID] = max(left, 0)
	}
	return room, err
}

// withoutGivenBonuses is the tariff for an order that is the first one again, because those before were refunded: bonuses come once, and one that is not
// given takes no room under the caps.
func (t *Tx) withoutGivenBonuses(ctx context.Context, tariff domain.ReferralTariff, link domain.ReferralLink) (domain.ReferralTariff, error) {
	var had []int64
	err := t.list(ctx, &had, `select customer_id from referral_reward where buyer_id = $1 and kind = 'FIRST_ORDER'`, link.CustomerID)
	if slices.Contains(had, link.CustomerID) {
		tariff.InvitedPoints = 0
	}
	if slices.Contains(had, link.InviterID) {
		tariff.InviterPoints = 0
	}
	return tariff, err
}

// givenReward is a reward in the tables.
type givenReward struct {
	ID         int64 `db:"id"`
	CustomerID int64 `db:"customer_id"`
	BuyerID    int64 `db:"buyer_id"`
	Level      int64 `db:"level"`
	Points     int64 `db:"points"` // to pay, or to take back
	Reversed   int64 `db:"reversed"`

	State domain.RewardState `db:"state"`
}

const givenColumns = `id, customer_id, buyer_id, level, points, reversed, state`

// writeRewards records rewards and returns those that are new.
func (t *Tx) writeRewards(ctx context.Context, o domain.Order, tariff domain.ReferralTariff, planned []domain.Reward, maturesAt time.Time) (given []givenReward, err error) {
	if len(planned) == 0 {
		return nil, nil
	}
	waits := make([]string, len(planned))
	for i, r := range planned {
		v, err := pq.Int64Array(orEmpty(r.WaitsFor)).Value()
		if err != nil {
			return nil, err
		}
		waits[i], _ = v.(string)
	}
	err = t.list(ctx, &given, `
insert into referral_reward (customer_id, buyer_id, order_id, kind, level, tariff_id, points, state, waits_for, matures_at, created_at)
select n.customer_id, $1, $2, n.kind, n.level, $3, n.points, case when n.waits_for = '{}' then 'PENDING' else 'WAITING' end, n.waits_for::bigint[], $4, $5
  from unnest($6::bigint[], $7::text[], $8::bigint[], $9::bigint[], $10::text[]) with ordinality as n (customer_id, kind, level, points, waits_for, nth)
 order by n.nth
on conflict do nothing
returning `+givenColumns, o.CustomerID, o.ID, tariff.ID, maturesAt, t.now,
		column(planned, func(r domain.Reward) int64 { return r.CustomerID }),
		column(planned, func(r domain.Reward) string { return string(r.Kind) }),
		column(planned, func(r domain.Reward) int64 { return r.Level }),
		column(planned, func(r domain.Reward) int64 { return r.Points }),
		waits)
	return given, err
}

// payRewards moves pending rewards into the wallets of their owners, which are locked, and tells them.
func (t *Tx) payRewards(ctx context.Context, rewards []givenReward, push bool) error {
	owners := map[int64]bool{}
	for _, r := range rewards {
		if r.State == domain.RewardPending && r.Points > 0 {
			owners[r.CustomerID] = true
		}
	}
	return t.changeWallets(ctx, owners, push, func(b *pointsBatch) error {
		for _, r := range rewards {
			if r.State != domain.RewardPending {
				continue
			}
			move := domain.Move{From: domain.AccountIssued, To: domain.AccountPending, Points: r.Points, Cause: domain.CauseReferralEarned}
			if err := b.move(r.CustomerID, move, pointsRef{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// changeWallets is withWallet for several customers.
func (t *Tx) changeWallets(ctx context.Context, owners map[int64]bool, push bool, change func(*pointsBatch) error) error {
	if len(owners) == 0 {
		return nil
	}
	wallets, err := t.lockWallets(ctx, keysOf(owners)...)
	if err != nil {
		return err
	}
	b := newPointsBatch(wallets)
	if err := change(b); err != nil {
		return err
	}
	if _, err := t.applyPoints(ctx, b); err != nil || len(b.moves) == 0 {
		return err
	}
	var all []news
	for _, id := range keysOf(owners) {
		all = append(all, walletNews(b.wallet(id), push))
	}
	return t.tell(ctx, all...)
}

// levelDelta is how a level below a customer changes.
type levelDelta struct{ customerID, level, active, orders, points int64 }

// countRewards keeps the figures: the orders of the buyer, the points that the buyer's inviter earned with them, and the levels of everyone above.
// Rewards that wait or that went to the buyer count for nobody yet.
func (t *Tx) countRewards(ctx context.Context, buyerID, orders int64, rewards []givenReward, deltas []levelDelta) error {
	var direct int64
	for _, r := range rewards {
		if r.Level == 0 || r.State != domain.RewardPending && r.State != domain.RewardActive {
			continue
		}
		deltas = append(deltas, levelDelta{customerID: r.CustomerID, level: r.Level, points: r.Points})
		if r.Level == 1 {
			direct += r.Points
		}
	}
	if direct != 0 || orders != 0 {
		_, err := t.exec(ctx, `update referral set orders = orders + $2, points = points + $3 where customer_id = $1`, buyerID, orders, direct)
		if err != nil {
			return err
		}
	}
	if len(deltas) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `
update referral_level l
   set active = l.active + n.active, orders = l.orders + n.orders, points = l.points + n.points
  from (select k.customer_id, k.level
          from referral_level k
          join (select distinct u.customer_id, u.level from unnest($1::bigint[], $2::bigint[]) as u (customer_id, level)) d using (customer_id, level)
         order by k.customer_id, k.level
           for update of k) locked
  join (select u.customer_id, u.level, sum(u.active)::bigint as active, sum(u.orders)::bigint as orders, sum(u.points)::bigint as points
          from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) as u (customer_id, level, active, orders, points)
         group by u.customer_id, u.level) n using (customer_id, level)
 where l.customer_id = locked.customer_id and l.level = locked.level`,
		column(deltas, func(d levelDelta) int64 { return d.customerID }),
		column(deltas, func(d levelDelta) int64 { return d.level }),
		column(deltas, func(d levelDelta) int64 { return d.active }),
		column(deltas, func(d levelDelta) int64 { return d.orders }),
		column(deltas, func(d levelDelta) int64 { return d.points }))
	return err
}

// releaseRewards lets the rewards that waited for a referral become pending, unless they wait for another one too.
func (t *Tx) releaseRewards(ctx context.Context, wallets map[int64]domain.Wallet, customerID int64) error {
	var released []givenReward
	err := t.list(ctx, &released, `
update referral_reward
   set waits_for = array_remove(waits_for, $1::bigint),
       state = case when array_remove(waits_for, $1::bigint) = '{}' then 'PENDING' else state end
 where waits_for @> array[$1::bigint] and state = 'WAITING'
returning id, customer_id, buyer_id, level, points - reversed as points, reversed, state`, customerID)
	if err != nil {
		return err
	}
	for i := range released {
		if _, locked := wallets[released[i].CustomerID]; !locked {
			return domain.Errorf(domain.Conflict, "the referral is being changed: try again")
		}
	}
	if err := t.payRewards(ctx, released, false); err != nil {
		return err
	}
	for buyer, rewards := range groupBy(released, func(r givenReward) int64 { return r.BuyerID }) {
		if err := t.countRewards(ctx, buyer, 0, rewards, nil); err != nil {
			return err
		}
	}
	return nil
}

// MatureRewards makes the points of referrals active whose return window has ended, and settles debts from them.
func (s *Store) MatureRewards(ctx context.Context) (int, error) {
	var due []givenReward
	err := s.list(ctx, &due, `
select `+givenColumns+`
  from referral_reward
 where state = 'PENDING' and matures_at <= $1
 order by matures_at, id
 limit $2`, s.now(), UpkeepBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	owners := map[int64]bool{}
	for _, r := range due {
		owners[r.CustomerID] = true
	}
	return len(due), s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		wallets, err := tx.lockWallets(ctx, keysOf(owners)...)
		if err != nil {
			return err
		}
		terms, err := tx.terms(ctx)
		if err != nil {
			return err
		}
		var matured []givenReward
		err = tx.list(ctx, &matured, `
with done as (
  update referral_reward
     set state = 'ACTIVE'
   where state = 'PENDING' and id = any($1)
  returning customer_id, points - reversed as points
)
select customer_id, sum(points)::bigint as points
  from done
 group by customer_id
having sum(points) > 0
 order by customer_id`, column(due, func(r givenReward) int64 { return r.ID }))
		if err != nil || len(matured) == 0 {
			return err
		}
		b, changed := newPointsBatch(wallets), map[int64]bool{}
		for _, m := range matured {
			move := domain.Move{From: domain.AccountPending, To: domain.AccountActive, Points: m.Points, Cause: domain.CauseMatured}
			if err := b.give(m.CustomerID, move, newLot{expiresAt: terms.business.Points.ExpiresAt(tx.now)}, pointsRef{}); err != nil {
				return err
			}
			changed[m.CustomerID] = true
		}
		return tx.applyAndTell(ctx, b, changed)
	})
}

// rewardsOf reads and locks the rewards of an order that a refund may take back.
func (t *Tx) rewardsOf(ctx context.Context, orderID int64) (rewards []givenReward, err error) {
	err = t.list(ctx, &rewards, `
select `+givenColumns+`
  from referral_reward
 where order_id = $1 and state <> 'VOID'
 order by id
   for update`, orderID)
	return rewards, err
}

// rewardOwners reads whose wallets the rewards of an order touch.
func (t *Tx) rewardOwners(ctx context.Context, orderID int64) (owners []int64, err error) {
	err = t.list(ctx, &owners, `select distinct customer_id from referral_reward where order_id = $1 and state <> 'VOID'`, orderID)
	return owners, err
}

// reverseRewards takes back what a refunded order brought, in the share that was refunded, and stops counting an order that was refunded as a
// whole. o is the order after the refund; the wallets of rewardOwners are locked.
func (t *Tx) reverseRewards(ctx context.Context, o domain.Order, whole bool, chain []domain.ReferralLink) error {
	rewards, err := t.rewardsOf(ctx, o.ID)
	if err != nil {
		return err
	}
	var back []givenReward
	owners := map[int64]bool{}
	for _, r := range rewards {
		now := domain.ReversedReward(r.Points, o.RefundedMinor, o.TotalMinor)
		if whole {
			now = r.Points
		}
		if r.Points = now - r.Reversed; r.Points > 0 {
			back = append(back, r)
			owners[r.CustomerID] = r.State != domain.RewardWaiting || owners[r.CustomerID]
		}
	}
	for id, moves := range owners {
		if !moves {
			delete(owners, id)
		}
	}
	_, err = t.exec(ctx, `
update referral_reward r
   set reversed = r.reversed + n.points
  from unnest($1::bigint[], $2::bigint[]) as n (id, points)
 where r.id = n.id`, column(back, func(r givenReward) int64 { return r.ID }), column(back, func(r givenReward) int64 { return r.Points }))
	if err != nil {
		return err
	}
	err = t.changeWallets(ctx, owners, false, func(b *pointsBatch) error { return t.takeRewardsBack(ctx, b, back) })
	if err != nil {
		return err
	}
	return t.uncount(ctx, o, whole, chain, back)
}

// takeRewardsBack moves points of rewards out of wallets: pending ones from pending, matured ones from what is active, the rest becomes debt.
func (t *Tx) takeRewardsBack(ctx context.Context, b *pointsBatch, back []givenReward) error {
	for owner, rewards := range groupBy(back, func(r givenReward) int64 { return r.CustomerID }) {
		var pending, matured int64
		for _, r := range rewards {
			switch r.State {
			case domain.RewardPending:
				pending += r.Points
			case domain.RewardActive:
				matured += r.Points
			}
		}
		taken := domain.ReversePoints(matured, false, b.wallet(owner).Active)
		if taken.Active > 0 {
			lots, err := t.lots(ctx, owner)
			if err != nil {
				return err
			}
			book := domain.NewLotBook(lots)
			book.Burn(taken.Active, 0)
			b.lots = append(b.lots, book.Changes()...)
		}
		for _, m := range []domain.Move{
			{From: domain.AccountPending, To: domain.AccountIssued, Points: pending, Cause: domain.CauseRefundReversed},
			{From: domain.AccountActive, To: domain.AccountIssued, Points: taken.Active, Cause: domain.CauseRefundReversed},
			{From: domain.AccountDebt, To: domain.AccountIssued, Points: taken.Debt, Cause: domain.CauseRefundReversed},
		} {
			if err := b.move(owner, m, pointsRef{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// uncount takes a refund out of the figures of the branch. Orders that were completed before the buyer was invited, or were imported, were never counted.
func (t *Tx) uncount(ctx context.Context, o domain.Order, whole bool, chain []domain.ReferralLink, back []givenReward) error {
	if len(chain) == 0 {
		return nil
	}
	for i := range back {
		back[i].Points = -back[i].Points
	}
	buyer := chain[0].CustomerID
	var now struct {
		Counted bool  `db:"counted"`
		Orders  int64 `db:"orders"`
	}
	err := t.get(ctx, &now, `select created_at <= $2 as counted, orders from referral where customer_id = $1 for update`, buyer, o.CompletedAt)
	if err != nil {
		return err
	}
	if !whole || !now.Counted || o.Source != domain.SourceLive {
		return t.countRewards(ctx, buyer, 0, back, nil)
	}
	deltas := make([]levelDelta, len(chain))
	for i, link := range chain {
		deltas[i] = levelDelta{customerID: link.InviterID, level: int64(i + 1), orders: -1}
		if now.Orders == 1 {
			deltas[i].active = -1
		}
	}
	return t.countRewards(ctx, buyer, -1, back, deltas)
}
