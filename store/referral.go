package store

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the verbs of referrals; referral_reward.go is what their orders bring, referral_read.go the lists.
//
// An inviter is set once, so only the root of a tree can ever get somebody above. Whoever writes along a branch therefore shares the lock of the
// root's customer row, and whoever hangs a tree below another takes its root's lock alone: then no circle can arise, no figure is written past a tree
// that moves, and neither costs more in a large tree than in a small one. Customers are locked before wallets, wallets before referrals and levels.

// chainSQL reads the steps up from a customer, nearest first.
const chainSQL = `
with recursive up as (
  select r.customer_id, r.inviter_id, r.state, r.orders, r.created_at, 1 as nth
    from referral r
   where r.customer_id = $1
   union all
  select r.customer_id, r.inviter_id, r.state, r.orders, r.created_at, up.nth + 1
    from up
    join referral r on r.customer_id = up.inviter_id
   where up.nth < 100
)
select customer_id, inviter_id, state, orders, created_at from up order by nth`

// rootOf is the person above everyone of a chain.
func rootOf(customerID int64, chain []domain.ReferralLink) int64 {
	if len(chain) == 0 {
		return customerID
	}
	return chain[len(chain)-1].InviterID
}

// lockBranch reads the steps up from a customer and makes sure that nobody comes to stand above them until this transaction ends. With below, who
// is to be hung below that customer is locked as well; the chain then tells whether that would close a circle: its root is below itself.
func (t *Tx) lockBranch(ctx context.Context, customerID, below int64) (chain []domain.ReferralLink, err error) {
	for {
		if err := t.list(ctx, &chain, chainSQL, customerID); err != nil {
			return nil, err
		}
		root := rootOf(customerID, chain)
		still, err := t.lockRoots(ctx, root, below)
		if err != nil || still {
			return chain, err
		}
		chain = nil
	}
}

// lockRoots locks the root and who is to be hung below it, in the order of their numbers. still is false when the root was invited meanwhile.
func (t *Tx) lockRoots(ctx context.Context, root, below int64) (still bool, err error) {
	invited := false
	share := func() error {
		return t.get(ctx, &invited, `select invited from customer where id = $1 for share`, root)
	}
	own := func() error {
		if below == 0 {
			return nil
		}
		_, err := t.exec(ctx, `select 1 from customer where id = $1 for no key update`, below)
		return err
	}
	steps := []func() error{share, own}
	switch {
	case below == root:
		steps = []func() error{own}
	case below < root:
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return false, err
		}
	}
	return !invited, nil
}

const tariffColumns = `id, version, open, levels, inviter_points, invited_points, cap_per_invited, cap_per_month, max_invited, starts_at`

type tariffRow struct {
	ID            int64         `db:"id"`
	Version       int64         `db:"version"`
	Open          bool          `db:"open"`
	Levels        pq.Int64Array `db:"levels"`
	InviterPoints int64         `db:"inviter_points"`
	InvitedPoints int64         `db:"invited_points"`
	CapPerInvited *int64        `db:"cap_per_invited"`
	CapPerMonth   *int64        `db:"cap_per_month"`
	MaxInvited    *int64        `db:"max_invited"`
	StartsAt      time.Time     `db:"starts_at"`
}

func (r tariffRow) tariff() domain.ReferralTariff {
	return domain.ReferralTariff{ID: r.ID, Version: r.Version, Open: r.Open, Levels: r.Levels, InviterPoints: r.InviterPoints, InvitedPoints: r.InvitedPoints,
		CapPerInvited: r.CapPerInvited, CapPerMonth: r.CapPerMonth, MaxInvited: r.MaxInvited, StartsAt: r.StartsAt}
}

const tariffSQL = `
select ` + tariffColumns + `
  from referral_tariff
 where starts_at <= $1
 order by starts_at desc, id desc
 limit 1`

// ReferralTariff reads what referrals bring now.
func (s *Store) ReferralTariff(ctx context.Context) (domain.ReferralTariff, error) {
	var row tariffRow
	err := s.get(ctx, &row, tariffSQL, s.now())
	return row.tariff(), err
}

// ReferralTariffs reads every tariff there was, is and will be, the latest first.
func (s *Store) ReferralTariffs(ctx context.Context) ([]domain.ReferralTariff, error) {
	var rows []tariffRow
	err := s.list(ctx, &rows, `select `+tariffColumns+` from referral_tariff order by starts_at desc, id desc`)
	return column(rows, tariffRow.tariff), err
}

func (t *Tx) referralTariff(ctx context.Context) (domain.ReferralTariff, error) {
	var row tariffRow
	err := t.get(ctx, &row, tariffSQL, t.now)
	return row.tariff(), err
}

