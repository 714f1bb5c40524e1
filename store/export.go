package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"kabinet/domain"
)

// This file hands a customer everything that is held of them. docs/export.md describes the document.

// exportSection is a list of the document: a query of one JSON object a row. $1 is the customer.
type exportSection struct{ name, sql string }

// exportSections are the lists in the order of the document. Money is in minor units, as everywhere inside.
var exportSections = []exportSection{
	{"sessions", `
select json_build_object('userAgent', user_agent, 'createdAt', created_at, 'lastUsedAt', last_used_at, 'endedAt', ended_at)
  from session where customer_id = $1 order by id`},
	{"devices", `
select json_build_object('platform', platform, 'name', name, 'locale', locale, 'token', token, 'createdAt', created_at, 'seenAt', seen_at)
  from device where customer_id = $1 order by id`},
	{"deviceHistory", `
select json_build_object('token', token) from device_owner where customer_id = $1 order by token`},
	{"signInCodes", `
select json_build_object('channel', s.channel, 'address', s.address, 'ip', s.ip, 'createdAt', s.created_at, 'usedAt', s.used_at)
  from sign_in_code s join customer c on s.address in (c.phone, c.email) where c.id = $1 order by s.id`},
	{"orders", `
select json_build_object('number', o.number, 'source', o.source, 'externalNumber', o.external_number, 'status', o.status, 'currency', o.currency,
         'subtotal', o.subtotal, 'pointsSpent', o.points_spent, 'pointsWorth', o.points_worth, 'total', o.total, 'refunded', o.refunded,
         'pointsToEarn', o.points_to_earn, 'promisedAt', o.promised_at, 'promiseState', o.promise_state, 'note', o.note, 'cancelReason', o.cancel_reason,
         'placedAt', o.placed_at, 'confirmedAt', o.confirmed_at, 'startedAt', o.started_at, 'readyAt', o.ready_at, 'completedAt', o.completed_at,
         'cancelledAt', o.cancelled_at, 'refundedAt', o.refunded_at,
         'lines', (select coalesce(json_agg(json_build_object('sku', l.sku, 'name', l.name, 'kind', l.kind, 'quantity', l.quantity, 'unitPrice', l.unit_price,
                     'priceName', nullif(l.price_name, '{}'), 'subtotal', l.subtotal, 'pointsSpent', l.points_spent, 'total', l.total,
                     'pointsToEarn', l.points_to_earn, 'refundedQuantity', l.refunded_quantity, 'refunded', l.refunded) order by l.position), '[]')
                     from order_line l where l.order_id = o.id),
         'promises', (select coalesce(json_agg(json_build_object('promisedAt', p.promised_at, 'madeAt', p.made_at, 'reason', p.reason) order by p.id), '[]')
                        from promise p where p.order_id = o.id),
         'timeline', (select coalesce(json_agg(json_build_object('at', t.at, 'kind', t.kind, 'actor', t.actor, 'reason', t.reason) order by t.id), '[]')
                        from timeline t where t.order_id = o.id and t.public),
         'stay', (select json_build_object('arrival', y.arrival, 'departure', y.departure, 'adults', y.adults, 'children', y.children, 'babies', y.babies,
                    'country', y.country, 'particulars', y.particulars) from stay y where y.order_id = o.id))
  from orders o where o.customer_id = $1 order by o.placed_at, o.id`},
	{"refunds", `
select json_build_object('order', o.number, 'at', r.at, 'reason', r.reason, 'money', r.money, 'pointsBack', r.points_back, 'pointsReversed', r.points_reversed)
  from refund r left join orders o on o.id = r.order_id where r.customer_id = $1 order by r.at, r.id`},
	{"bookkeeping", `
select json_build_object('number', external_number, 'kind', kind, 'name', name, 'quantity', quantity, 'amount', amount, 'at', at)
  from import_entry where customer_id = $1 order by at, external_number, ordinal`},
	{"pointMovements", `
select json_build_object('at', t.at, 'from', t.from_account, 'to', t.to_account, 'points', t.points, 'cause', t.cause, 'order', o.number, 'reason', t.reason)
  from transfer t left join orders o on o.id = t.order_id where t.customer_id = $1 order by t.id`},
	{"pointLots", `
select json_build_object('points', points, 'remaining', remaining, 'held', held, 'expiresAt', expires_at, 'createdAt', created_at)
  from lot where customer_id = $1 order by id`},
	{"pointHolds", `
select json_build_object('order', o.number, 'points', h.points, 'state', h.state, 'expiresAt', h.expires_at, 'createdAt', h.created_at, 'endedAt', h.ended_at)
  from hold h join orders o on o.id = h.order_id where h.customer_id = $1 order by h.created_at`},
	{"accruals", `
select json_build_object('order', o.number, 'points', a.points, 'reversed', a.reversed, 'state', a.state, 'maturesAt', a.matures_at)
  from orders o join accrual a on a.order_id = o.id where o.customer_id = $1 order by a.id`},
	{"invitedBy", `
select json_build_object('claimedAt', claimed_at, 'state', state, 'flags', flags, 'reason', reason) from referral where customer_id = $1`},
	{"invited", `
select json_build_object('claimedAt', claimed_at, 'state', state, 'orders', orders, 'points', points) from referral where inviter_id = $1 order by claimed_at, customer_id`},
	{"invitedByLevel", `
select json_build_object('level', level, 'people', people, 'active', active, 'orders', orders, 'points', points)
  from referral_level where customer_id = $1 order by level`},
	{"referralRewards", `
select json_build_object('kind', kind, 'level', level, 'points', points, 'reversed', reversed, 'state', state, 'maturesAt', matures_at, 'createdAt', created_at)
  from referral_reward where customer_id = $1 order by id`},
	{"clubs", `
select json_build_object('club', c.name, 'state', m.state, 'moderator', m.moderator, 'since', m.since, 'graceUntil', m.grace_until, 'reason', m.reason,
         'muted', m.muted, 'seenAt', m.seen_at)
  from club_member m join club c on c.id = m.club_id where m.customer_id = $1 order by m.club_id`},
	{"clubOffers", `
select json_build_object('offer', f.name, 'order', o.number, 'quantity', u.quantity)
  from club_offer_use u join club_offer f on f.id = u.offer_id join orders o on o.id = u.order_id where u.customer_id = $1 order by u.order_id, u.offer_id`},
	{"posts", `
select json_build_object('club', c.name, 'title', p.title, 'text', p.source, 'comment', p.thread_id is not null, 'createdAt', p.created_at,
         'editedAt', p.edited_at, 'hiddenAt', p.hidden_at, 'hiddenReason', p.hidden_reason, 'removedAt', p.removed_at,
         'earlier', (select coalesce(json_agg(json_build_object('title', v.title, 'text', v.source, 'until', v.at) order by v.id), '[]')
                       from post_revision v where v.post_id = p.id))
  from post p join club c on c.id = p.club_id where p.customer_id = $1 order by p.id`},
	{"reactions", `
select json_build_object('kind', r.kind, 'title', p.title, 'at', r.created_at)
  from reaction r join post p on p.id = r.post_id where r.customer_id = $1 order by r.created_at, r.post_id`},
	{"reports", `
select json_build_object('title', p.title, 'reason', r.reason, 'at', r.at, 'settledAt', r.settled_at)
  from post_report r join post p on p.id = r.post_id where r.customer_id = $1 order by r.at, r.post_id`},
	{"awards", `
select json_build_object('kind', kind, 'points', points, 'state', state, 'reason', reason, 'dueAt', due_at, 'createdAt', created_at)
  from award where customer_id = $1 order by id`},
	{"reviews", `
select json_build_object('product', p.name, 'rating', r.rating, 'text', r.text, 'createdAt', r.created_at, 'editedAt', r.edited_at, 'hiddenAt', r.hidden_at,
         'hiddenReason', r.hidden_reason)
  from review r join product p on p.id = r.product_id where r.customer_id = $1 order by r.id`},
	{"pictures", `
select json_build_object('address', '/media/' || m.hash || '-' || m.width, 'createdAt', f.created_at)
  from picture_file f join media m on m.hash = f.name where f.customer_id = $1 order by f.id, m.width`},
	{"family", `
select json_build_object('joinedAt', joined_at) from family_member where customer_id = $1`},
	{"familyInvitations", `
select json_build_object('channel', i.channel, 'code', i.code, 'state', i.state, 'mine', i.inviter_id = $1, 'createdAt', i.created_at, 'endedAt', i.ended_at)
  from family_invitation i
 where i.inviter_id = $1 or i.address in (select unnest(array[c.phone, c.email]) from customer c where c.id = $1)
 order by i.id`},
	{"familyTransfers", `
select json_build_object('sent', sender_id = $1, 'points', points, 'state', state, 'createdAt', created_at, 'endedAt', ended_at)
  from points_transfer
 where sender_id = $1 or (receiver_id = $1 and state = 'DONE')
 order by id`},
	{"muted", `
select json_build_object('topic', topic, 'channel', channel) from notification_mute where customer_id = $1 order by topic, channel`},
	{"events", `
select json_build_object('at', at, 'kind', kind) from event where customer_id = $1 and seq is not null order by seq`},
}

