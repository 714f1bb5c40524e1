package importer

import (
	"strings"
	"testing"
	"time"
)

const smallSales = `
kind: sales
source: shop
currency: RUB
timeZone: Europe/Moscow
dateFormat: "D.M.YYYY h:mm"
decimalMark: ","
delimiter: ";"
columns: {invoice: no, product: code, quantity: qty, unitPrice: price, at: date, customer: who, name: what}
refunds: {negativeQuantity: true}
services: {codes: [DELIVERY]}
`

const smallStays = `
kind: stays
source: inn
currency: EUR
nulls: ["", NA]
columns:
  {arrivalYear: y, arrivalMonth: m, arrivalDay: d, leadDays: lead, weekendNights: we, weekNights: wk, adults: a,
   children: c, babies: b, rate: rate, status: st, cancelled: x, statusDate: left}
status: {completed: [out], cancelled: [no], noShow: [gone]}
`

func salesMapping(t testing.TB, text string) *SalesMapping {
	t.Helper()
	m, err := ReadSalesMapping("test.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func staysMapping(t testing.TB, text string) *StaysMapping {
	t.Helper()
	m, err := ReadStaysMapping("test.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadMapping_SaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	sales := func(text string) error { _, err := ReadSalesMapping("m.yaml", strings.NewReader(text)); return err }
	stays := func(text string) error { _, err := ReadStaysMapping("m.yaml", strings.NewReader(text)); return err }
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"empty":       {sales(""), []string{"m.yaml: the mapping is empty"}},
		"not YAML":    {sales("kind: [sales"), []string{"m.yaml: ", "line 1"}},
		"unknown key": {sales(smallSales + "\ncolour: blue"), []string{`line 13: unknown key "colour"`}},
		"nested key":  {sales(strings.Replace(smallSales, "codes:", "kodes:", 1)), []string{`line 11: unknown key "kodes"`}},
		"wrong type":  {sales(smallSales + "\npointValue: many"), []string{"line 13"}},
		"other kind":  {sales(smallStays), []string{`unknown key`}},
		"stays as kind": {
			sales(strings.Replace(smallSales, "kind: sales", "kind: stays", 1)),
			[]string{`kind: "stays", but this command reads "sales"`},
		},
		"missing":   {sales("kind: sales\nsource: x"), []string{"columns.invoice is required", "columns.at is required", "currency is required"}},
		"zone":      {sales(strings.Replace(smallSales, "Moscow", "Mosow", 1)), []string{"timeZone: "}},
		"date":      {sales(strings.Replace(smallSales, "D.M.YYYY", "D.M.YY", 1)), []string{"dateFormat: "}},
		"delimiter": {sales(strings.Replace(smallSales, `";"`, `";;"`, 1)), []string{"delimiter: "}},
		"encoding":  {sales(smallSales + "\nencoding: utf-16"), []string{`encoding: "utf-16"`}},
		"prefix":    {sales(smallSales + `adjustments: {invoicePrefixes: [""]}`), []string{"adjustments.invoicePrefixes: an empty prefix"}},
		"point":     {sales(smallSales + "pointValue: 0"), []string{"pointValue: 0"}},
		"statuses":  {stays(strings.Replace(smallStays, "completed: [out]", "completed: []", 1)), []string{"status.completed"}},
		"repeats":   {stays(smallStays + "repeats: sometimes"), []string{`repeats: "sometimes"`}},
	} {
		if c.err == nil {
			t.Errorf("%s: the mapping was taken", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("%s: %q is not in %q", name, want, c.err)
			}
		}
	}
}

func TestReadMapping_FillsDefaultsIn(t *testing.T) {
	t.Parallel()
	m := staysMapping(t, smallStays)
	if m.MinorExponent() != 2 || m.Zone() != time.UTC || m.Delimiter != "," || m.Repeats != "same" || m.CancelledMark != "1" {
		t.Fatalf("%+v", m)
	}
	if exact := salesMapping(t, smallSales+"exponent: 0"); exact.MinorExponent() != 0 {
		t.Fatal("an exponent of zero was taken for none")
	}
}

func TestExampleMappings_AreSound(t *testing.T) {
	t.Parallel()
	if _, err := OpenSalesMapping("../../docs/examples/online-retail.map.yaml"); err != nil {
		t.Error(err)
	}
	if _, err := OpenStaysMapping("../../docs/examples/hotel-bookings.map.yaml"); err != nil {
		t.Error(err)
	}
}

func TestClock_ReadsLocalTimeOfTheFormat(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, text, want string }{
		{"YYYY-MM-DD hh:mm:ss", "2010-12-01 08:26:00", "2010-12-01T08:26:00Z"},
		{"YYYY-MM-DD hh:mm:ss", "2011-07-01 08:26:59", "2011-07-01T07:26:59Z"},
		{"M/D/YYYY h:mm", "12/1/2010 8:26", "2010-12-01T08:26:00Z"},
		{"DD.MM.YYYY", "29.02.2012", "2012-02-29T00:00:00Z"},
		{"YYYY-MM-DD hh:mm:ss", "2010-12-1 08:26:00", ""},
		{"YYYY-MM-DD hh:mm:ss", "2010-12-01 08:26", ""},
		{"YYYY-MM-DD hh:mm:ss", "2010-12-01 08:26:00 ", ""},
		{"YYYY-MM-DD hh:mm:ss", "2010-12-01 24:00:00", ""},
		{"DD.MM.YYYY", "29.02.2011", ""},
		{"DD.MM.YYYY", "00.01.2011", ""},
		{"DD.MM.YYYY", "01.13.2011", ""},
		{"DD.MM.YYYY", "01.01.0000", ""},
		{"DD.MM.YYYY", "", ""},
	} {
		parts, err := compileDates(c.format)
		if err != nil {
			t.Fatal(err)
		}
		clock := clock{parts: parts, zone: london}
		for range 2 { // the second time from memory
			moment, ok := clock.parse([]byte(c.text))
			if got := moment.Format(time.RFC3339); ok != (c.want != "") || (ok && got != c.want) {
				t.Errorf("%q as %q: %s, %v", c.text, c.format, got, ok)
			}
		}
	}
}
