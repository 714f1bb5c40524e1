package importer

import (
	"bytes"
	"math/big"
	"strings"
	"testing"
	"time"
)

// plentiful bounds what one input of a few kilobytes may take: what takes longer grows faster than its input.
const plentiful = 10 * time.Second

func inTime(t *testing.T, do func()) {
	t.Helper()
	began := time.Now()
	do()
	if took := time.Since(began); took > plentiful {
		t.Errorf("it took %v", took)
	}
}

func FuzzMapping(f *testing.F) {
	f.Add(smallSales)
	f.Add(smallStays)
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 8<<10 {
			return
		}
		inTime(t, func() {
			sales, err := ReadSalesMapping("a.yaml", strings.NewReader(text))
			if (sales == nil) == (err == nil) || err == nil && (sales.Zone() == nil || sales.Exponent == nil || len(sales.Delimiter) != 1) {
				t.Errorf("%+v, %v", sales, err)
			}
			stays, err := ReadStaysMapping("a.yaml", strings.NewReader(text))
			if (stays == nil) == (err == nil) || err == nil && (stays.Zone() == nil || stays.Exponent == nil || len(stays.Delimiter) != 1) {
				t.Errorf("%+v, %v", stays, err)
			}
		})
	})
}

// Each record is a line or a reject, none is both, and none is lost: there are no more of them than lines.
func FuzzSales(f *testing.F) {
	m := salesMapping(f, smallSales)
	f.Add(smallHeader + "17;ЧАЙ;2;1 ;1.2.2024 9:05; 555 ;\"Чай; чёрный\"\n18;ЧАЙ;-1;350,5;2.2.2024 10:00;;Чай\n")
	f.Add(smallHeader + "17;\"ЧАЙ\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			return
		}
		inTime(t, func() {
			r, err := NewSalesReader(strings.NewReader(text), m)
			if err != nil {
				return
			}
			records := 0
			for line, reject := range r.Lines() {
				records++
				switch {
				case reject != nil && (reject.Code == "" || line.Product != ""):
					t.Errorf("a reject without a reason, or beside a line: %+v, %+v", reject, line)
				case reject == nil && (line.Product == "" || line.Invoice == "" || line.At.IsZero()):
					t.Errorf("a line that says nothing: %+v", line)
				}
			}
			if lines := strings.Count(text, "\n") + 1; r.Err() != nil || records > lines {
				t.Errorf("%d records of %d lines, %v", records, lines, r.Err())
			}
		})
	})
}

func FuzzPosts(f *testing.F) {
	f.Add(`<posts><row Id="1" PostTypeId="1" CreationDate="2020-01-01T00:00:00.000" Title="T" Body="&lt;p&gt;B"/></posts>`)
	f.Add(`<!DOCTYPE a [<!ENTITY b "c">]><row Id="&b;"/>`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			return
		}
		inTime(t, func() {
			for post, err := range Posts(strings.NewReader(text)) {
				if err == nil && (post.Number == "" || post.At.IsZero() || post.Kind == "") {
					t.Errorf("a post that says nothing: %+v", post)
				}
			}
		})
	})
}

func FuzzAmount(f *testing.F) {
	f.Add("-1234.5", uint8(2), true)
	f.Add("99999999999,999", uint8(3), false)
	f.Fuzz(func(t *testing.T, text string, exponent uint8, point bool) {
		mark := byte(',')
		if point {
			mark = '.'
		}
		decimals := int(exponent % 5)
		amount, code := ParseAmount([]byte(text), decimals, mark)
		if code != "" {
			return
		}
		// Read as an exact fraction, it is the same number.
		exact, ok := new(big.Rat).SetString(strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), "+"))
		if !ok {
			t.Fatalf("%q was read as %d and is no number", text, amount)
		}
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)+1), nil)
		if exact.Mul(exact, new(big.Rat).SetInt(scale)).Cmp(new(big.Rat).SetInt64(int64(amount))) != 0 {
			t.Errorf("%q was read as %d tenths of 10^-%d", text, amount, decimals)
		}
		back, code := ParseAmount([]byte(amount.Decimal(decimals)), decimals, '.')
		if code != "" || back != amount {
			t.Errorf("%q: %d was written as %s and read as %d %s", text, amount, amount.Decimal(decimals), back, code)
		}
	})
}

func FuzzDates(f *testing.F) {
	f.Add("YYYY-MM-DD hh:mm:ss", "2024-02-29 23:59:59")
	f.Add("D.M.YYYY h:mm", "1.2.2024 9:05")
	f.Fuzz(func(t *testing.T, format, text string) {
		parts, err := compileDates(format)
		if err != nil {
			return
		}
		c := clock{parts: parts, zone: time.UTC}
		at, ok := c.parse([]byte(text))
		if !ok {
			return
		}
		if again, ok := c.parse(bytes.Clone([]byte(text))); !ok || !again.Equal(at) {
			t.Errorf("%q by %q: %v, then %v", text, format, at, again)
		}
		if at.Year() < 0 || at.Year() > 9999 {
			t.Errorf("%q by %q is %v", text, format, at)
		}
	})
}
