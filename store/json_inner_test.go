package store

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"kabinet/domain"
)

// FuzzReadText holds the short way of reading texts to that of the library: what it reads, it reads alike.
func FuzzReadText(f *testing.F) {
	for _, seed := range []string{
		`{"en": "Tea", "ru": "Чай"}`, `{"ru": "Чай"}`, `{"en": "Tea"}`, `{}`, ``, `null`, `{"en": "a \"quoted\" word"}`, `{"en": "x", "de": "y"}`, `{"en": "x"`, `{"en": "x", }`, `{"en": "x"} `,
		`{"en": "", "ru": ""}`, `{"en":"x"}`, `{"en": 1}`, `{"en": "\u0041"}`, `[]`, `{"en": "x", "en": "y"}`, `{, "en": "x"}`, `{"en": "x", "ru": "y", "en": "z"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) { // Postgres hands out nothing else
			return
		}
		var got, want domain.Text
		if !readText(b, &got) {
			if got != (domain.Text{}) {
				t.Fatalf("%q was left to the library and yet read as %+v", b, got)
			}
			return
		}
		if err := json.Unmarshal(b, &want); err == nil && got != want {
			t.Fatalf("%q is %+v, and the library reads %+v", b, got, want)
		}
	})
}

func BenchmarkScanText(b *testing.B) {
	for name, text := range map[string]string{"plain": `{"en": "Goods or service number 1", "ru": "Товар или услуга номер 1"}`, "escaped": `{"en": "Goods or \"service\"", "ru": "Товар или услуга"}`} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var j jsonOf[domain.Text]
				if err := j.Scan([]byte(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
