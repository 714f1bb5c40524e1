package store_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// The lists of families and transfers go by an index and stop when the page is full, like all others; the sums of a statement go by the wallet.
func TestFamilyLists_ReadNoMoreThanTheirPage(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	must(t, storetest.Fill(t.Context(), dsn, 5_000, 0))
	db, err := sql.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range []string{
		`insert into family (created_at) select now() from generate_series(1, 2500)`,
		`insert into family_member (customer_id, family_id, joined_at) select n, 1 + n / 2 % 2500, now() from generate_series(1, 5000) n`,
		`insert into family_invitation (family_id, inviter_id, channel, address, created_at, expires_at)
         select n, n + 0, 'EMAIL', 'customer-' || n || '@example.com', now(), now() + interval '7 days' from generate_series(1, 2500) n`,
		`insert into points_transfer (sender_id, receiver_id, points, channel, state, created_at, ended_at)
         select 1 + n % 4999, 5000, 1, 'SMS', 'ENDED', now(), now() from generate_series(1, 60000) n`,
		`vacuum analyze`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	heard := &ear{}
	st := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Dialer, c.MaxConns = heard, 1 })
	for name, read := range map[string]func(context.Context) error{
		"what somebody sent": func(ctx context.Context) error {
			_, err := st.PointsTransfers(ctx, 77, domain.Page{First: 20})
			return err
		},
		"what somebody received": func(ctx context.Context) error {
			_, err := st.PointsTransfers(ctx, 5_000, domain.Page{First: 20})
			return err
		},
		"all transfers": func(ctx context.Context) error {
			_, err := st.PointsTransfers(ctx, 0, domain.Page{First: 20})
			return err
		},
		"all families": func(ctx context.Context) error {
			_, err := st.Families(ctx, domain.Page{First: 20})
			return err
		},
		"members of families": func(ctx context.Context) error {
			_, err := st.FamilyMembers(ctx, []int64{7, 77, 777})
			return err
		},
		"invitations of a family": func(ctx context.Context) error {
			_, err := st.FamilyInvitations(ctx, 77)
			return err
		},
		"the statement of a wallet": func(ctx context.Context) error {
			_, err := st.Statement(ctx, 77, time.Now().AddDate(-1, 0, 0), time.Now())
			return err
		},
		"invitations for somebody": func(ctx context.Context) error {
			_, err := st.FamilyInvitationsFor(ctx, 77)
			return err
		},
	} {
		heard.take()
		if err := read(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		asked := heard.take()
		if len(asked) == 0 {
			t.Errorf("%s: no statement was heard", name)
		}
		for _, q := range asked {
			for _, wrong := range explain(t, db, q).wrongs() {
				t.Errorf("%s: %s\n%s", name, wrong, q.sql)
			}
		}
	}
}
