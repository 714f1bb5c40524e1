package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
)

// busy is a shop in which something of everything has happened.
func busy(t *testing.T) (shop, domain.Order) {
	t.Helper()
	s := newShop(t)
	ctx := t.Context()
	s.give(t, s.customer, 500)
	o := s.advance(t, s.place(t, "first", 100, line(s.massage, 2), line(s.honey, 2)), toCompletion...)
	s.place(t, "second", 50, line(s.massage, 1))
	lines, err := s.LinesByOrder(ctx, []int64{o.ID})
	must(t, err)
	o, err = s.RefundOrder(ctx, s.staff, domain.OrderRefund{IdempotencyKey: "refund", OrderID: o.ID, Reason: "брак",
		Lines: []domain.RefundAsk{{LineID: lines[o.ID][0].ID, Quantity: 1}}})
	must(t, err)
	_, err = s.LineUpEvents(ctx)
	must(t, err)
	return s, o
}

func TestAppendOnlyTables_RefuseEveryChange(t *testing.T) {
	t.Parallel()
	s, _ := busy(t)
	for table, column := range map[string]string{"transfer": "points", "timeline": "actor", "event": "kind", "promise": "order_id", "audit": "action"} {
		if s.count(t, "select count(*) from "+table) == 0 {
			t.Errorf("%s is empty, so nothing is proven", table)
		}
		for _, statement := range []string{
			fmt.Sprintf("update %s set %s = %s", table, column, column),
			"delete from " + table,
			"truncate " + table + " cascade",
		} {
			before := s.count(t, "select count(*) from "+table)
			if _, err := s.DB().Exec(statement); err == nil {
				t.Errorf("%s: not refused", statement)
			}
			if after := s.count(t, "select count(*) from "+table); after != before {
				t.Errorf("%s: %d rows became %d", statement, before, after)
			}
		}
	}
	s.healthy(t)
}

func TestEvents_KeepTheirPlaceAndLeaveOnlyWhenOld(t *testing.T) {
	t.Parallel()
	s, _ := busy(t)
	for _, statement := range []string{"update event set seq = seq + 1", "update event set seq = null", "update event set seq = 1, kind = 'GAP' where seq is null"} {
		s.exec(t, `insert into event (at, kind, desk, data) values (now(), 'GAP', false, '{}')`)
		if _, err := s.DB().Exec(statement); err == nil {
			t.Errorf("%s: not refused", statement)
		}
	}
	s.exec(t, `insert into event (at, kind, desk, data) values (now() - interval '8 days', 'GAP', false, '{}')`)
	s.exec(t, `delete from event where at < now() - interval '7 days'`)
}

func TestTrim_RemovesOldEventsAndTellsOldCursorsOfTheGap(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	past := s.WithClock(func() time.Time { return time.Now().Add(-40 * 24 * time.Hour) })
	for i := range 3 {
		_, err := past.PlaceOrder(ctx, s.customer, domain.OrderDraft{IdempotencyKey: fmt.Sprint(i), Lines: []domain.LineAsk{line(s.honey, 1)}})
		must(t, err)
	}
	_, err := s.LineUpEvents(ctx)
	must(t, err)
	old, _, err := s.EventsAfter(ctx, domain.Topic{CustomerID: s.customer.CustomerID}, domain.Cursor{}, 10)
	must(t, err)
	s.place(t, "new", 0, line(s.honey, 1))
	_, err = s.LineUpEvents(ctx)
	must(t, err)
	if n, err := s.Trim(ctx); n < 3 || err != nil {
		t.Fatalf("removed %d, %v", n, err)
	}
	if len(old) != 3 {
		t.Fatalf("%d events before", len(old))
	}
	rest, gap, err := s.EventsAfter(ctx, domain.Topic{CustomerID: s.customer.CustomerID}, old[0].Cursor, 10)
	must(t, err)
	if !gap || len(rest) != 1 {
		t.Errorf("after an old cursor: gap %v, %d events; want a gap and the one that is kept", gap, len(rest))
	}
	if _, gap, err := s.EventsAfter(ctx, domain.Topic{CustomerID: s.customer.CustomerID}, rest[0].Cursor, 10); gap || err != nil {
		t.Errorf("after the last cursor: gap %v, %v", gap, err)
	}
	if _, gap, err = s.EventsAfter(ctx, domain.Topic{Desk: true}, domain.Cursor{Seq: 1 << 40}, 10); !gap || err != nil {
		t.Errorf("after a cursor of another life: gap %v, %v", gap, err)
	}
}

func TestTrim_RemovesJobsThatAreDeadForLong(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.exec(t, `
insert into job (kind, state, dead_at, last_error, created_at)
values ('dead.long', 'DEAD', now() - interval '31 days', 'gone', now() - interval '90 days'),
       ('dead.lately', 'DEAD', now() - interval '29 days', 'gone', now() - interval '90 days')`)
	s.exec(t, `insert into job (kind, created_at) values ('old.ready', now() - interval '90 days')`)
	_, err := s.Trim(t.Context())
	must(t, err)
	var left []string
	must(t, s.DB().SelectContext(t.Context(), &left, `select kind from job where kind in ('dead.long', 'dead.lately', 'old.ready') order by kind`))
	if want := []string{"dead.lately", "old.ready"}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

// Whoever reads events at the moment when they are removed gets them, or is told that some are missing.
func TestTrim_WhatIsRemovedWhileSomebodyReadsIsNotMissedInSilence(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for i := range 3 {
		s.place(t, fmt.Sprint(i), 0, line(s.honey, 1))
	}
	_, err := s.LineUpEvents(t.Context())
	must(t, err)
	topic := domain.Topic{CustomerID: s.customer.CustomerID}
	all, _, err := s.EventsAfter(t.Context(), topic, domain.Cursor{}, 10)
	must(t, err)
	if len(all) != 3 {
		t.Fatalf("%d events", len(all))
	}
	// From now on whoever looks how far events were removed finds the state before, and all of them go at that moment.
	for _, statement := range []string{
		`alter table event disable trigger user`,
		`alter table event_horizon rename to horizon`,
		`create function trim_all() returns int language plpgsql volatile as $$
begin
  update horizon set trimmed = (select max(seq) from event) where exists (select from event where seq is not null);
  delete from event;
  return 1;
end $$`,
		`create view event_horizon as select h.trimmed from horizon h where trim_all() = 1`,
	} {
		s.exec(t, statement)
	}
	rest, gap, err := s.EventsAfter(t.Context(), topic, all[0].Cursor, 10)
	must(t, err)
	if !gap && len(rest) != 2 {
		t.Errorf("%d events came of 2, and none is said to be missing", len(rest))
	}
}
