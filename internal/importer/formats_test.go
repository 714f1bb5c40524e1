package importer

import (
	"strings"
	"testing"

	"kabinet/domain"
)

// A person begins with a built-in mapping and a file like the sample: both must be taken as they are, in a business of any currency.
func TestFormats_SamplesAreReadByTheirMappings(t *testing.T) {
	t.Parallel()
	rows := map[domain.ImportKind]int{}
	for _, f := range Formats(domain.Business{CurrencyCode: "KZT", TimeZone: "Asia/Almaty", Locale: domain.RU, Points: domain.PointsProgram{PointMinor: 100}}) {
		switch f.Kind {
		case domain.ImportSales:
			m, err := ReadSalesMapping(f.Name, strings.NewReader(f.Mapping))
			if err != nil || m.Currency != "KZT" || m.TimeZone != "Asia/Almaty" || m.PointValue != 100 || m.Locale != "ru" {
				t.Fatalf("%+v, %v", m, err)
			}
			r, err := NewSalesReader(strings.NewReader(f.Sample), m)
			if err != nil {
				t.Fatal(err)
			}
			for _, reject := range r.Lines() {
				if reject != nil {
					t.Errorf("%+v", reject)
				}
				rows[f.Kind]++
			}
		case domain.ImportStays:
			m, err := ReadStaysMapping(f.Name, strings.NewReader(f.Mapping))
			if err != nil {
				t.Fatal(err)
			}
			r, err := NewStaysReader(strings.NewReader(f.Sample), m, "digest")
			if err != nil {
				t.Fatal(err)
			}
			for _, reject := range r.Bookings() {
				if reject != nil {
					t.Errorf("%+v", reject)
				}
				rows[f.Kind]++
			}
		case domain.ImportPosts:
			for _, err := range Posts(strings.NewReader(f.Sample)) {
				if err != nil {
					t.Error(err)
				}
				rows[f.Kind]++
			}
		case domain.ImportReferrals:
			rows[f.Kind] = strings.Count(f.Sample, "\n") - 1
			if !strings.HasPrefix(f.MembersSample, "member_id,joined_at\n") {
				t.Errorf("members %q", f.MembersSample)
			}
		}
	}
	if rows[domain.ImportSales] != 4 || rows[domain.ImportStays] != 3 || rows[domain.ImportPosts] != 2 || rows[domain.ImportReferrals] != 2 {
		t.Errorf("rows %v", rows)
	}
}