// SetReferralTariff adds a tariff that holds from its beginning on; a zero StartsAt is now. What was earned before stays. Refusals: those of
// domain.CheckTariff.
func (s *Store) SetReferralTariff(ctx context.Context, v domain.Viewer, in domain.ReferralTariff) (made domain.ReferralTariff, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if in.StartsAt.IsZero() {
			in.StartsAt = tx.now
		}
		in.StartsAt = in.StartsAt.UTC().Truncate(time.Microsecond)
		if refused := domain.CheckTariff(in, tx.now); refused != nil {
			return refused
		}
		if _, err := tx.exec(ctx, `lock table referral_tariff in share row exclusive mode`); err != nil {
			return err
		}
		var row tariffRow
		err := tx.get(ctx, &row, `
insert into referral_tariff (version, open, levels, inviter_points, invited_points, cap_per_invited, cap_per_month, max_invited, starts_at, staff_id)
select coalesce(max(version), 0) + 1, $1, $2::bigint[], $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::timestamptz, nullif($9, 0::bigint) from referral_tariff
returning `+tariffColumns, in.Open, in.Levels, in.InviterPoints, in.InvitedPoints, in.CapPerInvited, in.CapPerMonth, in.MaxInvited, in.StartsAt, v.StaffID)
		if err != nil {
			return err
		}
		made = row.tariff()
		return tx.audit(ctx, v, "referralTariffSet", "referralTariff:"+strconv.FormatInt(made.ID, 10), "", made)
	})
	return made, err
}

// ClaimReferral sets who invited the viewer. Refusals: REFERRAL_REFUSED with the reason. The same key with the same input answers again what it
// answered first.
func (s *Store) ClaimReferral(ctx context.Context, v domain.Viewer, in domain.ReferralClaim) (domain.Referral, error) {
	if v.CustomerID == 0 {
		return domain.Referral{}, domain.Errorf(domain.Forbidden, "only customers are invited")
	}
	if refused := domain.CheckText(in.IdempotencyKey, false, domain.MaxIdempotency, "idempotencyKey"); refused != nil {
		return domain.Referral{}, refused
	}
	key, err := newOnce(v, "referralClaim", in.IdempotencyKey, in)
	if err != nil {
		return domain.Referral{}, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, repeat, err := tx.claim(ctx, key)
		if err != nil || repeat {
			return err
		}
		if err := tx.claimReferral(ctx, v.CustomerID, in); err != nil {
			return err
		}
		return tx.settle(ctx, key, v.CustomerID)
	})
	if err != nil {
		return domain.Referral{}, err
	}
	return s.Referral(ctx, v.CustomerID)
}

func (t *Tx) claimReferral(ctx context.Context, customerID int64, in domain.ReferralClaim) error {
	tariff, err := t.referralTariff(ctx)
	if err != nil {
		return err
	}
	if !tariff.Open {
		return domain.RefuseReferral(domain.ReferralClosed)
	}
	var inviterID int64
	err = t.get(ctx, &inviterID, `select id from customer where referral_code = $1`, domain.ReadReferralCode(in.Code))
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return domain.RefuseReferral(domain.ReferralUnknownCode)
	case err != nil:
		return err
	case inviterID == customerID:
		return domain.RefuseReferral(domain.ReferralSelf)
	}
	chain, err := t.lockBranch(ctx, inviterID, customerID)
	if err != nil {
		return err
	}
	if _, err := t.lockWallets(ctx, inviterID); err != nil { // claims of one inviter count each other
		return err
	}
	if err := t.checkClaim(ctx, tariff, customerID, inviterID, chain); err != nil {
		return err
	}
	flags, err := t.referralFlags(ctx, customerID, inviterID)
	if err != nil {
		return err
	}
	state := domain.ReferralActive
	if len(flags) > 0 {
		state = domain.ReferralFlagged
	}
	_, err = t.exec(ctx, `
with made as (
  insert into referral (customer_id, inviter_id, state, flags, claimed_at, created_at)
  values ($1, $2, $3, $4::text[], $5, $5)
)
update customer set invited = true, referral_name = coalesce($6, referral_name) where id = $1`, customerID, inviterID, state, flagTexts(flags), t.now, in.ShowName)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, joinLevelsSQL, customerID, inviterID); err != nil {
		return err
	}
	return t.tellReferral(ctx, domain.EventReferralJoined, domain.ReferralNews{CustomerID: customerID, InviterID: inviterID, State: state})
}

