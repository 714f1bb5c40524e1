package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/importer"
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

// examine fails the test when any invariant of what is stored is broken.
func examine(t *testing.T, st *store.Store) {
	t.Helper()
	findings, checked, err := st.Examine(t.Context())
	must(t, err)
	for _, f := range findings {
		t.Errorf("finding: %+v", f)
	}
	if checked == 0 {
		t.Error("nothing was examined")
	}
}

// wantRetailClubs proves the bands of spending at the end of the file, as the desk reads them, and that clubs BY_SPEND set up so take in the same people.
func wantRetailClubs(t *testing.T, st *store.Store) {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	must(t, err)
	from, to := time.Date(2011, 7, 1, 0, 0, 0, 0, london), time.Date(2011, 10, 1, 0, 0, 0, 0, london)
	wantRetailBands(t, st, from, to)
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

// stored is a picture of everything an import writes, to tell whether it changed.
func stored(t *testing.T, st *store.Store) (picture string) {
	t.Helper()
	must(t, st.DB().GetContext(t.Context(), &picture, `
select jsonb_build_array(
  (select jsonb_build_array(count(*), sum(total), sum(total_mills), sum(refunded), sum(points_to_earn), count(*) filter (where status = 'REFUNDED')) from orders),
  (select jsonb_build_array(count(*), sum(quantity), sum(total), sum(refunded_quantity), sum(refunded), sum(reversed_points)) from order_line),
  (select jsonb_build_array(count(*), sum(money), sum(points_reversed)) from refund),
  (select jsonb_build_array(count(*), count(order_line_id), sum(quantity), sum(money), sum(points_reversed)) from refund_line),
  (select jsonb_build_array(count(*), sum(points), sum(reversed)) from accrual),
  (select jsonb_build_array(sum(active), sum(pending), sum(debt)) from wallet),
  (select jsonb_build_array(count(*), sum(points)) from transfer),
  (select jsonb_build_array(count(*), sum(points), sum(remaining)) from lot),
  (select jsonb_build_array(sum(completed_orders), sum(net_mills)) from customer_figures),
  (select jsonb_build_array(count(*), sum(hashtext(p.slug || p.name::text || v.price)::bigint)) from product p join variant v on v.product_id = p.id),
  (select count(*) from import_entry), (select count(*) from customer), (select count(*) from timeline))::text`))
	return picture
}

// stopAfter makes a context that ends when the import has stored so many records.
func stopAfter(ctx context.Context, records int64) (context.Context, func(int64)) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, func(done int64) {
		if done >= records {
			cancel()
		}
	}
}

// touched writes a copy of a file with a line more at its end.
func touched(t *testing.T, path, line string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return writeFile(t, filepath.Base(path), string(text)+line+"\n")
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestImportSales_OnlineRetailStoppedResumedAndRepeated(t *testing.T) {
	t.Parallel()
	path := sharedData(t, retailFile)
	st := storetest.Open(t)
	ctx, stop := stopAfter(t.Context(), 100_000)
	_, err := importInto[salesReport](ctx, t, st, importOptions{file: path, mapping: retailMap, progress: stop}, importSales)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the stopped import ended with %v", err)
	}
	half, err := st.SalesFigures(t.Context(), "online-retail")
	must(t, err)
	if half.Lines < 90_000 || half.Lines > 300_000 {
		t.Fatalf("%d lines are stored after stopping", half.Lines)
	}
	examine(t, st)
	for _, o := range []importOptions{
		{file: path, mapping: retailMap},
		{file: path, mapping: retailMap},
		{file: path, mapping: touched(t, retailMap, "# read again from the beginning"), batch: 60_000},
	} {
		before := ""
		if half.Lines == retailLaw.Lines {
			before = stored(t, st)
		}
		got, err := importInto[salesReport](t.Context(), t, st, o, importSales)
		must(t, err)
		if got != retailLaw {
			t.Fatalf("got  %+v\nwant %+v", got, retailLaw)
		}
		if after := stored(t, st); before != "" && before != after {
			t.Fatalf("a repeated import changed\n%s\nto\n%s", before, after)
		}
		half.Lines = got.Lines
	}
	examine(t, st)
	checkRetailReturns(t, st)
	checkBestCustomers(t, st)
	wantRetailClubs(t, st)
}

// checkRetailReturns compares how returns met purchases with what another program found in the file.
func checkRetailReturns(t *testing.T, st *store.Store) {
	t.Helper()
	var got struct{ Whole, Part, None, Pieces, Lost int64 }
	must(t, st.DB().GetContext(t.Context(), &got, `
select count(*) filter (where lost = 0) as whole, count(*) filter (where lost > 0 and found > 0) as part, count(*) filter (where found = 0) as none,
       sum(found)::bigint as pieces, sum(lost)::bigint as lost
  from (select coalesce(sum(l.quantity) filter (where l.order_line_id is not null), 0) as found,
               coalesce(sum(l.quantity) filter (where l.order_line_id is null), 0) as lost
          from refund_line l
          join refund r on r.id = l.refund_id
         where r.customer_id is not null
         group by l.refund_id, l.position) n`))
	want := struct{ Whole, Part, None, Pieces, Lost int64 }{5_175, 33, 1_149, 132_857, 22_159}
	if got != want {
		t.Errorf("returns met purchases as %+v, want %+v", got, want)
	}
}

