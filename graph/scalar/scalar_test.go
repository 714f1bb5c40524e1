package scalar_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"kabinet/domain"
	"kabinet/graph/scalar"
)

func written(m graphql.Marshaler) string {
	var b strings.Builder
	m.MarshalGQL(&b)
	return b.String()
}

func TestDateTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-11-22T09:30:00Z":        `"2026-11-22T09:30:00Z"`,
		"2026-11-22T12:30:00+03:00":   `"2026-11-22T09:30:00Z"`,
		"2026-11-22T09:30:00.123456Z": `"2026-11-22T09:30:00.123456Z"`,
		"2026-11-22":                  "",
		"2026-11-22T09:30:00":         "",
		"2026-02-30T09:30:00Z":        "",
		"0000-01-01T00:00:00Z":        "",
		"1764000000":                  "",
		"":                            "",
	} {
		at, err := scalar.UnmarshalDateTime(text)
		switch {
		case want == "" && domain.CodeOf(err) != domain.Invalid:
			t.Errorf("%q was read as %v, %v", text, at, err)
		case want != "" && (err != nil || written(scalar.MarshalDateTime(at)) != want || at.Location() != time.UTC):
			t.Errorf("%q: %v, %v, want %s", text, at, err, want)
		}
	}
}

func TestInputs_ThatAreWrongAreInvalid(t *testing.T) {
	t.Parallel()
	read := map[string]func(any) error{
		"Int":      func(v any) error { _, err := scalar.UnmarshalInt(v); return err },
		"Decimal":  func(v any) error { _, err := scalar.UnmarshalDecimal(v); return err },
		"Locale":   func(v any) error { _, err := scalar.UnmarshalLocale(v); return err },
		"TimeZone": func(v any) error { _, err := scalar.UnmarshalTimeZone(v); return err },
		"ID":       func(v any) error { _, err := scalar.UnmarshalID(v); return err },
		"Text":     func(v any) error { _, err := scalar.UnmarshalText(context.Background(), v); return err },
	}
	for _, c := range []struct {
		kind string
		v    any
		ok   bool
	}{
		{"Int", json.Number("2147483647"), true}, {"Int", json.Number("2147483648"), false}, {"Int", int64(-1 << 31), true},
		{"Int", json.Number("1.5"), false}, {"Int", "7", false}, {"Int", true, false},
		{"Decimal", "1240.50", true}, {"Decimal", json.Number("12.5"), true}, {"Decimal", int64(7), true}, {"Decimal", "-0.01", true},
		{"Decimal", "1e5", false}, {"Decimal", "1,5", false}, {"Decimal", ".5", false}, {"Decimal", "", false}, {"Decimal", nil, false},
		{"Locale", "RU", true}, {"Locale", "en-GB", true}, {"Locale", "fr", false}, {"Locale", 5, false},
		{"TimeZone", "Europe/Moscow", true}, {"TimeZone", "Local", false}, {"TimeZone", "", false}, {"TimeZone", "../../etc/passwd", false},
		{"ID", "anything", true}, {"ID", json.Number("5"), true}, {"ID", true, false},
		{"Text", "words", true}, {"Text", 5, false},
	} {
		err := read[c.kind](c.v)
		if (err == nil) != c.ok || err != nil && domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%s %v: %v", c.kind, c.v, err)
		}
	}
}

func TestID_ReadsWhatItWroteAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := domain.GID{Kind: rapid.SampledFrom([]string{"Order", "Customer"}).Draw(t, "kind"), N: rapid.Int64Min(1).Draw(t, "n")}
		var text string
		if err := json.Unmarshal([]byte(written(scalar.MarshalID(id))), &text); err != nil {
			t.Fatal(err)
		}
		if back, err := scalar.UnmarshalID(text); back != id || err != nil {
			t.Fatalf("%v came back as %v, %v", id, back, err)
		}
		junk := rapid.String().Draw(t, "junk")
		if got, err := scalar.UnmarshalID(junk); err != nil || got != (domain.GID{}) && got.String() != junk {
			t.Fatalf("%q was read as %v, %v", junk, got, err)
		}
	})
}

func TestText_IsWrittenAsJSONInTheLanguageOfTheRequest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := domain.Text{RU: rapid.String().Draw(t, "ru"), EN: rapid.String().Draw(t, "en")}
		for _, l := range []domain.Locale{domain.RU, domain.EN} {
			var b strings.Builder
			if err := scalar.MarshalText(text).MarshalGQLContext(scalar.WithLocale(context.Background(), l), &b); err != nil {
				t.Fatal(err)
			}
			var back string
			if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back != text.In(l) {
				t.Fatalf("%q came back as %q, %v", text.In(l), back, err)
			}
		}
	})
}
