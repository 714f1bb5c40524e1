package importer

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const smallHeader = "no;code;qty;price;date;who;what\n"

func readSales(t testing.TB, m *SalesMapping, text string) (lines []Line, rejects []*Reject) {
	t.Helper()
	r, err := NewSalesReader(strings.NewReader(text), m)
	if err != nil {
		t.Fatal(err)
	}
	for line, reject := range r.Lines() {
		if reject != nil {
			rejects = append(rejects, reject)
		} else {
			lines = append(lines, line)
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return lines, rejects
}

func TestSalesReader_ReadsAForeignFormat(t *testing.T) {
	t.Parallel()
	text := smallHeader +
		"17;ЧАЙ;2;1 ;1.2.2024 9:05; 555 ;\"Чай; чёрный\"\n" +
		"17;DELIVERY;1;0,999;1.2.2024 9:05;555;Доставка\n" +
		"18;ЧАЙ;-1;350,5;2.2.2024 10:00;;Чай\n" +
		"17;САХАР;1;10;1.2.2024 9:06;555;\n" +
		"19;ЧАЙ;-5;0;2.2.2024 10:00;;\n"
	lines, rejects := readSales(t, salesMapping(t, smallSales), text)
	if len(rejects) > 0 {
		t.Fatal(rejects[0])
	}
	want := []Line{
		{Number: 2, Invoice: "17", Ordinal: 1, Customer: "555", Product: "ЧАЙ", Name: "Чай; чёрный", Quantity: 2, UnitPrice: 1000, Amount: 2000},
		{Number: 3, Invoice: "17", Ordinal: 2, Customer: "555", Product: "DELIVERY", Name: "Доставка", Service: true, Quantity: 1, UnitPrice: 999, Amount: 999},
		{Number: 4, Kind: Refund, Invoice: "18", Ordinal: 1, Product: "ЧАЙ", Name: "Чай", Quantity: -1, UnitPrice: 350500, Amount: -350500},
		{Number: 5, Invoice: "17", Ordinal: 3, Customer: "555", Product: "САХАР", Quantity: 1, UnitPrice: 10000, Amount: 10000},
		{Number: 6, Kind: WriteOff, Invoice: "19", Ordinal: 1, Product: "ЧАЙ", Quantity: -5},
	}
	moments := []string{"2024-02-01T06:05:00Z", "2024-02-01T06:05:00Z", "2024-02-02T07:00:00Z", "2024-02-01T06:06:00Z", "2024-02-02T07:00:00Z"}
	for i, got := range lines {
		if at := got.At.Format(time.RFC3339); at != moments[i] {
			t.Errorf("line %d was at %s, want %s", got.Number, at, moments[i])
		}
		got.At = time.Time{}
		if got != want[i] {
			t.Errorf("got  %+v\nwant %+v", got, want[i])
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d lines, want %d", len(lines), len(want))
	}
}

func TestSalesReader_RejectsWithLineColumnAndReason(t *testing.T) {
	t.Parallel()
	m := salesMapping(t, strings.Replace(smallSales, "negativeQuantity: true", "invoicePrefixes: [R]", 1))
	for record, want := range map[string]string{
		";A;1;1;1.2.2024 9:05;;":                                "MISSING no",
		"1;;1;1;1.2.2024 9:05;;":                                "MISSING code",
		"1;A;;1;1.2.2024 9:05;;":                                "MISSING qty",
		"1;A;1;;1.2.2024 9:05;;":                                "MISSING price",
		"1;A;1;1;;;":                                            "MISSING date",
		"1;A;one;1;1.2.2024 9:05;;":                             "BAD_NUMBER qty",
		"1;A;1,5;1;1.2.2024 9:05;;":                             "BAD_NUMBER qty",
		"1;A;1;1.5;1.2.2024 9:05;;":                             "BAD_NUMBER price",
		"1;A;1;1,0001;1.2.2024 9:05;;":                          "TOO_PRECISE price",
		"1;A;1;999999999999;1.2.2024 9:05;;":                    "TOO_LARGE price",
		"1;A;1000000;1000000;1.2.2024 9:05;;":                   "TOO_LARGE qty",
		"1;A;1;1;31.2.2024 9:05;;":                              "BAD_DATE date",
		"1;A;0;1;1.2.2024 9:05;;":                               "ZERO_QUANTITY qty",
		"1;A;-1;1;1.2.2024 9:05;;":                              "BAD_SIGN qty",
		"R1;A;1;1;1.2.2024 9:05;;":                              "BAD_SIGN qty",
		"1;A;1;-1;1.2.2024 9:05;;":                              "BAD_SIGN price",
		"1;A;1;1;1.2.2024 9:05;":                                "FIELD_COUNT ",
		"1;A;1;1;1.2.2024 9:05;;;":                              "FIELD_COUNT ",
		"1;A;1;1;1.2.2024 9:05;;\"open":                         "BAD_QUOTES ",
		"1;A;1;1;1.2.2024 9:05;;\xff":                           "BAD_ENCODING ",
		"1;" + strings.Repeat("A", 90) + ";x;1;1.2.2024 9:05;;": "BAD_NUMBER qty",
	} {
		good := "7;B;1;1;1.2.2024 9:05;;\n"
		lines, rejects := readSales(t, m, smallHeader+good+record+"\n"+good)
		if len(rejects) != 1 || len(lines) != 2 {
			t.Errorf("%q: %d lines and %d rejects", record, len(lines), len(rejects))
			continue
		}
		got := rejects[0]
		if code := string(got.Code) + " " + got.Column; code != want || got.Line != 3 || got.Raw != record || got.Words == "" {
			t.Errorf("%q: %+v, want %s", record, got, want)
		}
	}
}

func TestSalesReader_AnOpenQuoteDoesNotSwallowTheLinesBehindIt(t *testing.T) {
	t.Parallel()
	text := smallHeader + "1;A;1;1;1.2.2024 9:05;;\"x\n2;A;1;1;1.2.2024 9:05;;\n3;A;1;1;1.2.2024 9:05;;y\"\n4;A;1;1;1.2.2024 9:05;\"\";\n"
	lines, rejects := readSales(t, salesMapping(t, smallSales), text)
	if len(rejects) != 0 || len(lines) != 2 || lines[1].Number != 5 {
		t.Fatalf("a name over three lines: %+v %+v", lines, rejects)
	}
	text = strings.Replace(text, "y\"\n", "y\"; \n", 1)
	lines, rejects = readSales(t, salesMapping(t, smallSales), text)
	if len(rejects) != 2 || rejects[0].Code != BadQuotes || rejects[0].Line != 2 || len(lines) != 2 || lines[0].Invoice != "2" {
		t.Fatalf("a quote that was opened by mistake: %+v %+v", lines, rejects)
	}
}

func TestSalesReader_ARejectedLineKeepsItsOrdinal(t *testing.T) {
	t.Parallel()
	m := salesMapping(t, smallSales)
	lines, _ := readSales(t, m, smallHeader+"1;A;1;1;1.2.2024 9:05;;\n1;B;x;1;1.2.2024 9:05;;\n1;C;1;1;1.2.2024 9:05;;\n")
	if len(lines) != 2 || lines[1].Product != "C" || lines[1].Ordinal != 3 {
		t.Fatalf("%+v", lines)
	}
}

func TestNewSalesReader_RefusesAHeaderThatDoesNotFit(t *testing.T) {
	t.Parallel()
	m := salesMapping(t, smallSales)
	for text, want := range map[string]string{
		"":                                     "empty",
		"no;code;qty;price;date;what\n":        `column "who" is not in the header: no, code`,
		"no;no;code;qty;price;date;who;what\n": `column "no" stands twice`,
	} {
		if _, err := NewSalesReader(strings.NewReader(text), m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSalesReader_DecodesWindows1251(t *testing.T) {
	t.Parallel()
	m := salesMapping(t, smallSales+"encoding: windows-1251")
	lines, rejects := readSales(t, m, smallHeader+"1;A;1;1;1.2.2024 9:05;;\xd7\xe0\xe9\n")
	if len(rejects) != 0 || len(lines) != 1 || lines[0].Name != "Чай" {
		t.Fatalf("%+v %+v", lines, rejects)
	}
}

func TestSalesSample_GivesTheFiguresComputedByHand(t *testing.T) {
	t.Parallel()
	figures, tally := sampleSales(t)
	want := SalesFigures{
		Lines: 43, Invoices: 24, Cancelling: 3, Adjustments: 2, Customers: 14, Products: 40, AnonymousLines: 13,
		NetKnownCustomers: "239.784", PointsEarned: 1526,
	}
	if figures != want {
		t.Errorf("got  %+v\nwant %+v", figures, want)
	}
	best := tally.Best(2)
	if !slices.Equal(best, []CustomerNet{{"17850", 139120}, {"16210", 100800}}) {
		t.Errorf("best customers: %+v", best)
	}
}

func sampleSales(t *testing.T) (SalesFigures, *SalesTally) {
	t.Helper()
	m, err := OpenSalesMapping("../../docs/examples/online-retail.map.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return salesFigures(t, m, "testdata/online-retail-sample.csv")
}

func salesFigures(t testing.TB, m *SalesMapping, path string) (SalesFigures, *SalesTally) {
	t.Helper()
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := NewSalesReader(file, m)
	if err != nil {
		t.Fatal(err)
	}
	tally := NewSalesTally(m, 500)
	for line, reject := range r.Lines() {
		if reject != nil {
			tally.AddReject()
			continue
		}
		tally.Add(&line)
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if file.Consumed() != file.Size() {
		t.Errorf("%d of %d bytes were consumed", file.Consumed(), file.Size())
	}
	figures := tally.Figures()
	return figures, tally
}

// The figures do not depend on the order of the lines: an invoice may be
// interrupted, and what is remembered of the last line must not show. Points are
// earned on the sale lines of an invoice alone, floored once for each invoice.
func TestSalesTally_IsExactInAnyOrder(t *testing.T) {
	t.Parallel()
	m := salesMapping(t, smallSales)
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(anyLine), 0, 40).Draw(t, "lines")
		figures := func(lines []Line) SalesFigures {
			tally := NewSalesTally(m, 500)
			for i := range lines {
				tally.Add(&lines[i])
			}
			return tally.Figures()
		}
		got := figures(lines)
		if shuffled := figures(rapid.Permutation(lines).Draw(t, "shuffled")); got != shuffled {
			t.Fatalf("%+v\n%+v", got, shuffled)
		}
		net, sold, points := new(big.Rat), map[string]Amount{}, int64(0)
		for _, line := range lines {
			if line.Customer != "" {
				net.Add(net, rational(line.Amount, 2))
			}
			if line.Customer != "" && line.Kind == Sale {
				sold[line.Invoice] += line.Amount
			}
		}
		for _, amount := range sold {
			points += max(0, int64(amount)/200)
		}
		if got.PointsEarned != points {
			t.Fatalf("%d points, want %d", got.PointsEarned, points)
		}
		if written, _ := new(big.Rat).SetString(got.NetKnownCustomers); written.Cmp(net) != 0 {
			t.Fatalf("net %s, want %s", got.NetKnownCustomers, net)
		}
	})
}

func anyLine(t *rapid.T) Line {
	invoice := rapid.IntRange(1, 6).Draw(t, "invoice")
	return Line{
		Invoice:  fmt.Sprint(invoice),
		Kind:     rapid.SampledFrom([]LineKind{Sale, Sale, Refund, Adjustment, WriteOff}).Draw(t, "kind"),
		Customer: []string{"", "a", "b"}[invoice/2%3],
		Product:  rapid.SampledFrom([]string{"x", "X", "y"}).Draw(t, "product"),
		Amount:   Amount(rapid.Int64Range(-1e14, 1e14).Draw(t, "amount")),
	}
}

func TestRejectWriter_WritesTheRecordAsItWas(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w := NewRejectWriter(&file)
	if err := w.Flush(); err != nil || file.Len() != 0 {
		t.Fatalf("a clean import wrote %q, %v", &file, err)
	}
	raw := "1;A;\"x\ny\";1"
	for range 2 {
		if err := w.Write(&Reject{Line: 3, Code: BadNumber, Column: "qty", Words: "no number", Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&file).ReadAll()
	if err != nil || len(records) != 3 || !slices.Equal(records[2], []string{"3", "BAD_NUMBER", "qty", "no number", raw}) {
		t.Fatalf("%q, %v", records, err)
	}
}

func TestOpen_TellsGzipByItsContent(t *testing.T) {
	t.Parallel()
	text := []byte("no;code\n1;2\n")
	plain, packed := t.TempDir()+"/sales.gz", t.TempDir()+"/sales.csv"
	if err := os.WriteFile(plain, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(packed, pack(t, text), 0o600); err != nil {
		t.Fatal(err)
	}
	one, err := Digest(plain)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Digest(packed)
	if err != nil || one != two || len(one) != 64 {
		t.Fatalf("%s and %s, %v", one, two, err)
	}
	torn := t.TempDir() + "/torn.gz"
	if err := os.WriteFile(torn, pack(t, text)[:20], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Digest(torn); err == nil {
		t.Fatal("a torn file was read to its end")
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Fatal("a folder was opened")
	}
}
