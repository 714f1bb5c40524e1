package store_test

import (
	"testing"
	"time"

	"kabinet/domain"
)

// noticed reads what customers were told of points that burn soon.
func (s shop) noticed(t *testing.T, v domain.Viewer) (told []domain.ExpiringPoints) {
	t.Helper()
	_, err := s.LineUpEvents(t.Context())
	must(t, err)
	events, _, err := s.EventsAfter(t.Context(), domain.Topic{CustomerID: v.CustomerID}, domain.Cursor{}, 100)
	must(t, err)
	for _, e := range events {
		if e.Kind == domain.EventPointsExpiring {
			told = append(told, *e.Expiring)
		}
	}
	return told
}

func TestNoticeExpiry_TellsOnceForEachLotInOneMessage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	begin := s.clock.Now()
	s.give(t, s.customer, 100)
	s.clock.Add(3 * 24 * time.Hour)
	s.give(t, s.customer, 50)
	s.clock.Add(100 * 24 * time.Hour)
	s.give(t, s.customer, 7)
	for _, day := range []int{350, 352, 356, 360} {
		s.clock.Add(begin.Add(time.Duration(day) * 24 * time.Hour).Sub(s.clock.Now()))
		_, err := s.NoticeExpiry(t.Context())
		must(t, err)
	}
	told := s.noticed(t, s.customer)
	if len(told) != 2 || told[0].Points != 100 || told[1].Points != 50 || !told[0].At.Equal(begin.Add(365*24*time.Hour)) {
		t.Errorf("told %+v", told)
	}
	other := s.newCustomer(t, "boris@example.com")
	s.give(t, other, 20)
	s.clock.Add(time.Hour)
	s.give(t, other, 30)
	s.clock.Add(360 * 24 * time.Hour)
	_, err := s.NoticeExpiry(t.Context())
	must(t, err)
	if told := s.noticed(t, other); len(told) != 1 || told[0].Points != 50 {
		t.Errorf("the digest is %+v", told)
	}
}

func TestStatement_OpensWhereTheOneBeforeClosed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	begin := s.clock.Now()
	s.give(t, s.customer, 500)
	s.clock.Add(10 * 24 * time.Hour)
	middle := s.clock.Now()
	s.advance(t, s.place(t, "k", 300, line(s.massage, 1)), toCompletion...)
	s.clock.Add(time.Hour)
	end := s.clock.Now()
	first, err := s.Statement(t.Context(), s.customer.CustomerID, begin, middle)
	must(t, err)
	second, err := s.Statement(t.Context(), s.customer.CustomerID, middle, end)
	must(t, err)
	if first.Opening != (domain.Wallet{CustomerID: s.customer.CustomerID}) || first.Closing != second.Opening || second.Closing != s.wallet(t, s.customer) {
		t.Errorf("statements are %+v and %+v", first, second)
	}
	totals := map[domain.Cause]int64{}
	for _, total := range second.Totals {
		totals[total.Cause] = total.Points
	}
	if totals[domain.CauseOrderCaptured] != 300 || totals[domain.CauseAdjusted] != 0 || totals[domain.CauseOrderEarned] != 85 {
		t.Errorf("totals are %v", totals)
	}
	entries, err := s.StatementEntries(t.Context(), second, domain.Page{First: 100})
	must(t, err)
	if len(entries.Items) != 3 || entries.Items[2].After != second.Closing {
		t.Errorf("entries are %+v", entries.Items)
	}
	if _, err := s.Statement(t.Context(), s.customer.CustomerID, end, end); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an empty period: %v", err)
	}
}

func TestStatement_AddsUpThoughAMovementBeganBeforeTheOneAheadOfIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	begin := s.clock.Now()
	s.give(t, s.customer, 500)
	s.clock.Add(time.Hour)
	middle := s.clock.Now()
	s.give(t, s.customer, 30)
	s.clock.Add(-time.Second) // it waited for the other's lock
	s.give(t, s.customer, 7)
	s.clock.Add(time.Hour)
	for _, period := range []struct {
		from, to       time.Time
		opens, closes  int64
		adjusted, rows int64
	}{{begin, middle, 0, 507, 507, 2}, {middle, s.clock.Now(), 507, 537, 30, 1}} {
		st, err := s.Statement(t.Context(), s.customer.CustomerID, period.from, period.to)
		must(t, err)
		entries, err := s.StatementEntries(t.Context(), st, domain.Page{First: 100})
		must(t, err)
		if st.Opening.Active != period.opens || st.Closing.Active != period.closes || len(st.Totals) != 1 || st.Totals[0].Points != period.adjusted ||
			int64(len(entries.Items)) != period.rows {
			t.Errorf("the statement is %+v with %d entries, want %+v", st, len(entries.Items), period)
		}
	}
}

func TestLiability_CountsWhatIsOwedAndWhatBecameOfPoints(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.give(t, s.customer, 500)
	s.advance(t, s.place(t, "k", 300, line(s.massage, 1)), toCompletion...)
	s.clock.Add(time.Hour)
	now := s.clock.Now()
	l, err := s.Liability(t.Context(), time.Time{}, now)
	must(t, err)
	if l.Active != 200 || l.Pending != 85 || l.Held != 0 || l.Owed() != 285 || l.Issued != 585 || l.Redeemed != 300 || l.Expired != 0 || l.Lasting != 0 {
		t.Errorf("liability is %+v", l)
	}
	if len(l.Expiring) != 1 || l.Expiring[0].Points != 200 {
		t.Errorf("expiring are %+v", l.Expiring)
	}
	s.clock.Add(400 * 24 * time.Hour)
	for _, do := range []func() (int, error){
		func() (int, error) { return s.MaturePoints(t.Context()) }, func() (int, error) { return s.ExpirePoints(t.Context()) },
	} {
		_, err := do()
		must(t, err)
	}
	later, err := s.Liability(t.Context(), now, time.Time{})
	must(t, err)
	if later.Issued != 0 || later.Redeemed != 0 || later.Expired != 200 || later.Active != 85 {
		t.Errorf("later liability is %+v", later)
	}
}
