package importer

import (
	"bytes"
	"io"
	"testing"
)

// BenchmarkSales reads and counts the whole data set from unpacked bytes in
// memory: lines/s is that of one core.
func BenchmarkSales(b *testing.B) {
	m, err := OpenSalesMapping("../../docs/examples/online-retail.map.yaml")
	if err != nil {
		b.Fatal(err)
	}
	text := unpacked(b, sharedData(b, onlineRetail))
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	lines := int64(0)
	for b.Loop() {
		r, err := NewSalesReader(bytes.NewReader(text), m)
		if err != nil {
			b.Fatal(err)
		}
		tally := NewSalesTally(m, 500)
		for line, reject := range r.Lines() {
			if reject != nil {
				b.Fatal(reject)
			}
			tally.Add(&line)
		}
		lines += tally.Figures().Lines
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkStays does the same for a list of bookings, keys included.
func BenchmarkStays(b *testing.B) {
	m, err := OpenStaysMapping("../../docs/examples/hotel-bookings.map.yaml")
	if err != nil {
		b.Fatal(err)
	}
	text := unpacked(b, sharedData(b, resortHotel))
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	rows := int64(0)
	for b.Loop() {
		r, err := NewStaysReader(bytes.NewReader(text), m, "")
		if err != nil {
			b.Fatal(err)
		}
		tally := NewStaysTally(m)
		for booking, reject := range r.Bookings() {
			if reject != nil {
				b.Fatal(reject)
			}
			tally.Add(&booking)
		}
		rows += tally.Figures().Bookings
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func unpacked(b *testing.B, path string) []byte {
	b.Helper()
	file, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		b.Fatal(err)
	}
	return text
}
