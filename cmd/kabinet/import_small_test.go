package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

const smallMap = `kind: sales
source: shop
currency: GBP
timeZone: Europe/London
columns: {invoice: Invoice, customer: Customer, product: Code, name: Name, quantity: Qty, unitPrice: Price, at: At}
refunds: {invoicePrefixes: [C]}
services: {codes: [POST]}
`

const smallHeader = "Invoice,Code,Name,Qty,At,Price,Customer\n"

// small runs an import of a few lines, two to a batch.
func small(t *testing.T, st *store.Store, lines string) (salesReport, error) {
	t.Helper()
	o := importOptions{file: writeFile(t, "sales.csv", smallHeader+lines), mapping: writeFile(t, "map.yaml", smallMap), batch: 2}
	return importInto[salesReport](t.Context(), t, st, o, importSales)
}

// An invoice that another one interrupts, over several batches, is one order and earns as one: 3 × 0.33 at 5 % are 4 pennies, by line they were 3.
func TestImportSales_InterruptedInvoiceEarnsOnce(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	got, err := small(t, st, `1,A,Apple,1,2011-05-01 10:00:00,0.33,7
1,B,Bread,1,2011-05-01 10:00:00,0.33,7
2,A,Apple,1,2011-05-01 10:01:00,1.00,8
2,A,Apple,1,2011-05-01 10:01:00,1.00,8
1,A,Apple,1,2011-05-01 10:02:00,0.33,7
`)
	must(t, err)
	want := salesReport{Lines: 5, Invoices: 2, Customers: 2, Products: 2, NetKnownCustomers: "2.99", PointsEarned: 14, PointsEarnedMoney: "0.14"}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	o, err := st.OrderByNumber(t.Context(), "shop-1")
	must(t, err)
	if o.TotalMinor != 99 || o.PointsToEarn != 4 || o.Status != domain.OrderCompleted {
		t.Errorf("the interrupted order is %+v", o)
	}
	examine(t, st)
}

// What lately sold is pending until the return window ends; a return takes it from there, and the catalogue shows the latest name and price.
func TestImportSales_RecentPointsArePending(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	st := storetest.Open(t, func(c *store.Config) { c.Now = clock.Now })
	recent := clock.Now().Add(-72 * time.Hour).Format(time.DateTime)
	later := clock.Now().Add(-48 * time.Hour).Format(time.DateTime)
	_, err := small(t, st, strings.NewReplacer("RECENT", recent, "LATER", later).Replace(`1,A,Old name,2,2011-05-01 10:00:00,10.00,7
2,A,New name,4,RECENT,20.00,7
2,POST,Postage,1,RECENT,5.00,7
C3,A,damaged,-1,LATER,20.00,7
C3,Z,never bought,-2,LATER,1.50,7
`))
	must(t, err)
	customers, err := st.Customers(t.Context(), "7", domain.CustomerSort{Field: "NET", Desc: true}, domain.Page{First: 1})
	must(t, err)
	id := customers.Items[0].ID
	wallets, err := st.WalletsByCustomer(t.Context(), []int64{id})
	must(t, err)
	if got, want := wallets[id], (domain.Wallet{CustomerID: id, Active: 100, Pending: 325}); got != want {
		t.Errorf("the wallet is %+v, want %+v", got, want)
	}
	figures, err := st.FiguresByCustomer(t.Context(), []int64{id})
	must(t, err)
	if got := figures[id].Net(); got != "82.00" {
		t.Errorf("the customer brought %s, want 82.00", got)
	}
	p, err := st.ProductBySlug(t.Context(), domain.ImportSlug("shop", "A"))
	must(t, err)
	if p.Name.EN != "New name" || p.PriceMinor == nil || *p.PriceMinor != 2_000 || p.Status != domain.ProductActive {
		t.Errorf("the product is %+v", p)
	}
	post, err := st.ProductBySlug(t.Context(), domain.ImportSlug("shop", "POST"))
	must(t, err)
	if post.Status != domain.ProductArchived || post.Kind != domain.Service {
		t.Errorf("postage is %+v", post)
	}
	clock.Add(15 * 24 * time.Hour)
	for n := 1; n > 0; {
		n, err = st.MaturePoints(t.Context())
		must(t, err)
	}
	examine(t, st)
}