func flagTexts(flags []domain.ReferralFlag) []string {
	return column(flags, func(f domain.ReferralFlag) string { return string(f) })
}

// checkClaim looks at what only the locked tree can tell.
func (t *Tx) checkClaim(ctx context.Context, tariff domain.ReferralTariff, customerID, inviterID int64, chain []domain.ReferralLink) error {
	var now struct {
		Invited bool  `db:"invited"`
		Bought  bool  `db:"bought"`
		Height  int64 `db:"height"`
		Direct  int64 `db:"direct"`
	}
	err := t.get(ctx, &now, `
select exists (select 1 from referral where customer_id = $1) as invited,
       exists (select 1 from customer_figures where customer_id = $1 and completed_orders > 0) as bought,
       (select coalesce(max(level), 0) from referral_level where customer_id = $1) as height,
       (select coalesce(sum(people), 0)::bigint from referral_level where customer_id = $2 and level = 1) as direct`, customerID, inviterID)
	switch {
	case err != nil:
		return err
	case now.Invited:
		return domain.RefuseReferral(domain.ReferralAlreadyInvited)
	case now.Bought:
		return domain.RefuseReferral(domain.ReferralTooLate)
	case rootOf(inviterID, chain) == customerID:
		return domain.RefuseReferral(domain.ReferralOwnDescendant)
	case tariff.MaxInvited != nil && now.Direct >= *tariff.MaxInvited, int64(len(chain))+1+now.Height > domain.MaxReferralDepth:
		return domain.RefuseReferral(domain.ReferralLimitReached)
	}
	return nil
}

// joinLevelsSQL counts a customer, $1, and everyone below for everyone from the inviter, $2, up.
const joinLevelsSQL = `
with recursive up as (
  select $2::bigint as id, 1 as distance
   union all
  select r.inviter_id, up.distance + 1
    from up
    join referral r on r.customer_id = up.id
), joining as (
  select 0 as level, 1 as people, 0 as active, 0 as orders
   union all
  select level, people, active, orders from referral_level where customer_id = $1
)
insert into referral_level (customer_id, level, people, active, orders)
select up.id, up.distance + joining.level, joining.people, joining.active, joining.orders
  from up, joining
 order by 1, 2
on conflict (customer_id, level) do update
   set people = referral_level.people + excluded.people,
       active = referral_level.active + excluded.active,
       orders = referral_level.orders + excluded.orders`

// referralFlags looks for signs that the invited is the inviter, or that invitations are made in bulk.
func (t *Tx) referralFlags(ctx context.Context, customerID, inviterID int64) (flags []domain.ReferralFlag, err error) {
	var signs struct {
		Device  bool           `db:"device"`
		Network pq.StringArray `db:"network"`
		Recent  int64          `db:"recent"`
		Email   string         `db:"email"`
		Others  pq.StringArray `db:"others"`
	}
	err = t.get(ctx, &signs, `
with pair as (
  select i.phone as phone_i, i.email as email_i, c.phone as phone_c, c.email as email_c
    from customer i, customer c
   where i.id = $2 and c.id = $1
), recent as (
  select customer_id from referral where inviter_id = $2 order by claimed_at desc, customer_id desc limit 20
)
select exists (select 1 from device_owner a join device_owner b using (token) where a.customer_id = $1 and b.customer_id = $2) as device,
       array(select distinct a.ip
               from sign_in_code a
               join sign_in_code b on b.ip = a.ip
              where a.address in (pair.phone_c, pair.email_c) and b.address in (pair.phone_i, pair.email_i)) as network,
       (select count(*) from referral where inviter_id = $2 and claimed_at > $3) as recent,
       coalesce(pair.email_c, '') as email,
       array_remove(array_append((select array_agg(c.email) from recent r join customer c on c.id = r.customer_id), pair.email_i), null) as others
  from pair`, customerID, inviterID, t.now.Add(-time.Hour))
	if err != nil {
		return nil, err
	}
	flags = []domain.ReferralFlag{}
	for _, sign := range []struct {
		seen bool
		flag domain.ReferralFlag
	}{
		{signs.Device, domain.FlagSameDevice},
		{slices.ContainsFunc(signs.Network, publicAddress), domain.FlagSameNetwork},
		{slices.ContainsFunc(signs.Others, func(other string) bool { return domain.SimilarEmails(signs.Email, other) }), domain.FlagSimilarEmail},
		{signs.Recent >= domain.ReferralBurst, domain.FlagBurst},
	} {
		if sign.seen {
			flags = append(flags, sign.flag)
		}
	}
	return flags, nil
}

