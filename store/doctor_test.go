package store_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// breakages are how to break an invariant behind the program's back. %[1]d is the customer, %[2]d a completed order that was refunded in part.
var breakages = map[string]string{
	"ledger-sum":        `create or replace view entry as select id as transfer_id, customer_id, from_account as account, points, at from transfer`,
	"wallet-ledger":     `update wallet set active = active + 1 where customer_id = %[1]d`,
	"wallet-last-entry": `update transfer set held_after = held_after + 1 where id = (select max(id) from transfer)`,
	"wallet-lots":       `update lot set remaining = remaining - 1 where remaining > 0`,
	"wallet-pending":    `update accrual set state = 'ACTIVE' where order_id = %[2]d`,
	"wallet-debt":       `update wallet set debt = 5 where active > 0`,
	"customer-wallet":   `insert into customer (locale, created_at) values ('ru', now())`,
	"hold-lots":         `update hold_lot set points = points + 1`,
	"lot-holds":         `update lot set held = held + 1 where remaining > 0`,
	"order-hold":        `update hold set state = 'RELEASED', ended_at = now() where order_id = %[2]d`,
	"order-lines":       `update order_line set points_to_earn = points_to_earn + 1 where order_id = %[2]d`,
	"order-refunds":     `update orders set refunded = refunded - 1 where id = %[2]d`,
	"line-refunds":      `update refund_line set money = money + 1`,
	"line-accruals":     `update accrual set reversed = reversed - 1 where reversed > 0`,
	"accrual-origin":    `update accrual set rule_id = rule_id + 1000 where order_id = %[2]d`,
	"award-entries":     `insert into award (customer_id, rule_id, rule_version, kind, cause, points, state, due_at, created_at) values (%[1]d, 1, 1, 'SIGN_UP', 'SIGN_UP', 5, 'ACTIVE', now(), now())`,
	"order-accruals":    `delete from accrual where order_id = %[2]d`,
	"customer-figures":  `update customer_figures set paid = paid + 1 where customer_id = %[1]d`,
	"order-promise":     `update orders set promised_at = promised_at + interval '1 hour' where id = %[2]d`,
	"order-timeline":    `delete from timeline where kind = 'PLACED' and order_id = %[2]d`,
	"order-events":      `delete from event where kind = 'ORDER_PLACED' and order_id = %[2]d`,
	"product-price":     `update product set min_price = 1`,
	"product-rating":    `insert into product_rating (product_id, reviews, stars) values (1, 1, 5)`,
	"club-members":      `insert into club (slug, name, entry, posting, created_at) values ('x', '{}', 'OPEN', 'STAFF', now())`,
	"club-offers":       `insert into club_offer (club_id, name, price, starts_at, ends_at, created_at) values (1, '{}', '{}', '2030-01-01', '2030-01-02', now())`,
	"post-comments":     `insert into post (club_id, author, source, html, comments, created_at) values (1, 'a', 'a', 'a', 3, now())`,
	"post-reactions":    `insert into post (club_id, author, source, html, reactions, created_at) values (1, 'a', 'a', 'a', '{"LIKE": 1}', now())`,
	"staff-left":        `insert into session (staff_id, user_agent, created_at, last_used_at) select id, '', now(), now() from staff; update staff set left_at = now(), on_duty = false`,
	"customer-erased":   `update customer set name = null, email = null, phone = null, erased_at = now() where id = %[1]d; insert into device_owner values ('t', %[1]d)`,
	"family-account":    `insert into transfer (customer_id, from_account, to_account, points, cause, at, active_after, pending_after, held_after, debt_after) values (1, 'FAMILY', 'ACTIVE', 1, 'x', now(), 0, 0, 0, 0)`,
	"points-transfers":  `insert into points_transfer (sender_id, receiver_id, points, channel, state, created_at, ended_at, sent_entry_id, received_entry_id) values (1, 2, 3, 'SMS', 'DONE', '2030-01-01', now(), 1, 2)`,
	"picture-sizes":     `insert into picture_file (name, created_at, loose_since) values ('x', now(), now())`,
	"picture-shown":     `insert into picture_file (name, created_at) values ('y', now())`,
	"imports": `with f as (insert into import_file (object, name, staff_id, created_at) values ('x', 'x', (select min(id) from staff), now()) returning id, staff_id)
insert into import_task (kind, source, file_id, staff_id, created_at) select 'SALES', 'x', id, staff_id, now() from f`,
	"keys-settled":    `update idempotency_key set result_id = null where key = 'first'`,
	"append-only":     `drop trigger append_only_truncate on audit`,
	"events-lined-up": `update event set seq = null, at = now() - interval '2 minutes'`,
}

func TestDoctor_FindsEachInvariantBroken(t *testing.T) {
	t.Parallel()
	for name, statement := range breakages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, o := busy(t)
			s.healthy(t)
			tx, err := s.DB().BeginTxx(t.Context(), nil)
			must(t, err)
			defer tx.Rollback()
			if _, err := tx.Exec(`set local session_replication_role = replica`); err != nil {
				t.Fatal(err)
			}
			statement = strings.NewReplacer("%[1]d", fmt.Sprint(s.customer.CustomerID), "%[2]d", fmt.Sprint(o.ID)).Replace(statement)
			if _, err := tx.Exec(statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			must(t, tx.Commit())
			found, _, err := s.Examine(t.Context())
			must(t, err)
			for _, f := range found {
				if f.Check == name {
					if f.Count < 1 || len(f.IDs) < 1 || f.Rule == "" {
						t.Errorf("found %+v", f)
					}
					return
				}
			}
			t.Errorf("not found; the doctor says %+v", found)
		})
	}
}

func TestDoctor_EveryCheckIsSeenToFire(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("doctor.go")
	must(t, err)
	names := regexp.MustCompile(`(?m)^\t\{"([a-z-]+)", "`).FindAllSubmatch(source, -1)
	if len(names) < 20 {
		t.Fatalf("only %d checks were found in the source", len(names))
	}
	for _, n := range names {
		if _, broken := breakages[string(n[1])]; !broken {
			t.Errorf("no breakage makes %s fire", n[1])
		}
	}
	if len(names) != len(breakages) {
		t.Errorf("%d checks and %d breakages", len(names), len(breakages))
	}
}

func TestDoctor_NamesAFewOffendersAndCountsAll(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.exec(t, `insert into customer (locale, created_at) select 'ru', now() from generate_series(1, 30)`)
	found, _, err := s.Examine(t.Context())
	must(t, err)
	if len(found) != 1 || found[0].Count != 30 || len(found[0].IDs) != 20 || !slices.IsSorted(found[0].IDs) {
		t.Errorf("found %+v", found)
	}
}
