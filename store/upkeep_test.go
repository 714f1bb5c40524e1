package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
)

func TestEndHolds_AnOrderThatFailsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.give(t, s.customer, 3_000)
	var orders []domain.Order
	for i := range 3 {
		orders = append(orders, s.place(t, fmt.Sprint(i), 100, line(s.massage, 1)))
	}
	s.exec(t, fmt.Sprintf(`
create function fail() returns trigger language plpgsql as $$ begin raise 'this order fails'; end $$;
create trigger fail before update on orders for each row when (old.id = %d) execute function fail()`, orders[0].ID))
	s.clock.Add(30 * 24 * time.Hour)
	done, err := s.EndHolds(t.Context())
	if done != 2 || err == nil || !strings.Contains(err.Error(), fmt.Sprintf("order %d: ", orders[0].ID)) {
		t.Errorf("%d orders were ended: %v", done, err)
	}
	if n := s.count(t, `select count(*) from orders where status = 'CANCELLED'`); n != 2 {
		t.Errorf("%d orders are cancelled, want 2", n)
	}
}