// A bad line goes to the reject file with its number and reason, and the rest is taken in.
func TestImportSales_RejectsAreWrittenDown(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	o := importOptions{mapping: writeFile(t, "map.yaml", smallMap), rejects: t.TempDir() + "/bad.csv", report: "text"}
	o.file = writeFile(t, "sales.csv", smallHeader+`1,A,Apple,1,2011-05-01 10:00:00,0.33,7
1,B,Bread,many,2011-05-01 10:00:00,0.33,7
1,B,Bread,1,2011-05-01 10:00:00,0.33,8
`)
	var out, progress bytes.Buffer
	must(t, runImport(t.Context(), st, o, &out, &progress, importSales))
	written, err := os.ReadFile(o.rejects)
	must(t, err)
	for _, want := range []string{"3,BAD_NUMBER,Qty", "4,OTHER_CUSTOMER,Customer"} {
		if !strings.Contains(string(written), want) {
			t.Errorf("the reject file lacks %q:\n%s", want, written)
		}
	}
	if !strings.Contains(progress.String(), "2 lines could not be taken in") || !strings.Contains(out.String(), "rejected lines            2") {
		t.Errorf("nobody is told of rejects:\n%s%s", out.String(), progress.String())
	}
}

// A database that works in another currency is left alone.
func TestImport_RefusesAnotherCurrency(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	_, err := st.AddCustomer(t.Context(), domain.NewCustomer{Name: "Анна", Email: "anna@example.com", Locale: domain.RU})
	must(t, err)
	_, err = small(t, st, "1,A,Apple,1,2011-05-01 10:00:00,0.33,7\n")
	if domain.CodeOf(err) != domain.Conflict || !strings.Contains(err.Error(), "RUB") {
		t.Errorf("got %v", err)
	}
}

func TestImportCommand_Usage(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	good := writeFile(t, "sales.csv", smallHeader+"1,A,Apple,1,2011-05-01 10:00:00,0.33,7\n")
	lacking := writeFile(t, "lacking.csv", "Invoice,Code\n")
	mapping := writeFile(t, "map.yaml", smallMap)
	bad := writeFile(t, "bad.yaml", smallMap+"colums: {}\n")
	for name, c := range map[string]struct {
		args  []string
		usage bool
	}{
		"no file":           {[]string{"sales", "--map", mapping}, true},
		"no mapping":        {[]string{"sales", "--file", good}, true},
		"unknown key":       {[]string{"sales", "--file", good, "--map", bad}, true},
		"wrong kind":        {[]string{"stays", "--file", good, "--map", mapping}, true},
		"wrong day":         {[]string{"sales", "--file", good, "--map", mapping, "--since", "01.02.2011"}, true},
		"wrong report":      {[]string{"sales", "--file", good, "--map", mapping, "--report", "xml"}, true},
		"column is missing": {[]string{"sales", "--file", lacking, "--map", mapping}, true},
		"no such file":      {[]string{"sales", "--file", good + ".no", "--map", mapping}, false},
	} {
		cmd := newImportCommand(func(context.Context) (*store.Store, func(), error) { return st, func() {}, nil })
		cmd.SetArgs(c.args)
		cmd.SetOut(&bytes.Buffer{})
		cmd.SetErr(&bytes.Buffer{})
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		err := cmd.ExecuteContext(t.Context())
		var usage usageError
		if err == nil || errors.As(err, &usage) != c.usage {
			t.Errorf("%s: got %v, a mistake of usage: %v", name, err, c.usage)
		}
	}
}

