package domain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"
)

// constants reads the values of all constants of a type in this package's source, so that a new one cannot be forgotten.
func constants(t *testing.T, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != typeName {
				return true
			}
			for _, v := range spec.Values {
				if text, ok := v.(*ast.BasicLit); ok {
					value, _ := strconv.Unquote(text.Value)
					values = append(values, value)
				}
			}
			return true
		})
	}
	if len(values) < 3 {
		t.Fatalf("only %v are constants of %s", values, typeName)
	}
	return values
}

// wantWords checks a text as a person sees it: there is one, nothing is left to fill in, and it is in its language.
func wantWords(t *testing.T, what string, l Locale, text string) {
	t.Helper()
	switch {
	case strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text:
		t.Errorf("%s has no words or loose spaces in %s: %q", what, l, text)
	case strings.ContainsAny(text, "{}"):
		t.Errorf("%s is not filled in: %q", what, text)
	case (l == RU) != strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }):
		t.Errorf("%s is not in %s: %q", what, l, text)
	}
}

func TestWords_OfRefusalsAreThereInBothLanguages(t *testing.T) {
	t.Parallel()
	left := int64(2)
	for _, l := range []Locale{RU, EN} {
		for _, code := range constants(t, "UserErrorCode") {
			r := Refusal{Code: UserErrorCode(code), Status: OrderReady, TriesLeft: &left, Name: Text{"Мёд", "Honey"}, Numbers: []string{"R-1"}}
			wantWords(t, code, l, r.Message(l))
			r.Rule = "a rule without words of its own"
			wantWords(t, code+" by another rule", l, r.Message(l))
		}
		for key, words := range refusalWords {
			code, rule, _ := strings.Cut(key, "/")
			if !slices.Contains(constants(t, "UserErrorCode"), code) || words.RU == "" || words.EN == "" {
				t.Errorf("%s: no such code, or not in both languages", key)
			}
			wantWords(t, key, l, Refusal{Code: UserErrorCode(code), Rule: rule, Status: OrderNew, TriesLeft: &left, Name: Text{"Мёд", "Honey"}, Numbers: []string{"R-1"}, Detail: "line 2"}.Message(l))
		}
	}
}

func TestWords_OfStatusesTimelinesAndCausesAreThereInBothLanguages(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 2, 3, 4, 0, 0, time.UTC)
	for _, l := range []Locale{RU, EN} {
		for _, s := range constants(t, "OrderStatus") {
			wantWords(t, s, l, StatusText(OrderStatus(s), l))
		}
		for _, kind := range constants(t, "TimelineKind") {
			e := TimelineEntry{Kind: TimelineKind(kind), Data: TimelineData{PromisedAt: &at, RefundedMinor: 500, Points: 3, PointsBack: 2, CurrencyCode: "RUB"}}
			wantWords(t, kind, l, TimelineText(e, l, time.UTC))
			wantWords(t, kind+" without data", l, strings.TrimSpace(TimelineText(TimelineEntry{Kind: TimelineKind(kind)}, l, time.UTC)))
		}
		for _, cause := range constants(t, "Cause") {
			wantWords(t, cause, l, EntryText(WalletEntry{Cause: Cause(cause)}, l))
		}
	}
	for name, words := range map[string][]Text{
		"statuses": slices.Collect(maps.Values(statusWords)), "timelines": slices.Collect(maps.Values(timelineWords)), "causes": slices.Collect(maps.Values(causeWords)),
	} {
		for _, w := range words {
			if w.RU == "" || w.EN == "" {
				t.Errorf("%s: %+v lacks a language", name, w)
			}
		}
	}
}

func TestWords_SayWhatAClientNeedsNext(t *testing.T) {
	t.Parallel()
	left := int64(1)
	for _, c := range []struct {
		r      Refusal
		ru, en string
	}{
		{Refusal{Code: CodeOutOfStock, Available: 3, Name: Text{"Мёд", "Honey"}}, "«Мёд»: осталось 3\u00a0штуки.", "“Honey”: 3\u00a0items left."},
		{Refusal{Code: CodeOutOfStock, Rule: "none", Name: Text{"Мёд", "Honey"}}, "«Мёд»: закончилось.", "“Honey” is sold out."},
		{Refusal{Code: CodeInsufficientPoints, Available: 21}, "Баллов не хватает: можно потратить 21\u00a0балл.", "Not enough points: you can spend 21\u00a0points."},
		{Refusal{Code: CodePointsLimit, Limit: 12_345}, "На этот заказ можно потратить не больше 12\u00a0345\u00a0баллов.", "You can spend at most 12,345\u00a0points on this order."},
		{Refusal{Code: CodeCodeWrong, TriesLeft: &left}, "Код не подошёл. Осталось 1\u00a0попытка.", "That code is not right. You have 1\u00a0try left."},
		{Refusal{Code: CodeTooLong, Limit: 500}, "Слишком длинно: не больше 500 знаков.", "Too long: at most 500 characters."},
		{Refusal{Code: CodeActionNotAllowed, Status: OrderReady}, "Заказ готов: это действие уже невозможно.", "The order is ready: this can no longer be done."},
	} {
		if ru, en := c.r.Message(RU), c.r.Message(EN); ru != c.ru || en != c.en {
			t.Errorf("got %q and %q, want %q and %q", ru, en, c.ru, c.en)
		}
	}
}