const exportHeadSQL = `
select json_build_object('format', 1, 'madeAt', now(), 'business', (select name from business),
         'customer', json_build_object('name', c.name, 'phone', c.phone, 'email', c.email, 'locale', c.locale, 'timeZone', c.time_zone, 'birthday', c.birthday, 'country', c.country,
           'number', c.external_number, 'createdAt', c.created_at, 'deleteAt', c.delete_at, 'quietFrom', c.quiet_from, 'quietUntil', c.quiet_until, 'referralCode', c.referral_code, 'shownToInviters', c.referral_name,
           'wallet', json_build_object('active', w.active, 'pending', w.pending, 'held', w.held, 'debt', w.debt),
           'figures', json_build_object('completedOrders', f.completed_orders, 'paid', f.paid, 'refunded', f.refunded, 'lastOrderAt', f.last_order_at)))::text
  from customer c
  join wallet w on w.customer_id = c.id
  join customer_figures f on f.customer_id = c.id
 where c.id = $1 and c.erased_at is null`

// ExportLink makes a link to the file of a customer.
func (s *Store) ExportLink(customerID int64) (domain.TimedLink, error) {
	return issueTicket(s, sealedExport, customerID, s.now().Add(domain.ExportLifetime))
}

// ExportedCustomer is whose file a link is for; ErrNotFound for one that was not made here, or has ended.
func (s *Store) ExportedCustomer(ticket string) (int64, error) {
	return readTicket[int64](s, sealedExport, ticket)
}

