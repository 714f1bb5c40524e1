package main

import (
	"testing"

	"kabinet/domain"
	"kabinet/store"
)

// wantDemoFamily proves that a demo shows a family and a transfer that was done, and that the story of every wallet goes forward in time.
func wantDemoFamily(t *testing.T, st *store.Store) {
	t.Helper()
	transfers, err := st.PointsTransfers(t.Context(), 0, domain.Page{First: 5})
	must(t, err)
	if len(transfers.Items) != 1 || transfers.Items[0].State != domain.TransferDone {
		t.Errorf("the transfers are %+v", transfers.Items)
	}
	var back int
	must(t, st.DB().GetContext(t.Context(), &back, `
select count(*) from (select at < lag(at) over (partition by customer_id order by id) as back from transfer) t where back`))
	if back != 0 {
		t.Errorf("%d movements of points lie before the ones they follow", back)
	}
}