// publicAddress says whether a network address is one that people have, not that of a proxy or of this machine.
func publicAddress(ip string) bool {
	a, err := netip.ParseAddr(ip)
	return err == nil && a.IsGlobalUnicast() && !a.IsPrivate()
}

// tellReferral tells both sides. The name of each is shown to the other as its owner lets it be.
func (t *Tx) tellReferral(ctx context.Context, kind domain.EventKind, n domain.ReferralNews) error {
	var people []personName
	err := t.list(ctx, &people, `select id, name, referral_name from customer where id = any($1)`, []int64{n.CustomerID, n.InviterID})
	if err != nil {
		return err
	}
	names := byKey(people, func(p personName) int64 { return p.ID })
	side := func(customerID, otherID int64, desk bool) news {
		told := n
		told.Name = domain.ShownName(names[otherID].Name, names[otherID].Choice)
		return news{kind: kind, customerID: customerID, desk: desk, push: true, data: domain.EventData{Referral: &told}}
	}
	return t.tell(ctx, side(n.InviterID, n.CustomerID, true), side(n.CustomerID, n.InviterID, false))
}

type personName struct {
	ID     int64               `db:"id"`
	Name   *string             `db:"name"`
	Choice domain.ReferralName `db:"referral_name"`
}

// ShowReferralName sets how much of the viewer's name those above see.
func (s *Store) ShowReferralName(ctx context.Context, v domain.Viewer, choice domain.ReferralName) (domain.Referral, error) {
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, `update customer set referral_name = $2 where id = $1`, v.CustomerID, choice)
		if n == 0 && err == nil {
			err = domain.Errorf(domain.Forbidden, "only customers have a referral code")
		}
		return err
	})
	if err != nil {
		return domain.Referral{}, err
	}
	return s.Referral(ctx, v.CustomerID)
}

// DecideReferral approves or voids a flagged referral, or flags an active one; both sides are told. Approving lets the rewards that waited become
// pending, voiding ends them. Refusals: a missing reason; INVALID when the referral is not in a state for that.
func (s *Store) DecideReferral(ctx context.Context, v domain.Viewer, in domain.ReferralDecide) (domain.ReferralPerson, error) {
	if refused := domain.CheckText(in.Reason, true, domain.MaxReason, "reason"); refused != nil {
		return domain.ReferralPerson{}, refused
	}
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.decideReferral(ctx, v, in) })
	if err != nil {
		return domain.ReferralPerson{}, err
	}
	people, err := s.ReferralPeopleByID(ctx, []int64{in.CustomerID})
	return people[in.CustomerID], err
}

func (t *Tx) decideReferral(ctx context.Context, v domain.Viewer, in domain.ReferralDecide) error {
	var chain []domain.ReferralLink
	if err := t.list(ctx, &chain, chainSQL, in.CustomerID); err != nil {
		return err
	}
	if len(chain) == 0 {
		return domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"customerId"}, Rule: "customer"})
	}
	wallets, err := t.lockWallets(ctx, append(column(chain, func(l domain.ReferralLink) int64 { return l.InviterID }), in.CustomerID)...)
	if err != nil {
		return err
	}
	var state domain.ReferralState
	if err := t.get(ctx, &state, `select state from referral where customer_id = $1 for update`, in.CustomerID); err != nil {
		return err
	}
	to, ok := state.Decide(in.Decision)
	if !ok {
		return domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"decision"}, Rule: "decision"})
	}
	kind, flags := domain.EventReferralVoided, []string{}
	switch to {
	case domain.ReferralActive:
		kind, err = domain.EventReferralApproved, t.releaseRewards(ctx, wallets, in.CustomerID)
	case domain.ReferralFlagged:
		kind, flags = domain.EventReferralFlagged, []string{string(domain.FlagManual)}
	default:
		_, err = t.exec(ctx, `
update referral_reward
   set state = 'VOID'
 where waits_for @> array[$1::bigint] and state = 'WAITING'`, in.CustomerID)
	}
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
update referral
   set state = $2, flags = flags || $3::text[], reason = $4, staff_id = nullif($5, 0::bigint), decided_at = $6
 where customer_id = $1`, in.CustomerID, to, flags, in.Reason, v.StaffID, t.now)
	if err != nil {
		return err
	}
	if err := t.audit(ctx, v, "referralDecide", "customer:"+strconv.FormatInt(in.CustomerID, 10), in.Reason, map[string]string{"decision": string(in.Decision)}); err != nil {
		return err
	}
	return t.tellReferral(ctx, kind, domain.ReferralNews{CustomerID: in.CustomerID, InviterID: chain[0].InviterID, State: to, Reason: in.Reason})
}
