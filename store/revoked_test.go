package store_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// hears tells of each notification that something was revoked.
func hears(t *testing.T, dsn string) <-chan struct{} {
	t.Helper()
	l := pq.NewListener(dsn, time.Second, time.Second, nil)
	t.Cleanup(func() { _ = l.Close() })
	must(t, l.Listen(store.RevokedChannel))
	heard := make(chan struct{}, 100)
	go func() {
		for n := range l.NotificationChannel() {
			if n != nil {
				heard <- struct{}{}
			}
		}
	}()
	return heard
}

// Each verb that takes rights away notifies with its commit, has it count here before it returns, and is found by whoever looks then.
func TestRevoked_EveryEndOfASessionAndChangeOfARoleIsToldAndFound(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	looked := 0
	clock := storetest.NewClock()
	st := storetest.OpenAt(t, dsn, func(c *store.Config) {
		c.Now = clock.Now
		c.Revoked = func() { looked++ }
	})
	heard := hears(t, dsn)
	ctx := t.Context()
	id, err := st.AddCustomer(ctx, domain.NewCustomer{Name: "Анна", Email: "anna@example.com", Locale: domain.RU})
	must(t, err)
	invite := func(role domain.StaffRole) domain.StaffMember {
		m, err := st.InviteStaff(ctx, domain.Viewer{}, domain.StaffDraft{Name: "Ольга", Email: "olga@example.org", Role: role})
		must(t, err)
		return m
	}
	olga := invite(domain.Manager)
	opened := func() domain.SignedIn {
		in, err := st.OpenSessionFor(ctx, id, 0)
		must(t, err)
		return in
	}
	want := domain.Revoked{Sessions: map[int64]struct{}{}, Roles: map[int64]domain.StaffRole{}}
	for _, step := range []struct {
		name string
		does func() (ended int64)
	}{
		{"sessionEnd", func() int64 {
			v := opened().Viewer
			_, err := st.EndSession(ctx, v, 0)
			must(t, err)
			return v.SessionID
		}},
		{"a refresh token that is used twice", func() int64 {
			in := opened()
			_, err := st.RefreshSession(ctx, in.RefreshToken, domain.KeepToken)
			must(t, err)
			if _, err := st.RefreshSession(ctx, in.RefreshToken, domain.KeepToken); err == nil {
				t.Error("it was refreshed twice")
			}
			return in.Viewer.SessionID
		}},
		{"customerDelete", func() int64 {
			v := opened().Viewer
			shop{Store: st, clock: clock}.askToDelete(t, v, "anna@example.com")
			return v.SessionID // the others had ended
		}},
		{"another role", func() int64 {
			want.Roles[invite(domain.Operator).ID] = domain.Operator
			return 0
		}},
		{"staffRemove", func() int64 {
			in, err := st.OpenSessionFor(ctx, 0, olga.ID)
			must(t, err)
			_, err = st.RemoveStaff(ctx, domain.Viewer{}, olga.ID)
			must(t, err)
			want.Roles[olga.ID] = ""
			return in.Viewer.SessionID
		}},
		{"back again", func() int64 {
			want.Roles[invite(domain.Operator).ID] = domain.Operator
			return 0
		}},
	} {
		before := looked
		if ended := step.does(); ended != 0 {
			want.Sessions[ended] = struct{}{}
		}
		if looked == before {
			t.Errorf("%s: this process was not told to look", step.name)
		}
		select {
		case <-heard:
		case <-time.After(20 * time.Second):
			t.Errorf("%s: no notification", step.name)
		}
		got, err := st.Revoked(ctx)
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v is revoked, want %v", step.name, got, want)
		}
	}
	invite(domain.Operator) // nothing changes
	if err := st.DB().Get(new(int), `select 1 from pg_notify('kabinet_revoked', 'the end')`); err != nil {
		t.Fatal(err)
	}
	<-heard
	if len(heard) != 0 || len(want.Sessions) != 4 || want.Roles[olga.ID] != domain.Operator {
		t.Errorf("%d more notifications, %v", len(heard), want)
	}
	clock.Add(domain.AccessLifetime - time.Minute)
	got, err := st.Revoked(ctx)
	must(t, err)
	if !slices.Equal(slices.Sorted(maps.Keys(got.Sessions)), slices.Sorted(maps.Keys(want.Sessions))) {
		t.Errorf("while a token may still live %v is known, want %v", got.Sessions, want.Sessions)
	}
	clock.Add(domain.AccessLifetime)
	if got, err := st.Revoked(ctx); err != nil || len(got.Sessions) != 0 {
		t.Errorf("long after it %v is kept (%v)", got.Sessions, err)
	}
}
