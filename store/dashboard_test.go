package store_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// A month of a long history is read by its rows alone: no big table is read through.
func TestDashboard_OfAMonthReadsTheMonthOnly(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	must(t, storetest.Fill(t.Context(), dsn, 2_000, 20_000))
	heard := &ear{}
	st := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Dialer, c.MaxConns = heard, 1 })
	db, err := sql.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	// The filled ledger is of one moment; let it be as old as its orders. One connection: a setting is of a session.
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"set session_replication_role = replica", "update transfer t set at = o.placed_at from orders o where o.id = t.order_id",
		"reset session_replication_role", `insert into club (slug, name, entry, posting, created_at) values ('quiet', '{}', 'OPEN', 'STAFF', now())`,
		`insert into refund (order_id, customer_id, at, reason, money) select id, customer_id, completed_at, 'x', 100 from orders where completed_at is not null`,
		`insert into club_member (club_id, customer_id, state, since) select 1, id, 'MEMBER', now() - id * interval '12 hours' from customer`, "cluster transfer using transfer_pkey", "vacuum analyze"} {
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	to := time.Now().Add(-100 * oneDay)
	from := to.Add(-30 * oneDay)
	for name, read := range map[string]func(context.Context) error{
		"days":     func(ctx context.Context) error { _, err := st.DashboardDays(ctx, from, to); return err },
		"products": func(ctx context.Context) error { _, err := st.TopProducts(ctx, from, to, 10); return err },
		"clubs":    func(ctx context.Context) error { _, err := st.ClubGrowths(ctx, from, to); return err },
		"cohorts":  func(ctx context.Context) error { _, err := st.Cohorts(ctx, from, to); return err },
	} {
		heard.take()
		must(t, read(t.Context()))
		for _, q := range heard.take() {
			for _, table := range explain(t, db, q).readThrough() {
				t.Errorf("%s: %s is read through\n%s", name, table, q.sql)
			}
		}
	}
}

// readThrough lists the big tables that a plan reads from one end to the other.
func (n node) readThrough() (tables []string) {
	big := map[string]bool{"orders": true, "order_line": true, "transfer": true, "customer": true, "refund": true, "club_member": true}
	if n.Type == "Seq Scan" && big[n.Relation] {
		tables = append(tables, n.Relation)
	}
	for _, below := range n.Plans {
		tables = append(tables, below.readThrough()...)
	}
	return tables
}

func TestDashboard_CountsWhatHappenedInTheDaysOfTheBusiness(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	zone, err := time.LoadLocation("Europe/Moscow")
	must(t, err)
	now := s.clock.Now().In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, zone)
	s.clock.Add(midnight.Add(-time.Hour).Sub(now)) // 23:00 in Moscow, another day in UTC
	s.give(t, s.customer, 500)
	o := s.advance(t, s.place(t, "a", 100, line(s.massage, 2)), toCompletion...)
	cancelled := s.place(t, "b", 0, line(s.honey, 1))
	_, err = s.CancelOrder(ctx, s.customer, domain.OrderCancel{IdempotencyKey: "c", OrderID: cancelled.ID})
	must(t, err)
	s.clock.Add(2 * time.Hour)
	lines, err := s.LinesByOrder(ctx, []int64{o.ID})
	must(t, err)
	refunded, err := s.RefundOrder(ctx, s.staff, domain.OrderRefund{IdempotencyKey: "r", OrderID: o.ID, Reason: "брак", Lines: []domain.RefundAsk{{LineID: lines[o.ID][0].ID, Quantity: 1}}})
	must(t, err)
	days, err := s.DashboardDays(ctx, midnight.AddDate(0, 0, -1), midnight.AddDate(0, 0, 1))
	must(t, err)
	if len(days) != 2 {
		t.Fatalf("%d days: %+v", len(days), days)
	}
	first, second := days[0], days[1]
	if first.Day.Format(time.DateOnly) != midnight.AddDate(0, 0, -1).Format(time.DateOnly) || first.Placed != 2 || first.Cancelled != 1 || first.Completed != 1 ||
		first.RevenueMinor != o.TotalMinor || first.RefundedMinor != 0 || first.PointsSpent != 100 || first.PointsEarned != 500+o.PointsToEarn {
		t.Errorf("the first day is %+v", first)
	}
	if second.RefundedMinor != refunded.RefundedMinor || second.NetMinor() != -refunded.RefundedMinor || second.PointsSpent != -50 || second.PointsEarned >= 0 || second.Placed != 0 ||
		second.PromisesKept != 1 {
		t.Errorf("the second day is %+v", second)
	}
	top, err := s.TopProducts(ctx, midnight.AddDate(0, 0, -1), midnight, 10)
	must(t, err)
	if len(top) != 1 || top[0].ProductID != s.massage.ProductID || top[0].Quantity != 1 || top[0].RevenueMinor != o.TotalMinor-refunded.RefundedMinor {
		t.Errorf("top products are %+v", top)
	}
	none, err := s.DashboardDays(ctx, midnight.AddDate(0, 0, 5), midnight.AddDate(0, 0, 6))
	must(t, err)
	if len(none) != 1 || none[0].Placed+none[0].Completed+none[0].PointsEarned != 0 {
		t.Errorf("a day to come is %+v", none)
	}
}

func TestDashboard_CountsCohortsAndClubs(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	begin := time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)
	s.clock.Add(begin.Sub(s.clock.Now()))
	boris := s.newCustomer(t, "boris@example.com")
	buy := func(v domain.Viewer, key string) {
		o, err := s.PlaceOrder(ctx, v, domain.OrderDraft{IdempotencyKey: key, Lines: []domain.LineAsk{line(s.massage, 1)}})
		must(t, err)
		s.advance(t, o, toCompletion...)
	}
	buy(s.customer, "1")
	buy(boris, "2")
	s.clock.Add(59 * oneDay) // March
	buy(s.customer, "3")
	vera := s.newCustomer(t, "vera@elsewhere.example")
	buy(vera, "4")
	cohorts, err := s.Cohorts(ctx, begin.AddDate(0, 0, -9), time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC).Add(-4*time.Hour))
	must(t, err)
	if len(cohorts) != 2 || cohorts[0].Month.Format("2006-01") != "2027-01" || !slices.Equal(cohorts[0].Returning, []int64{2, 0, 1}) || !slices.Equal(cohorts[1].Returning, []int64{1}) {
		t.Errorf("cohorts are %+v", cohorts)
	}
	later, err := s.Cohorts(ctx, time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC).Add(-4*time.Hour))
	must(t, err)
	if len(later) != 1 || later[0].Customers() != 1 {
		t.Errorf("who came before the period is new: %+v", later)
	}
	club := s.club(t, "quiet", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	for _, v := range []domain.Viewer{s.customer, boris} {
		_, err := s.JoinClub(ctx, v, club.ID)
		must(t, err)
	}
	_, err = s.LeaveClub(ctx, boris, club.ID)
	must(t, err)
	growth, err := s.ClubGrowths(ctx, s.clock.Now().Add(-oneDay), s.clock.Now().Add(oneDay))
	must(t, err)
	if len(growth) != 1 || growth[0] != (domain.ClubGrowth{ClubID: club.ID, Members: 1, Joined: 1, Left: 1}) {
		t.Errorf("clubs grew by %+v", growth)
	}
}