// Lines before --since stay out.
func TestImportSales_Since(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	o := importOptions{mapping: writeFile(t, "map.yaml", smallMap), since: "2011-05-02"}
	o.file = writeFile(t, "sales.csv", smallHeader+`1,A,Apple,1,2011-05-01 23:59:59,1.00,7
2,A,Apple,1,2011-05-02 00:00:00,1.00,7
`)
	got, err := importInto[salesReport](t.Context(), t, st, o, importSales)
	must(t, err)
	if got.Lines != 1 || got.NetKnownCustomers != "1.00" {
		t.Errorf("got %+v", got)
	}
	o.since = ""
	got, err = importInto[salesReport](t.Context(), t, st, o, importSales)
	must(t, err)
	if got.Lines != 2 || got.PointsEarned != 10 {
		t.Errorf("without --since %+v", got)
	}
}

// Points that were spent before a return are owed, and the next that mature settle the debt.
func TestImportSales_SpentPointsBecomeDebt(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	wallet := func() domain.Wallet {
		customers, err := st.Customers(t.Context(), "7", domain.CustomerSort{Field: "NET"}, domain.Page{First: 1})
		must(t, err)
		wallets, err := st.WalletsByCustomer(t.Context(), []int64{customers.Items[0].ID})
		must(t, err)
		return wallets[customers.Items[0].ID]
	}
	_, err := small(t, st, "1,A,Apple,2,2011-05-01 10:00:00,10.00,7\n")
	must(t, err)
	boss, err := st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	must(t, err)
	w := wallet()
	_, _, err = st.AdjustWallet(t.Context(), domain.Viewer{StaffID: boss.ID, Role: boss.Role}, domain.WalletAdjust{IdempotencyKey: "spend", CustomerID: w.CustomerID, Points: -90, Reason: "spent elsewhere"})
	must(t, err)
	_, err = small(t, st, "C2,A,Apple,-2,2011-05-02 10:00:00,10.00,7\n")
	must(t, err)
	if w = wallet(); w.Active != 0 || w.Debt != 90 {
		t.Errorf("after the return the wallet is %+v", w)
	}
	_, err = small(t, st, "3,A,Apple,2,2011-05-03 10:00:00,10.00,7\n")
	must(t, err)
	if w = wallet(); w.Active != 10 || w.Debt != 0 {
		t.Errorf("after the next order the wallet is %+v", w)
	}
	o, err := st.OrderByNumber(t.Context(), "shop-1")
	must(t, err)
	if o.Status != domain.OrderRefunded || o.RefundedMinor != 2_000 {
		t.Errorf("the returned order is %+v", o)
	}
	examine(t, st)
}

// A return meets a purchase of the same minute that stands before it in the file, not one that stands after, and takes points from the lot
// of that purchase.
func TestImportSales_ReturnMeetsItsPurchase(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	o := importOptions{mapping: writeFile(t, "map.yaml", smallMap)}
	o.file = writeFile(t, "sales.csv", smallHeader+`1,A,Apple,1,2011-05-01 10:00:00,10.00,7
2,B,Bread,1,2011-05-01 10:00:00,20.00,7
C3,B,Bread,-1,2011-05-01 10:00:00,20.00,7
C4,Z,Zebra,-1,2011-05-01 10:00:00,30.00,7
5,Z,Zebra,1,2011-05-01 10:00:00,30.00,7
`)
	_, err := importInto[salesReport](t.Context(), t, st, o, importSales)
	must(t, err)
	var left []string
	must(t, st.DB().SelectContext(t.Context(), &left, `
select o.number || ' ' || o.status || ' ' || l.remaining from lot l join orders o on o.id = l.order_id order by o.number`))
	want := []string{"shop-1 COMPLETED 50", "shop-2 REFUNDED 0", "shop-5 COMPLETED 150"}
	if !slices.Equal(left, want) {
		t.Errorf("got %q, want %q", left, want)
	}
	examine(t, st)
}
