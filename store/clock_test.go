package store_test

import (
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// A caller's clock that is wrong is the caller's wish; without one the database's counts.
func TestClock_IsThatOfTheDatabaseUnlessTheCallerHasOne(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	wrong := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Now = func() time.Time { return time.Now().Add(-time.Hour) } })
	right := storetest.OpenAt(t, dsn)
	for name, c := range map[string]struct {
		st     *store.Store
		behind time.Duration
	}{"wrong": {wrong, time.Hour}, "right": {right, 0}} {
		id, err := c.st.AddCustomer(t.Context(), domain.NewCustomer{Name: "Anna", Email: name + "@example.com", Locale: domain.EN})
		must(t, err)
		var seconds float64
		must(t, right.DB().GetContext(t.Context(), &seconds, `select extract(epoch from clock_timestamp() - created_at) from customer where id = $1`, id))
		if off := time.Duration(seconds*float64(time.Second)) - c.behind; off < -time.Second || off > 30*time.Second {
			t.Errorf("%s: made %v ago, want %v", name, time.Duration(seconds*float64(time.Second)), c.behind)
		}
	}
}
