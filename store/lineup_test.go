package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// Writers insert events and commit late, in any order; several processes line events up. A reader that follows the order by cursor must see
// every event once.
func TestLineUpEvents_ATailSeesEveryEventOnceThoughWritersCommitLate(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	stores := []*store.Store{storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)}
	const writers, each = 8, 40
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var liners, writing sync.WaitGroup
	for _, st := range stores {
		liners.Go(func() {
			for ctx.Err() == nil {
				if _, err := st.LineUpEvents(ctx); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range writers {
		writing.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 7))
			for n := range each {
				if err := commitLate(stores[i%len(stores)], r, i*each+n+1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() {
		writing.Wait()
		close(written)
	}()
	seen := map[int64]int{}
	var at domain.Cursor
	follow := func() {
		events, err := stores[0].Tail(t.Context(), at, 7)
		must(t, err)
		for _, e := range events {
			if !at.Less(e.Cursor) {
				t.Errorf("cursor %v comes after %v", e.Cursor, at)
			}
			at = e.Cursor
			seen[e.ProductID]++
		}
	}
	for done := false; !done; {
		select {
		case <-written:
			done = true
		default:
			follow()
		}
	}
	until(t, "the reader has seen the last event", func() bool {
		lined := 0
		must(t, stores[0].DB().Get(&lined, `select count(seq) from event`))
		before := at
		follow()
		return lined == writers*each && at == before
	})
	stop()
	liners.Wait()
	for n := 1; n <= writers*each; n++ {
		if seen[int64(n)] != 1 {
			t.Errorf("event %d was seen %d times", n, seen[int64(n)])
		}
	}
}

// commitLate writes an event and commits a moment later.
func commitLate(st *store.Store, r *rand.Rand, n int) error {
	tx, err := st.DB().Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`insert into event (at, kind, product_id, desk, data) values (now(), 'PRODUCT_CHANGED', $1, true, '{}')`, n); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf(`select pg_sleep(%f)`, r.Float64()*0.02)); err != nil { // the length of a transaction
		return err
	}
	return tx.Commit()
}

func TestLineUpEvents_TellsOtherProcessesByNotification(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	st := storetest.OpenAt(t, dsn)
	heard := listen(t, dsn)
	if n, err := st.LineUpEvents(t.Context()); n != 0 || err != nil {
		t.Fatalf("lined up %d, %v", n, err)
	}
	if _, err := st.DB().Exec(`insert into event (at, kind, desk, data) values (now(), 'GAP', true, '{}')`); err != nil {
		t.Fatal(err)
	}
	if n, err := st.LineUpEvents(t.Context()); n != 1 || err != nil {
		t.Fatalf("lined up %d, %v", n, err)
	}
	select {
	case text := <-heard:
		if !st.LinedUp(text) || storetest.OpenAt(t, dsn).LinedUp(text) {
			t.Errorf("the notification does not say who lined up, but %q", text)
		}
	case <-time.After(30 * time.Second):
		t.Error("no notification")
	}
}

// People are told of an event once it has its place: by whoever lines it up, also when a process of the release before gave it its place and knew
// nothing of jobs for several events.
func TestLineUpEvents_AsksForTheJobsThatPush(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	_, err := st.DB().Exec(`insert into event (at, kind, desk, data, push) select now(), 'GAP', true, '{}', n % 2 = 1 from generate_series(1, 402) n`)
	must(t, err)
	_, err = st.DB().Exec(`update event set seq = nextval('event_seq') where id in (select id from event order by id limit 2)`)
	must(t, err)
	for range 2 { // the second time there is nothing left to do
		_, err = st.LineUpEvents(t.Context())
		must(t, err)
		var got struct{ Jobs, Events, Owed, Unordered int }
		must(t, st.DB().Get(&got, `
select (select count(*) from job) as jobs, (select count(distinct e.id) from job, jsonb_array_elements_text(args -> 'events') as e (id)) as events,
       count(*) filter (where push) as owed, count(*) filter (where seq is null) as unordered
  from event`))
		if got.Jobs != 3 || got.Events != 201 || got.Owed != 0 || got.Unordered != 0 {
			t.Errorf("%+v; want 3 jobs of 201 events", got)
		}
	}
	_, err = st.DB().Exec(`update event set push = true where id = 1`)
	if err == nil {
		t.Error("an event that was pushed can be pushed again")
	}
}

// A connection keeps the plans of its first call, when there may be next to no events: they must not read through what is there later.
func TestLineUpEvents_ReadsOnlyWhatIsOwedHoweverMuchIsKept(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	conn, err := st.DB().Connx(t.Context())
	must(t, err)
	defer conn.Close()
	exec := func(sql string) {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), sql)
		must(t, err)
	}
	read := func() (rows int) { // by this connection
		must(t, conn.GetContext(t.Context(), &rows, `select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'event'`))
		return rows
	}
	for _, n := range []int{1, 5000, 10} {
		exec(fmt.Sprintf(`insert into event (at, kind, customer_id, desk, data, push) select now(), 'GAP', n, true, '{}', true from generate_series(1, %d) n`, n))
		exec(`begin`)
		before := read()
		exec(`select line_up_events('a test')`)
		if rows := read() - before; rows > 4*n {
			t.Errorf("to line up %d events, %d rows were read", n, rows)
		}
		exec(`commit`)
	}
}

// Events that no device can be told of are not read; a device of staff counts while they are on duty.
func TestEventsToTell_AreThoseThatADeviceMayHear(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	reached, err := st.AddCustomer(t.Context(), domain.NewCustomer{Email: "reached@example.com", Locale: domain.RU})
	must(t, err)
	other, err := st.AddCustomer(t.Context(), domain.NewCustomer{Email: "other@example.com", Locale: domain.RU})
	must(t, err)
	_, err = st.RegisterDevice(t.Context(), domain.Viewer{CustomerID: reached}, domain.DeviceDraft{Token: "a phone", Platform: domain.Android})
	must(t, err)
	_, err = st.DB().Exec(`
insert into event (at, kind, customer_id, desk, data, push)
values (now(), 'ORDER_PLACED', $1, true, '{}', true), (now(), 'ORDER_PLACED', $2, true, '{}', true), (now(), 'POST_CREATED', null, false, '{}', true),
       (now(), 'CLUB_REQUESTED', null, true, '{}', true)`, reached, other)
	must(t, err)
	read := func() (ids []int64) {
		t.Helper()
		events, err := st.EventsToTell(t.Context(), []int64{4, 3, 2, 1, 99})
		must(t, err)
		for _, e := range events {
			ids = append(ids, e.ID)
		}
		return ids
	}
	if got := read(); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("with a device of one customer: %v", got)
	}
	staff, err := st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "desk@example.com", Role: domain.Admin, Name: "Desk"})
	must(t, err)
	v := domain.Viewer{StaffID: staff.ID, Role: domain.Admin}
	_, err = st.RegisterDevice(t.Context(), v, domain.DeviceDraft{Token: "a phone of the desk", Platform: domain.Android})
	must(t, err)
	for _, onDuty := range []bool{true, false} {
		_, err = st.UpdateStaff(t.Context(), v, domain.StaffPatch{OnDuty: &onDuty})
		must(t, err)
		want := []int64{1, 3}
		if onDuty {
			want = []int64{1, 2, 3, 4}
		}
		if got := read(); !slices.Equal(got, want) {
			t.Errorf("staff on duty %v: %v", onDuty, got)
		}
	}
}
