package store_test

import (
	"compress/gzip"
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// restoreRelease makes a database as a release left it, with the demo that it made; see scripts/released.sh.
func restoreRelease(t *testing.T, file string) (dsn string, db *sql.DB) {
	t.Helper()
	packed, err := os.Open(file)
	must(t, err)
	defer func() { _ = packed.Close() }()
	plain, err := gzip.NewReader(packed)
	must(t, err)
	dump, err := io.ReadAll(plain)
	must(t, err)
	dsn = storetest.DSN(t)
	db, err = sql.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer func() { _ = conn.Close() }()
	for _, statements := range []string{"drop schema public cascade; create schema public", string(dump), "reset all"} {
		_, err = conn.ExecContext(t.Context(), statements)
		must(t, err)
	}
	return dsn, db
}

// whole are figures that no migration changes.
const whole = `
select concat_ws(' ', (select count(*) from customer), (select count(*) from orders), (select sum(total) from orders), (select count(*) from transfer),
                 (select sum(points) from transfer), (select sum(active + pending + held) from wallet), (select count(*) from event), (select count(*) from post))`

// The data of every release goes on under today's schema: nothing is gone, every rule of the doctor holds, and it can be worked with.
func TestMigrate_TheDataOfEveryReleaseGoesOn(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/released/*.sql.gz")
	must(t, err)
	if len(files) < 2 {
		t.Fatalf("there are only %q", files)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql.gz"), func(t *testing.T) {
			t.Parallel()
			dsn, db := restoreRelease(t, file)
			var before, after string
			must(t, db.QueryRowContext(t.Context(), whole).Scan(&before))
			applied, err := store.Migrate(t.Context(), dsn)
			must(t, err)
			must(t, db.QueryRowContext(t.Context(), whole).Scan(&after))
			if before != after || len(applied) == 0 {
				t.Errorf("%d migrations made of %s: %s", len(applied), before, after)
			}
			st := storetest.OpenAt(t, dsn)
			workWith(t, st, db)
			findings, checked, err := st.Examine(t.Context())
			must(t, err)
			if len(findings) > 0 || checked < 40 {
				t.Errorf("of %d rules these are broken: %+v", checked, findings)
			}
		})
	}
}

// workWith places and finishes an order of somebody who has ordered before.
func workWith(t *testing.T, st *store.Store, db *sql.DB) {
	t.Helper()
	var customer, staff, variant int64
	must(t, db.QueryRowContext(t.Context(), `
select (select min(customer_id) from orders where status = 'COMPLETED'), (select min(id) from staff where role = 'ADMIN'),
       (select min(v.id) from variant v join product p on p.id = v.product_id where p.kind = 'SERVICE' and p.status = 'ACTIVE' and v.active)`).Scan(&customer, &staff, &variant))
	boss := domain.Viewer{StaffID: staff, Role: domain.Admin}
	order, err := st.PlaceOrder(t.Context(), domain.Viewer{CustomerID: customer}, domain.OrderDraft{IdempotencyKey: "after the upgrade", Lines: []domain.LineAsk{{VariantID: variant, Quantity: 1}}})
	must(t, err)
	for _, action := range []domain.OrderAction{domain.ActionConfirm, domain.ActionStart, domain.ActionMakeReady, domain.ActionComplete} {
		if _, err = st.AdvanceOrder(t.Context(), boss, domain.OrderAdvance{IdempotencyKey: string(action), OrderID: order.ID, Action: action}); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
	}
}

// A migration that waits for a table has everybody wait behind it; so it gives way, and tries again.
func TestMigrate_GivesWayToThoseWhoWork(t *testing.T) {
	t.Parallel()
	dsn, db := restoreRelease(t, "testdata/released/00012.sql.gz")
	hold, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = hold.Rollback() }()
	_, err = hold.ExecContext(t.Context(), `lock table orders in access share mode; lock table customer in access share mode; lock table product in access share mode`)
	must(t, err)
	migrated := make(chan error, 1)
	go func() {
		_, err := store.Migrate(context.WithoutCancel(t.Context()), dsn)
		migrated <- err
	}()
	waits := func() bool {
		var n int
		must(t, db.QueryRowContext(t.Context(), `
select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`).Scan(&n))
		return n > 0
	}
	until(t, "the migration waits for a table", waits)
	var n int
	must(t, db.QueryRowContext(t.Context(), `select (select count(*) from orders) + (select count(*) from customer) + (select count(*) from product)`).Scan(&n))
	until(t, "the migration waits again", waits)
	select {
	case err := <-migrated:
		t.Fatalf("while tables were in use the migration ended with %v", err)
	default:
	}
	must(t, hold.Rollback())
	must(t, <-migrated)
}
