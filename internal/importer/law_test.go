package importer

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedData finds the whole data sets: in KABINET_SHARED_DATA, else in a folder
// shared/data beside the module or above it. The samples in testdata are tested
// in any case.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	if root := os.Getenv("KABINET_SHARED_DATA"); root != "" {
		path := filepath.Join(root, name)
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("KABINET_SHARED_DATA names a folder without %s: %v", name, err)
		}
		return path
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
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

const (
	onlineRetail = "online-retail/online_retail_2010-12_2011-09.csv.gz"
	resortHotel  = "hotel-bookings/h1_resort.csv.gz"
	cityHotel    = "hotel-bookings/h2_city_2015_2016.csv.gz"
)

// The figures were computed from the file with exact decimals by another program.
func TestLaw_OnlineRetail(t *testing.T) {
	t.Parallel()
	path := sharedData(t, onlineRetail)
	m, err := OpenSalesMapping("../../docs/examples/online-retail.map.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, tally := salesFigures(t, m, path)
	want := SalesFigures{
		Lines: 370_931, Invoices: 18_786, Cancelling: 2_887, Adjustments: 3, Customers: 3_658, Products: 3_887,
		AnonymousLines: 98_056, RejectedLines: 0, NetKnownCustomers: "5850548.104", PointsEarned: 30_955_183,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for i, want := range []CustomerNet{{"14646", 202_389_640}, {"18102", 176_940_600}, {"17450", 154_146_360}} {
		if best := tally.Best(3); best[i] != want {
			t.Errorf("customer %d is %+v, want %+v", i+1, best[i], want)
		}
	}
	unpaid := 0
	for _, invoice := range tally.invoices {
		if invoice.known && !invoice.refund && !invoice.adjustment && PointsFor(invoice.sold, 500, 1) == 0 {
			unpaid++
		}
	}
	if unpaid != 3 {
		t.Errorf("%d sale invoices earn nothing, want 3", unpaid)
	}
}

func TestLaw_HotelBookings(t *testing.T) {
	t.Parallel()
	m, err := OpenStaysMapping("../../docs/examples/hotel-bookings.map.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, law := range map[string]struct {
		figures  StaysFigures
		flagged  map[string]int64
		contents int
	}{
		resortHotel: {StaysFigures{
			Bookings: 40_060, Cancelled: 11_122, NoShows: 291, Completed: 28_938, Nights: 119_887, RevenueCompleted: "11601850.23",
		}, map[string]int64{"NEGATIVE_RATE": 1, "ZERO_RATE": 751, "ZERO_NIGHTS": 384, "NOBODY": 13, "NO_ADULT": 0, "UNKNOWN_GUESTS": 0, "OTHER_DEPARTURE": 21}, 33_968},
		cityHotel: {StaysFigures{
			Bookings: 51_822, Cancelled: 21_411, NoShows: 677, Completed: 30_411, Nights: 87_001, RevenueCompleted: "8756451.54",
		}, map[string]int64{"NEGATIVE_RATE": 0, "ZERO_RATE": 927, "ZERO_NIGHTS": 247, "NOBODY": 105, "NO_ADULT": 160, "UNKNOWN_GUESTS": 4, "OTHER_DEPARTURE": 2}, 33_309},
	} {
		figures, contents := staysFigures(t, m, sharedData(t, name))
		checkStays(t, figures, law.figures, law.flagged)
		if contents != law.contents {
			t.Errorf("%s: %d contents, want %d", name, contents, law.contents)
		}
	}
}