// ExportCustomer writes everything that is held of a customer as one JSON document, row by row from one snapshot, so that neither a long life nor a slow
// reader costs memory. ErrNotFound, before anything is written, for a customer who does not exist.
func (s *Store) ExportCustomer(ctx context.Context, customerID int64, w io.Writer) (err error) {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }()
	var head string
	if err := tx.GetContext(ctx, &head, exportHeadSQL, customerID); errors.Is(err, sql.ErrNoRows) {
		return domain.ErrNotFound
	} else if err != nil {
		return err
	}
	if _, err := io.WriteString(w, head[:len(head)-1]); err != nil {
		return err
	}
	for _, section := range exportSections {
		if err := exportRows(ctx, tx, section, customerID, w); err != nil {
			return fmt.Errorf("export %s: %w", section.name, err)
		}
	}
	_, err = io.WriteString(w, "\n}\n")
	return err
}

// rowReader is what reads rows: a transaction.
type rowReader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func exportRows(ctx context.Context, tx rowReader, section exportSection, customerID int64, w io.Writer) (err error) {
	rows, err := tx.QueryContext(ctx, section.sql, customerID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if _, err := fmt.Fprintf(w, ",\n%q: [", section.name); err != nil {
		return err
	}
	separator := "\n  "
	for rows.Next() {
		var row sql.RawBytes
		if err := rows.Scan(&row); err != nil {
			return err
		}
		if _, err := io.WriteString(w, separator+string(row)); err != nil {
			return err
		}
		separator = ",\n  "
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = io.WriteString(w, "]")
	return err
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
