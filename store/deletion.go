package store

import (
	"context"
	"errors"
	"strconv"

	"kabinet/domain"
)

// This file is how a customer goes: asks with a code, may come back by signing in, and is then erased. What others rely on stays under the bare number of
// the customer: orders, the ledger, figures, the shape of the referral tree, and what was said in clubs (docs/adr/0020).

// openOrdersSQL reads the numbers of the orders of a customer that are not done, the newest first.
const openOrdersSQL = `
select number
  from orders
 where customer_id = $1 and status in ('NEW', 'CONFIRMED', 'IN_PROGRESS', 'READY')
 order by placed_at desc, id desc
 limit $2`

// StartDelete sends a code to the viewer's own address of the channel, with which they can be erased. Refusals: those of StartSignIn; NOT_FOUND on
// channel when the viewer has no such address; OPEN_ORDERS already here, so that nobody waits for a code in vain.
func (s *Store) StartDelete(ctx context.Context, v domain.Viewer, channel domain.SignInChannel, ip string) (sent domain.CodeSent, err error) {
	letter, err := s.newLetter(channel, v.Locale)
	if err != nil {
		return sent, err
	}
	letter.Purpose = codeToDelete
	return sent, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		address, err := tx.ownAddress(ctx, v.CustomerID, channel)
		if err != nil {
			return err
		}
		if err := tx.noOpenOrders(ctx, v.CustomerID); err != nil {
			return err
		}
		sent, err = tx.sendCode(ctx, address, codeUse{purpose: codeToDelete}, ip, letter)
		return err
	})
}

// DeleteCustomer has the viewer erased after domain.DeletionGrace: their sessions end and their devices are forgotten at once. Refusals: OPEN_ORDERS,
// those of domain.CheckCode, NOT_FOUND as of StartDelete. It returns the customer with the moment of erasure.
func (s *Store) DeleteCustomer(ctx context.Context, v domain.Viewer, in domain.CustomerDelete) (c domain.Customer, err error) {
	var decision error
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.lockWallets(ctx, v.CustomerID); err != nil { // whoever places an order waits
			return err
		}
		address, err := tx.ownAddress(ctx, v.CustomerID, in.Channel)
		if err != nil {
			return err
		}
		if err := tx.noOpenOrders(ctx, v.CustomerID); err != nil {
			return err
		}
		if decision, err = tx.takeCode(ctx, address, codeUse{purpose: codeToDelete}, in.Code); decision != nil || err != nil {
			return err
		}
		tx.revoked = true
		return tx.get(ctx, &c, `
with ended as (
  update session set ended_at = $2 where customer_id = $1 and ended_at is null
), forgotten as (
  delete from device where customer_id = $1
)
update customer c
   set delete_at = $3
 where id = $1
returning `+customerColumns, v.CustomerID, tx.now, tx.now.Add(domain.DeletionGrace))
	})
	if err == nil {
		err = decision
	}
	return c, err
}

// ownAddress is the customer's address of a channel. The customer is locked, for those who sign in too.
func (t *Tx) ownAddress(ctx context.Context, customerID int64, channel domain.SignInChannel) (domain.Address, error) {
	var row struct{ Phone, Email *string }
	err := t.get(ctx, &row, `select phone, email from customer where id = $1 and erased_at is null for update`, customerID)
	if err != nil {
		return domain.Address{}, err
	}
	address := domain.Address{Channel: channel, Value: valueOr(row.Phone, "")}
	if channel == domain.ChannelEmail {
		address.Value = valueOr(row.Email, "")
	}
	if address.Value == "" {
		return address, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"channel"}, Rule: "ownAddress"})
	}
	return address, nil
}

func (t *Tx) noOpenOrders(ctx context.Context, customerID int64) error {
	open, err := t.openOrders(ctx, customerID)
	if err != nil {
		return err
	}
	return domain.CheckDelete(open)
}

func (t *Tx) openOrders(ctx context.Context, customerID int64) (open []string, err error) {
	err = t.list(ctx, &open, openOrdersSQL, customerID, domain.MaxOpenOrdersNamed)
	return open, err
}

