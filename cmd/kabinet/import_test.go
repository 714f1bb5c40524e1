package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

const (
	retailFile = "online-retail/online_retail_2010-12_2011-09.csv.gz"
	resortFile = "hotel-bookings/h1_resort.csv.gz"
	cityFile   = "hotel-bookings/h2_city_2015_2016.csv.gz"
	retailMap  = "../../docs/examples/online-retail.map.yaml"
	hotelMap   = "../../docs/examples/hotel-bookings.map.yaml"
)

// sharedData finds the whole data sets: in KABINET_SHARED_DATA, else in a folder shared/data beside the module or above it.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	if root := os.Getenv("KABINET_SHARED_DATA"); root != "" {
		return filepath.Join(root, name)
	}
	folder, err := os.Getwd()
	must(t, err)
	for {
		path := filepath.Join(folder, "shared", "data", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			t.Skipf("the whole data set %s is not here: no shared/data beside or above the module and KABINET_SHARED_DATA is not set", name)
		}
		folder = parent
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// importInto runs an import as the command does and returns the report.
func importInto[R any](ctx context.Context, t testing.TB, st *store.Store, o importOptions, take func(context.Context, *importJob) error) (report R, err error) {
	t.Helper()
	var out, progress bytes.Buffer
	o.report = "json"
	if o.rejects == "" {
		o.rejects = filepath.Join(t.TempDir(), "rejects.csv")
	}
	err = runImport(ctx, st, o, &out, &progress, take)
	t.Log(progress.String())
	if err == nil {
		must(t, json.Unmarshal(out.Bytes(), &report))
	}
	return report, err
}

var retailLaw = salesReport{Lines: 370_931, Invoices: 18_786, Cancelling: 2_887, Adjustments: 3, Customers: 3_658, Products: 3_887,
	AnonymousLines: 98_056, NetKnownCustomers: "5850548.104", PointsEarned: 30_955_183, PointsEarnedMoney: "309551.83"}

func TestImportSales_OnlineRetail(t *testing.T) {
	path := sharedData(t, retailFile)
	st := storetest.Open(t)
	got, err := importInto[salesReport](t.Context(), t, st, importOptions{file: path, mapping: retailMap}, importSales)
	must(t, err)
	if got != retailLaw {
		t.Errorf("got  %+v\nwant %+v", got, retailLaw)
	}
	wantRetailClubs(t, st)
}

// wantRetailClubs proves the bands of spending at the end of the file, and that clubs BY_SPEND set up so take in the same people.
func wantRetailClubs(t *testing.T, st *store.Store) {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	must(t, err)
	from, to := time.Date(2011, 7, 1, 0, 0, 0, 0, london), time.Date(2011, 10, 1, 0, 0, 0, 0, london)
	for _, c := range []struct {
		from, to *time.Time
		want     []int64
	}{{nil, nil, []int64{56, 1630, 1368, 542, 62}}, {&from, &to, []int64{48, 1168, 821, 140, 19}}} {
		bands, err := st.SpendBands(t.Context(), []int64{50_000, 200_000, 1_000_000}, c.from, c.to)
		must(t, err)
		for i, b := range bands {
			if b.Customers != c.want[i] {
				t.Errorf("band %d has %d customers, want %d", i, b.Customers, c.want[i])
			}
		}
	}
	st = st.WithClock(func() time.Time { return to })
	entry := domain.EntryBySpend
	clubs := map[string]int64{}
	for _, c := range []struct {
		slug    string
		need    int64
		days    int64
		members int64
	}{{"all-500", 50_000, 0, 1972}, {"all-2000", 200_000, 0, 604}, {"all-10000", 1_000_000, 0, 62}, {"quarter-500", 50_000, 92, 980}, {"quarter-2000", 200_000, 92, 159}} {
		_, err := st.CreateClub(t.Context(), domain.Viewer{}, c.slug, domain.ClubDraft{Slug: &c.slug, Name: &domain.Text{EN: c.slug}, Entry: &entry,
			Spend: &domain.SpendRule{NeedMinor: c.need, PeriodDays: c.days}})
		must(t, err)
		clubs[c.slug] = c.members
	}
	_, err = st.RecountClubs(t.Context())
	must(t, err)
	all, err := st.Clubs(t.Context(), domain.Viewer{StaffID: 1, Role: domain.Admin})
	must(t, err)
	for _, c := range all {
		if c.MembersCount != clubs[c.Slug] {
			t.Errorf("%s has %d members, want %d", c.Slug, c.MembersCount, clubs[c.Slug])
		}
	}
}