func checkBestCustomers(t *testing.T, st *store.Store) {
	t.Helper()
	best, err := st.Customers(t.Context(), "", domain.CustomerSort{Field: "NET", Desc: true}, domain.Page{First: 3})
	must(t, err)
	for i, want := range []struct {
		number string
		net    domain.Decimal
	}{{"14646", "202389.64"}, {"18102", "176940.60"}, {"17450", "154146.36"}} {
		c := best.Items[i]
		figures, err := st.FiguresByCustomer(t.Context(), []int64{c.ID})
		must(t, err)
		if *c.ExternalNumber != want.number || figures[c.ID].Net() != want.net {
			t.Errorf("customer %d is %s with %s, want %+v", i+1, *c.ExternalNumber, figures[c.ID].Net(), want)
		}
	}
}

// A file that comes in two pieces, one after the other, leaves what the whole leaves: returns in the second meet purchases in the first.
func TestImportSales_LaterFileOnTop(t *testing.T) {
	t.Parallel()
	whole, first, second := cutRetail(t, 90_000)
	want, got := storetest.Open(t), storetest.Open(t)
	report, err := importInto[salesReport](t.Context(), t, want, importOptions{file: whole, mapping: retailMap}, importSales)
	must(t, err)
	_, err = importInto[salesReport](t.Context(), t, got, importOptions{file: first, mapping: retailMap, batch: 7_000}, importSales)
	must(t, err)
	later, err := importInto[salesReport](t.Context(), t, got, importOptions{file: second, mapping: retailMap}, importSales)
	must(t, err)
	if later != report {
		t.Errorf("in two files %+v\nin one      %+v", later, report)
	}
	if a, b := stored(t, got), stored(t, want); a != b {
		t.Errorf("in two files %s\nin one      %s", a, b)
	}
	var across int
	must(t, got.DB().GetContext(t.Context(), &across, `
select count(*)
  from refund_line f
  join refund r on r.id = f.refund_id
  join order_line l on l.id = f.order_line_id
  join orders o on o.id = l.order_id
 where o.placed_at < '2011-01-04' and r.at >= '2011-01-04'`))
	if across == 0 {
		t.Error("no return of the second file met a purchase of the first")
	}
	examine(t, got)
}

// cutRetail takes the first lines of the retail file, whole and cut in two at the new year.
func cutRetail(t *testing.T, lines int) (whole, first, second string) {
	t.Helper()
	in, err := importer.Open(sharedData(t, retailFile))
	must(t, err)
	defer func() { must(t, in.Close()) }()
	var all, early, late strings.Builder
	for scan := bufio.NewScanner(in); scan.Scan() && lines >= 0; lines-- {
		line := scan.Text() + "\n"
		all.WriteString(line)
		switch {
		case strings.HasPrefix(line, "InvoiceNo"):
			early.WriteString(line)
			late.WriteString(line)
		case strings.Contains(line, ",2010-12-"):
			early.WriteString(line)
		default:
			late.WriteString(line)
		}
	}
	return writeFile(t, "whole.csv", all.String()), writeFile(t, "first.csv", early.String()), writeFile(t, "second.csv", late.String())
}

func TestImportStays_HotelBookings(t *testing.T) {
	t.Parallel()
	resort, city := sharedData(t, resortFile), sharedData(t, cityFile)
	st := storetest.Open(t)
	law := staysReport{Bookings: 40_060, Cancelled: 11_122, NoShows: 291, Completed: 28_938, Nights: 119_887, RevenueCompleted: "11601850.23"}
	ctx, stop := stopAfter(t.Context(), 9_000)
	_, err := importInto[staysReport](ctx, t, st, importOptions{file: resort, mapping: hotelMap, progress: stop, batch: 9_000}, importStays)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the stopped import ended with %v", err)
	}
	for range 2 {
		got, err := importInto[staysReport](t.Context(), t, st, importOptions{file: resort, mapping: hotelMap, batch: 9_000}, importStays)
		must(t, err)
		if got != law {
			t.Fatalf("got  %+v\nwant %+v", got, law)
		}
	}
	flags, err := st.StaysFlags(t.Context(), "hotel-bookings")
	must(t, err)
	want := []store.StaysFlag{{Name: "NEGATIVE_RATE", Count: 1}, {Name: "NOBODY", Count: 13}, {Name: "OTHER_DEPARTURE", Count: 21}, {Name: "ZERO_NIGHTS", Count: 384}, {Name: "ZERO_RATE", Count: 751}}
	if !slices.Equal(flags, want) {
		t.Errorf("flags are %+v, want %+v", flags, want)
	}
	both := staysReport{Bookings: 91_882, Cancelled: 32_533, NoShows: 968, Completed: 59_349, Nights: 206_888, RevenueCompleted: "20358301.77"}
	got, err := importInto[staysReport](t.Context(), t, st, importOptions{file: city, mapping: hotelMap}, importStays)
	must(t, err)
	if got != both {
		t.Errorf("with the second hotel %+v, want %+v", got, both)
	}
	examine(t, st)
}