// The categories of CLDR: of Russian one, few and many, of English one and other.
func TestPlural_FollowsCLDR(t *testing.T) {
	t.Parallel()
	for category, numbers := range map[string][]int64{
		"балл":   {1, 21, 31, 41, 101, 121, 1001, 10_001, -1, -21},
		"балла":  {2, 3, 4, 22, 23, 24, 32, 102, 1002, 1024, -3},
		"баллов": {0, 5, 6, 9, 10, 11, 12, 13, 14, 15, 19, 20, 25, 30, 100, 111, 112, 114, 1000, 1011, 1_000_000, -11},
	} {
		for _, n := range numbers {
			if got := Points(n, RU); !strings.HasSuffix(got, "\u00a0"+category) {
				t.Errorf("%d is %q, want %s", n, got, category)
			}
		}
	}
	for n, want := range map[int64]string{1: "point", -1: "point", 0: "points", 2: "points", 11: "points", 21: "points", 101: "points"} {
		if got := Points(n, EN); !strings.HasSuffix(got, "\u00a0"+want) {
			t.Errorf("%d is %q, want %s", n, got, want)
		}
	}
}

func TestNumber_GroupsThousandsAndLosesNoDigit(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][2]string{
		0: {"0", "0"}, 999: {"999", "999"}, 1_000: {"1000", "1,000"}, 10_000: {"10\u00a0000", "10,000"}, -1_234_567: {"-1\u00a0234\u00a0567", "-1,234,567"},
		-9_999: {"-9999", "-9,999"}, 100_000: {"100\u00a0000", "100,000"},
	} {
		if ru, en := Number(n, RU), Number(n, EN); ru != want[0] || en != want[1] {
			t.Errorf("%d is %q and %q, want %q", n, ru, en, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, l := rapid.Int64().Draw(t, "n"), rapid.SampledFrom([]Locale{RU, EN, ""}).Draw(t, "locale")
		text := Number(n, l)
		plain := strings.NewReplacer(",", "", "\u00a0", "").Replace(text)
		if back, err := strconv.ParseInt(plain, 10, 64); err != nil || back != n {
			t.Fatalf("%d is %q", n, text)
		}
		for i, group := range strings.FieldsFunc(strings.TrimPrefix(text, "-"), func(r rune) bool { return r == ',' || r == '\u00a0' }) {
			if i > 0 && len(group) != 3 {
				t.Fatalf("%d is %q", n, text)
			}
		}
	})
}

func TestMoneyText_IsWrittenAsItsLanguageWrites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m      Money
		ru, en string
	}{
		{Money{124_050, "RUB"}, "1240,50\u00a0₽", "RUB\u00a01,240.50"},
		{Money{1_240_050, "RUB"}, "12\u00a0400,50\u00a0₽", "RUB\u00a012,400.50"},
		{Money{100, "GBP"}, "1\u00a0£", "£1"},
		{Money{-5, "GBP"}, "-0,05\u00a0£", "-£0.05"},
		{Money{150, "CHF"}, "1,50\u00a0CHF", "CHF\u00a01.50"},
		{Money{0, "EUR"}, "0\u00a0€", "€0"},
	} {
		if ru, en := MoneyText(c.m, RU), MoneyText(c.m, EN); ru != c.ru || en != c.en {
			t.Errorf("%+v is %q and %q, want %q and %q", c.m, ru, en, c.ru, c.en)
		}
	}
}

func TestTimeText_IsInTheZoneAndTheLanguage(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 11, 24, 22, 30, 0, 0, time.UTC)
	zone := time.FixedZone("", 3*60*60)
	if ru, en := TimeText(at, zone, RU), TimeText(at, zone, EN); ru != "25\u00a0ноября, 01:30" || en != "25\u00a0November, 01:30" {
		t.Errorf("got %q and %q", ru, en)
	}
	for points, want := range map[int64]Decimal{500: "5", 250: "2.5", 0: "0", 1: "0.01", 10_000: "100", 1_000: "10"} {
		if got := PercentText(points); got != want {
			t.Errorf("%d basis points are %s percent, want %s", points, got, want)
		}
	}
}