// EraseCustomers erases the customers whose grace is over, and lets points burn that came to those who are erased. One who got an open order meanwhile
// waits until it is done. It returns how many were erased.
func (s *Store) EraseCustomers(ctx context.Context) (n int, err error) {
	var due []int64
	err = s.list(ctx, &due, `
select c.id
  from customer c
 where c.delete_at <= $1 and c.erased_at is null
   and not exists (select 1 from orders o where o.customer_id = c.id and o.status in ('NEW', 'CONFIRMED', 'IN_PROGRESS', 'READY'))
 order by c.delete_at
 limit $2`, s.now(), UpkeepBatch)
	if err != nil {
		return 0, err
	}
	n, failed := s.eachAlone(ctx, due, "erase customer", (*Tx).erase)
	return n, errors.Join(failed, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `
update lot l
   set expires_at = $1
  from customer c
 where c.erased_at is not null
   and l.customer_id = c.id and l.remaining > 0 and (l.expires_at is null or l.expires_at > $1)`, tx.now)
		return err
	}))
}

// erase takes everything personal of a customer away, unless they came back or ordered meanwhile. Who signs in shares the lock of their addresses, so the
// row is locked for good from the beginning.
func (t *Tx) erase(ctx context.Context, id int64) error {
	if _, err := t.lockWallets(ctx, id); err != nil {
		return err
	}
	var due []int64
	err := t.list(ctx, &due, `select id from customer where id = $1 and delete_at <= $2 and erased_at is null for update`, id, t.now)
	if err != nil || len(due) == 0 {
		return err
	}
	open, err := t.openOrders(ctx, id)
	if err != nil || len(open) > 0 { // the next round looks again
		return err
	}
	if err := t.leaveClubs(ctx, id); err != nil {
		return err
	}
	for _, statement := range erasures {
		if _, err := t.exec(ctx, statement, id, t.now); err != nil {
			return err
		}
	}
	return t.audit(ctx, domain.Viewer{}, "customerErase", "customer:"+strconv.FormatInt(id, 10), "", struct{}{})
}

// leaveClubs ends everything that still binds a customer to clubs, as if they had left. A ban stays.
func (t *Tx) leaveClubs(ctx context.Context, customerID int64) error {
	var rows []domain.Membership
	err := t.list(ctx, &rows, `
select club_id, customer_id, state, moderator, since, grace_until, reason
  from club_member
 where customer_id = $1 and state in ('MEMBER', 'REQUESTED', 'INVITED', 'LAPSED')
 order by club_id
   for update`, customerID)
	if err != nil {
		return err
	}
	var changes []memberChange
	for _, m := range rows {
		changes = append(changes, memberChange{own: true, was: m, now: domain.Membership{ClubID: m.ClubID, CustomerID: m.CustomerID, State: domain.MemberLeft, Since: t.now}})
	}
	return t.writeMembers(ctx, changes...)
}

// erasures take the person out of each table. $1 is the customer, $2 the present; the codes go before the addresses that they were sent to.
var erasures = []string{
	`with who as (select phone, email from customer where id = $1)
delete from sign_in_code using who where address in (who.phone, who.email) and created_at <= $2`,
	`with who as (select phone, email from customer where id = $1)
delete from family_invitation using who where (inviter_id = $1 or address in (who.phone, who.email)) and created_at <= $2`,
	`update award set state = 'TAKEN_BACK' where customer_id = $1 and state = 'DUE' and created_at <= $2`,
	`delete from family_member where customer_id = $1 and joined_at <= $2`,
	`update points_transfer set state = 'ENDED', ended_at = $2 where (sender_id = $1 or receiver_id = $1) and state = 'WAITING'`,
	`update customer
   set name = null, phone = null, email = null, time_zone = null, country = null, birthday = null, birthday_at = null, quiet_from = null, quiet_until = null, erased_at = $2,
       external_number = 'erased-' || id, referral_name = 'HIDDEN', referral_code = new_referral_code()
 where id = $1`,
	`delete from refresh_token where session_id in (select id from session where customer_id = $1) and created_at <= $2`,
	`update session set user_agent = null, ended_at = coalesce(ended_at, $2) where customer_id = $1`,
	`delete from device where customer_id = $1 and created_at <= $2`,
	`with gone as (delete from device_owner where customer_id = $1)
select $2::timestamptz`,
	`update orders set note = null, cancel_reason = null where customer_id = $1 and placed_at <= $2 and (note is not null or cancel_reason is not null)`,
	`update timeline
   set reason = null
 where order_id in (select id from orders where customer_id = $1) and actor = 'CUSTOMER' and reason is not null and at <= $2`,
	`update stay set country = '', particulars = '{}' where order_id in (select id from orders where customer_id = $1 and placed_at <= $2)`,
	`update post_report set reason = '' where customer_id = $1 and at <= $2`,
	`delete from notification_mute where customer_id = $1 and $2::timestamptz is not null`,
	`update club_member set reason = null where customer_id = $1 and since <= $2`,
}
