package resolvers_test

import (
	"testing"
	"time"
)

func TestDesk_DashboardIsForManagers(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id, _ := a.place(t, a.anna, "one")
	a.complete(t, id)
	from, to := time.Now().Add(-36*time.Hour).Format(time.RFC3339), time.Now().Add(time.Hour).Format(time.RFC3339)
	const query = `query($f:DateTime!,$t:DateTime!){desk{dashboard(from:$f,to:$t){days{day completed revenue{amount} net{amount currencyCode} pointsEarned}
		topProducts(first:5){product{slug} quantity revenue{amount}} clubs{club{slug}} cohorts{month customers returning}}}}`
	got := a.ask(t, a.manager, query, "f", from, "t", to)
	got.want("desk.dashboard.topProducts.0.product.slug", "honey", "desk.dashboard.topProducts.0.revenue.amount", "701.00",
		"desk.dashboard.clubs", "[]", "desk.dashboard.cohorts.0.customers", "1")
	a.ask(t, a.manager, query, "f", to, "t", from).wantCode("INVALID")
	a.ask(t, a.anna, query, "f", from, "t", to).wantCode("FORBIDDEN")
}
