package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// ends fails when do takes much longer than limit: what it waits for will never come.
func ends(t *testing.T, limit time.Duration, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit + 5*time.Second):
		t.Fatalf("nothing came back within %v", limit+5*time.Second)
		return nil
	}
}

func TestConnections_AFrozenDatabaseHoldsNobodyPastTheirDeadline(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(context.Context, *store.Store) error{
		"a read": func(ctx context.Context, st *store.Store) error {
			_, err := st.Head(ctx)
			return err
		},
		"a transaction": func(ctx context.Context, st *store.Store) error {
			_, err := st.LineUpEvents(ctx)
			return err
		},
		"a ping": func(ctx context.Context, st *store.Store) error { return st.Ping(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			link := storetest.NewLink(t, storetest.DSN(t))
			st := storetest.OpenAt(t, link.DSN)
			must(t, do(t.Context(), st))
			link.Freeze()
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if err := ends(t, 2*time.Second, func() error { return do(ctx, st) }); err == nil {
				t.Error("it was answered by a frozen database")
			}
			link.Thaw()
			must(t, ends(t, 10*time.Second, func() error { return do(t.Context(), st) }))
		})
	}
}

func TestConnections_SilentOnesAreLeftForNewOnes(t *testing.T) {
	t.Parallel()
	link := storetest.NewLink(t, storetest.DSN(t))
	st := storetest.OpenAt(t, link.DSN, func(c *store.Config) { c.Patience, c.MaxConns = 200*time.Millisecond, 3 })
	held := []*sql.Conn{}
	for range 3 {
		conn, err := st.DB().Conn(t.Context())
		must(t, err)
		held = append(held, conn)
	}
	for _, conn := range held {
		must(t, conn.Close())
	}
	if n := link.Swallow(); n != 3 {
		t.Fatalf("%d connections, want 3", n)
	}
	err := ends(t, 2*time.Second, func() error { _, err := st.Head(t.Context()); return err })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("on a silent connection the read ended with %v", err)
	}
	head, err := st.Head(t.Context()) // the two others are not waited for
	must(t, err)
	if head != (domain.Cursor{}) {
		t.Errorf("the head of an empty database is %v", head)
	}
}

func TestConnections_ACancelledStatementLeavesItsTransactionsLocks(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	st, other := storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)
	hold, err := other.DB().BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = hold.Rollback() }()
	_, err = hold.ExecContext(t.Context(), `lock table event`)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := ends(t, 2*time.Second, func() error { _, err := st.LineUpEvents(ctx); return err }); err == nil {
		t.Fatal("events were lined up in a locked table")
	}
	must(t, hold.Rollback())
	var held int
	must(t, other.DB().GetContext(t.Context(), &held, `
select count(*)
  from pg_locks l
  join pg_stat_activity a using (pid)
 where a.datname = current_database() and a.pid <> pg_backend_pid() and l.locktype = 'advisory'`))
	if held != 0 {
		t.Errorf("%d locks are left behind", held)
	}
	_, err = st.LineUpEvents(t.Context())
	must(t, err)
}

// A connection whose other end is gone cannot say goodbye. That is no failure of a store that closes.
func TestConnections_AStoreWhoseDatabaseIsGoneCloses(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	st, other := storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)
	must(t, st.Ping(t.Context()))
	conn, err := other.DB().Conn(t.Context())
	must(t, err)
	defer conn.Close()
	ended := 0
	must(t, conn.QueryRowContext(t.Context(), `
select count(pg_terminate_backend(pid, 5000))
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`).Scan(&ended))
	if ended == 0 {
		t.Fatal("no connection was ended")
	}
	must(t, ends(t, 5*time.Second, st.Close))
}
