package importer

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"
	"time"
)

const staysHeader = "y,m,d,lead,we,wk,a,c,b,rate,st,x,left\n"

func readStays(t testing.TB, m *StaysMapping, digest, text string) (bookings []Booking, rejects []*Reject) {
	t.Helper()
	r, err := NewStaysReader(strings.NewReader(text), m, digest)
	if err != nil {
		t.Fatal(err)
	}
	for booking, reject := range r.Bookings() {
		if reject != nil {
			rejects = append(rejects, reject)
		} else {
			bookings = append(bookings, booking)
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return bookings, rejects
}

func TestStaysReader_ReadsDaysMoneyAndFlags(t *testing.T) {
	t.Parallel()
	m := staysMapping(t, smallStays)
	for row, want := range map[string]struct {
		status  BookingStatus
		days    string // booked, arrival, departure
		revenue Amount
		flags   string
	}{
		"2016,February,28,31,1,1,2,0,0,10.50,out,0,2016-03-01": {Completed, "2016-01-28 2016-02-28 2016-03-01", 21000, ""},
		"2016,2,28,0,1,1,2,0,0,10.50,out,0,2016-02-29":         {Completed, "2016-02-28 2016-02-28 2016-03-01", 21000, "OTHER_DEPARTURE"},
		"2016,Feb,28,0,1,1,2,0,0,-1,out,0,2016-03-01":          {Completed, "2016-02-28 2016-02-28 2016-03-01", -2000, "NEGATIVE_RATE"},
		"2016,Feb,28,0,0,0,0,0,0,0,no,1,2016-01-01":            {Cancelled, "2016-02-28 2016-02-28 2016-02-28", 0, "ZERO_RATE ZERO_NIGHTS NOBODY"},
		"2016,Feb,28,0,0,1,0,2,0,5,gone,1,":                    {NoShow, "2016-02-28 2016-02-28 2016-02-29", 5000, "NO_ADULT"},
		"2016,Feb,28,0,0,1,1,NA,0,5,gone,1,NA":                 {NoShow, "2016-02-28 2016-02-28 2016-02-29", 5000, "UNKNOWN_GUESTS"},
	} {
		bookings, rejects := readStays(t, m, "", staysHeader+row+"\n")
		if len(bookings) != 1 {
			t.Errorf("%s: %+v", row, rejects)
			continue
		}
		b := bookings[0]
		days := b.BookedOn.Format(time.DateOnly) + " " + b.Arrival.Format(time.DateOnly) + " " + b.Departure.Format(time.DateOnly)
		if flags := strings.Join(b.Flags.Names(), " "); b.Status != want.status || days != want.days || b.Revenue != want.revenue || flags != want.flags {
			t.Errorf("%s: %s %s %d %s", row, b.Status, days, b.Revenue, flags)
		}
	}
}

func TestStaysReader_RejectsWithReason(t *testing.T) {
	t.Parallel()
	m := staysMapping(t, smallStays)
	for row, want := range map[string]string{
		"2016,Febr,28,0,0,1,1,0,0,5,out,0,":    "BAD_DATE m",
		"2015,Feb,29,0,0,1,1,0,0,5,out,0,":     "BAD_DATE m",
		"2016,13,1,0,0,1,1,0,0,5,out,0,":       "BAD_DATE m",
		",Feb,29,0,0,1,1,0,0,5,out,0,":         "MISSING y",
		"2016,Feb,29,-1,0,1,1,0,0,5,out,0,":    "NEGATIVE_COUNT lead",
		"2016,Feb,29,0,5000,1,1,0,0,5,out,0,":  "TOO_LARGE we",
		"2016,Feb,29,0,0,1,one,0,0,5,out,0,":   "BAD_NUMBER a",
		"2016,Feb,29,0,0,1,1,0,0,,out,0,":      "MISSING rate",
		"2016,Feb,29,0,0,1,1,0,0,5,lost,0,":    "UNKNOWN_STATUS st",
		"2016,Feb,29,0,0,1,1,0,0,5,out,1,":     "STATUS_CONFLICT x",
		"2016,Feb,29,0,0,1,1,0,0,5,no,0,":      "STATUS_CONFLICT x",
		"2016,Feb,29,0,0,1,1,0,0,5,out,,":      "MISSING x",
		"2016,Feb,29,0,0,1,1,0,0,5,out,0,soon": "BAD_DATE left",
	} {
		bookings, rejects := readStays(t, m, "", staysHeader+row+"\n")
		if len(rejects) != 1 || len(bookings) != 0 {
			t.Errorf("%s: %+v", row, bookings)
			continue
		}
		if got := string(rejects[0].Code) + " " + rejects[0].Column; got != want {
			t.Errorf("%s: %s, want %s", row, got, want)
		}
	}
}

func keys(bookings []Booking) (all []string) {
	for i := range bookings {
		all = append(all, bookings[i].Key())
	}
	slices.Sort(all)
	return all
}

func TestStaysReader_EqualRowsAreDifferentBookingsAndKeysAreStable(t *testing.T) {
	t.Parallel()
	m := staysMapping(t, smallStays)
	one, other := "2016,Feb,28,0,0,1,1,0,0,5,out,0,\n", "2016,Feb,28,0,0,1,2,0,0,5,out,0,\n"
	first, _ := readStays(t, m, "f1", staysHeader+one+other+one)
	known := keys(first)
	if len(slices.Compact(slices.Clone(known))) != 3 {
		t.Fatalf("equal rows were merged: %v", known)
	}
	longer, _ := readStays(t, m, "f2", staysHeader+other+one+one+one)
	fresh := 0
	for _, key := range keys(longer) {
		if !slices.Contains(known, key) {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("a longer export has %d new bookings, want 1", fresh)
	}
	reordered, _ := readStays(t, m, "f3", "m,y,d,lead,we,wk,a,c,b,rate,st,x,left\nFeb,2016,28,0,0,1,1,0,0,5,out,0,\n")
	if !slices.Contains(known, reordered[0].Key()) {
		t.Error("a reordered export gave another key")
	}
	apart := staysMapping(t, smallStays+"repeats: new")
	again, _ := readStays(t, apart, "f1", staysHeader+one)
	same, _ := readStays(t, apart, "f1", staysHeader+one)
	page, _ := readStays(t, apart, "f2", staysHeader+one)
	if again[0].Key() != same[0].Key() || again[0].Key() == page[0].Key() {
		t.Error(`"repeats: new" must tell files apart and nothing else`)
	}
}

func TestStaysSample_GivesTheFiguresComputedByHand(t *testing.T) {
	t.Parallel()
	m, err := OpenStaysMapping("../../docs/examples/hotel-bookings.map.yaml")
	if err != nil {
		t.Fatal(err)
	}
	figures, contents := staysFigures(t, m, "testdata/hotel-bookings-sample.csv")
	checkStays(t, figures, StaysFigures{
		Bookings: 45, Cancelled: 22, NoShows: 4, Completed: 23, Nights: 74, RevenueCompleted: "5205.22",
	}, map[string]int64{"NEGATIVE_RATE": 1, "ZERO_RATE": 10, "ZERO_NIGHTS": 5, "NOBODY": 4})
	if contents != 38 {
		t.Errorf("%d contents, want 38", contents)
	}
}

// staysFigures reads a file, counts its different contents as well, and sees
// that no two bookings have one key.
func staysFigures(t testing.TB, m *StaysMapping, path string) (figures StaysFigures, contents int) {
	t.Helper()
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := NewStaysReader(file, m, "")
	if err != nil {
		t.Fatal(err)
	}
	tally, seen, hashes := NewStaysTally(m), map[string]bool{}, map[[16]byte]bool{}
	for booking, reject := range r.Bookings() {
		if reject != nil {
			tally.AddReject()
			continue
		}
		seen[booking.Key()], hashes[booking.Hash] = true, true
		tally.Add(&booking)
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	figures = tally.Figures()
	if int64(len(seen)) != figures.Bookings {
		t.Errorf("%s: %d keys for %d bookings", path, len(seen), figures.Bookings)
	}
	return figures, len(hashes)
}

func checkStays(t *testing.T, got, want StaysFigures, flagged map[string]int64) {
	t.Helper()
	for name, count := range flagged {
		if got.Flagged[name] != count {
			t.Errorf("%d bookings flagged %s, want %d", got.Flagged[name], name, count)
		}
	}
	want.Flagged, got.Flagged = nil, nil
	if got.Bookings != want.Bookings || got.Cancelled != want.Cancelled || got.NoShows != want.NoShows ||
		got.Completed != want.Completed || got.Nights != want.Nights || got.RevenueCompleted != want.RevenueCompleted ||
		got.Rejected != want.Rejected {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func pack(t *testing.T, text []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
