package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// growTree fills a database with one tree of so many people, 30 deep, with its figures: a spine, and everyone else at the foot of a busy inviter below
// it or spread over the levels.
func growTree(ctx context.Context, tb testing.TB, s *store.Store, people int) {
	tb.Helper()
	tx, err := s.DB().BeginTx(ctx, nil)
	mustB(tb, err)
	for _, statement := range []string{
		fmt.Sprintf(`
create temporary table grown on commit drop as
select n, case when n <= 30 then n - 1 else 1 + n %% 29 end as above, case when n <= 30 then n - 1 else 1 + n %% 29 end as depth
  from generate_series(1, %d) as n`, people),
		`insert into customer (name, email, locale, created_at, invited) select 'Имя', 'p' || n || '@tree' || n || '.example.com', 'ru', now(), n > 1 from grown order by n`,
		`insert into wallet (customer_id) select id from customer`,
		`insert into customer_figures (customer_id) select id from customer`,
		`insert into referral (customer_id, inviter_id, state, claimed_at, created_at)
		 select n, above, 'ACTIVE', now() - interval '2 hours' - n * interval '1 second', now() - interval '2 hours' from grown where n > 1`,
		`insert into referral_level (customer_id, level, people)
		 select s.n, g.depth + 1 - s.n, count(*)
		   from generate_series(1, 30) as s (n)
		   join grown g on g.n > 1 and g.depth >= s.n
		  group by s.n, g.depth`,
	} {
		_, err := tx.ExecContext(ctx, statement)
		mustB(tb, err)
	}
	mustB(tb, tx.Commit())
	_, err = s.DB().ExecContext(ctx, `vacuum analyze`)
	mustB(tb, err)
}

func mustB(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// tree is a database with a large tree, and the means to use it.
type tree struct {
	shop
	deep  domain.Viewer // 30 levels below the root
	leafs int
}

func newTree(tb testing.TB, people int) *tree {
	tb.Helper()
	ctx := context.Background()
	clock := storetest.NewClock()
	st := storetest.Open(tb, func(c *store.Config) { c.Now = clock.Now })
	growTree(ctx, tb, st, people)
	t := &tree{shop: shop{Store: st, clock: clock}, deep: domain.Viewer{CustomerID: 30}}
	m, err := st.InviteStaff(ctx, domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	mustB(tb, err)
	t.staff = domain.Viewer{StaffID: m.ID, Role: m.Role}
	slug, kind := "massage", domain.Service
	p, err := st.CreateProduct(ctx, t.staff, "make", domain.ProductDraft{Slug: &slug, Kind: &kind, Name: &domain.Text{EN: "Massage"}},
		[]domain.VariantDraft{{SKU: "massage", PriceMinor: 200_000, Active: true}})
	mustB(tb, err)
	variants, err := st.VariantsByProduct(ctx, []int64{p.ID})
	mustB(tb, err)
	t.massage = variants[p.ID][0]
	return t
}

// claim lets a new customer join at the foot of the tree.
func (t *tree) claim(ctx context.Context, tb testing.TB) time.Duration {
	tb.Helper()
	t.leafs++
	id, err := t.AddCustomer(ctx, domain.NewCustomer{Email: fmt.Sprintf("leaf%d@leaf%d.example.com", t.leafs, t.leafs), Locale: domain.RU})
	mustB(tb, err)
	inviter, err := t.Referral(ctx, t.deep.CustomerID)
	mustB(tb, err)
	begin := time.Now()
	_, err = t.ClaimReferral(ctx, domain.Viewer{CustomerID: id}, domain.ReferralClaim{Code: inviter.Code})
	mustB(tb, err)
	return time.Since(begin)
}

// pay completes an order of somebody at the foot of the tree.
func (t *tree) pay(ctx context.Context, tb testing.TB) time.Duration {
	tb.Helper()
	t.leafs++
	o, err := t.PlaceOrder(ctx, t.deep, domain.OrderDraft{IdempotencyKey: fmt.Sprint(t.leafs), Lines: []domain.LineAsk{line(t.massage, 1)}})
	mustB(tb, err)
	var begin time.Time
	for _, a := range toCompletion {
		begin = time.Now()
		_, err := t.AdvanceOrder(ctx, t.staff, domain.OrderAdvance{IdempotencyKey: o.Number + string(a), OrderID: o.ID, Action: a})
		mustB(tb, err)
	}
	return time.Since(begin)
}

// children reads a page in the middle of somebody's list, with the counts below each.
func (t *tree) children(ctx context.Context, tb testing.TB) time.Duration {
	tb.Helper()
	first, err := t.InvitedBy(ctx, 5, false, domain.Page{First: 15})
	mustB(tb, err)
	begin := time.Now()
	_, err = t.InvitedBy(ctx, 5, false, domain.Page{First: 15, After: first.Cursors[len(first.Cursors)-1]})
	mustB(tb, err)
	_, err = t.ReferralStats(ctx, []int64{1})
	mustB(tb, err)
	return time.Since(begin)
}

// BenchmarkReferral compares what the tree's verbs cost with 1,000 and with 1,000,000 people, 30 deep, taking turns so that both see the same machine. The
// ratio of the medians should stay below 1.3.
func BenchmarkReferral(b *testing.B) {
	if testing.Short() {
		b.Skip("fills a database with a million people")
	}
	ctx := context.Background()
	small, large := newTree(b, 1_000), newTree(b, 1_000_000)
	for _, c := range []struct {
		name string
		do   func(*tree, context.Context, testing.TB) time.Duration
	}{{"claim", (*tree).claim}, {"payout", (*tree).pay}, {"children", (*tree).children}} {
		b.Run(c.name, func(b *testing.B) {
			for range 20 { // statements are prepared with their first uses
				c.do(small, ctx, b)
				c.do(large, ctx, b)
			}
			var times [2][]time.Duration
			for b.Loop() {
				times[0], times[1] = append(times[0], c.do(small, ctx, b)), append(times[1], c.do(large, ctx, b))
			}
			median := func(d []time.Duration) time.Duration { slices.Sort(d); return d[len(d)/2] }
			b.ReportMetric(float64(median(times[0]).Microseconds()), "µs/1k")
			b.ReportMetric(float64(median(times[1]).Microseconds()), "µs/1M")
			b.ReportMetric(float64(median(times[1]))/float64(median(times[0])), "ratio")
		})
	}
}
