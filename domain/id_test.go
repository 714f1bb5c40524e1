package domain_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/domain"
)

func TestGID_RoundTripsAndAnswersToItsKindOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := domain.GID{Kind: rapid.StringMatching(`[A-Z][A-Za-z]{0,30}`).Draw(t, "kind"), N: rapid.Int64Range(1, math.MaxInt64).Draw(t, "n")}
		got, ok := domain.ParseGID(g.String())
		if !ok || got != g || got.Of(g.Kind) != g.N || got.Of(g.Kind+"x") != 0 {
			t.Fatalf("%+v became %+v, %v", g, got, ok)
		}
	})
}

func FuzzParseGID(f *testing.F) {
	for _, s := range []string{"", domain.GID{Kind: "Order", N: 1}.String(), "T3JkZXI6MDE", "T3JkZXI6LTE", "OjE", "T3JkZXI", "T3JkZXI6MQ==", "T3JkZXI6MR", "T3Jk\nZXI6MQ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if g, ok := domain.ParseGID(s); ok && (g.String() != s || g.N < 1 || g.Kind == "") {
			t.Errorf("%q is %+v, which is written %q", s, g, g.String())
		}
	})
}

func TestCursor_RoundTripsAndKeepsTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seqs := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(0, math.MaxInt64))
		a, b := domain.Cursor{Seq: seqs.Draw(t, "a")}, domain.Cursor{Seq: seqs.Draw(t, "b")}
		if got, ok := domain.ParseCursor(a.String()); !ok || got != a {
			t.Fatalf("%v became %v, %v", a, got, ok)
		}
		if a.Less(b) != (a.Seq < b.Seq) {
			t.Fatalf("%v before %v: %v", a, b, a.Less(b))
		}
	})
}

func FuzzParseCursor(f *testing.F) {
	for _, s := range []string{"", "e0", "e", "e00", "eA", "e-1", "1z", "e1y2p0ij32e8e7", "e1y2p0ij32e8e8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := domain.ParseCursor(s); ok && (c.String() != s || c.Seq < 0) {
			t.Errorf("%q is %v, which is written %q", s, c, c.String())
		}
	})
}

func TestTopic_MatchesItsOwnEventsOnly(t *testing.T) {
	t.Parallel()
	order := domain.Event{OrderID: 1, CustomerID: 2, Desk: true, Order: &domain.Order{}}
	wallet := domain.Event{OrderID: 1, CustomerID: 2}
	for name, c := range map[string]struct {
		topic domain.Topic
		event domain.Event
		want  bool
	}{
		"its order":                 {domain.Topic{OrderID: 1}, order, true},
		"another order":             {domain.Topic{OrderID: 2}, order, false},
		"no order in it":            {domain.Topic{OrderID: 1}, wallet, false},
		"its customer":              {domain.Topic{CustomerID: 2}, wallet, true},
		"another customer":          {domain.Topic{CustomerID: 1}, wallet, false},
		"the desk":                  {domain.Topic{Desk: true}, order, true},
		"not for the desk":          {domain.Topic{Desk: true}, wallet, false},
		"no topic":                  {domain.Topic{}, order, false},
		"nobody's, for a customer":  {domain.Topic{CustomerID: 2}, domain.Event{Desk: true}, false},
		"nobody's, for no customer": {domain.Topic{}, domain.Event{}, false},
	} {
		if got := c.topic.Matches(&c.event); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNewPage_TakesOneSizeWithinTheBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.Ptr(rapid.IntRange(-2, domain.MaxPage+2), true)
		first, last := sizes.Draw(t, "first"), sizes.Draw(t, "last")
		p, err := domain.NewPage(first, new("a"), last, nil)
		size := domain.DefaultPage
		if last != nil {
			size = *last
		} else if first != nil {
			size = *first
		}
		if ok := size >= 1 && size <= domain.MaxPage; ok != (err == nil) {
			t.Fatalf("%d: %v", size, err)
		}
		if err == nil && (p.Size() != size || p.Backward() != (last != nil) || p.After != "a" || p.Before != "") {
			t.Fatalf("page is %+v", p)
		}
		if err != nil && domain.CodeOf(err) != domain.Invalid {
			t.Fatalf("the error is %v", err)
		}
	})
}

func TestParseLocale_ReadsTagsOfItsLanguages(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]domain.Locale{"ru": domain.RU, "EN": domain.EN, "en-GB": domain.EN, "ru_RU": domain.RU, "de": "", "": "", "enx": "", "-en": ""} {
		if got, ok := domain.ParseLocale(tag); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", tag, got, ok)
		}
	}
	if domain.Locale("").Or(domain.EN) != domain.EN || domain.RU.Or(domain.EN) != domain.RU {
		t.Error("a language that was told gives way, or one that was not told stays")
	}
}

func TestText_FallsBackToTheOtherLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   domain.Text
		ru, en string
	}{{domain.Text{RU: "а", EN: "b"}, "а", "b"}, {domain.Text{RU: "а"}, "а", "а"}, {domain.Text{EN: "b"}, "b", "b"}, {domain.Text{}, "", ""}} {
		if c.text.In(domain.RU) != c.ru || c.text.In(domain.EN) != c.en || c.text.In("") != c.ru || c.text.Empty() != (c.ru == "") {
			t.Errorf("%+v is %q and %q", c.text, c.text.In(domain.RU), c.text.In(domain.EN))
		}
	}
}

func TestCheckProduct_RefusesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	long := domain.Text{EN: strings.Repeat("x", 201)}
	bad := domain.ProductDraft{Slug: new("Not A Slug"), Name: &long, Expect: &domain.Expectation{DurationMinutes: -1}}
	if got := domain.CheckProduct(bad, true); len(got) != 3 {
		t.Errorf("refused with %+v", got)
	}
	if got := domain.CheckProduct(domain.ProductDraft{}, true); len(got) != 2 {
		t.Errorf("a new product without slug and name: %+v", got)
	}
	if got := domain.CheckProduct(domain.ProductDraft{}, false); got != nil {
		t.Errorf("a change of nothing: %+v", got)
	}
	if got := domain.CheckVariant(domain.VariantDraft{SKU: " a ", PriceMinor: -1, Stock: new(int64(-1))}, "variants", "0"); len(got) != 3 || got[0].Field[2] != "sku" || got[2].Field[2] != "stock" {
		t.Errorf("refused with %+v", got)
	}
	if got := domain.CheckVariant(domain.VariantDraft{SKU: "Мёд 1.5/л", Stock: new(int64(domain.MaxStock))}); got != nil {
		t.Errorf("refused with %+v", got)
	}
}
