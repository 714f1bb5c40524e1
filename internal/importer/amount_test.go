package importer

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseAmount_AgreesWithExactRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		exponent := rapid.IntRange(0, 4).Draw(t, "exponent")
		whole := rapid.Int64Range(0, 99_999_999).Draw(t, "whole")
		fraction := rapid.StringMatching(fmt.Sprintf(`[0-9]{0,%d}0{0,3}`, exponent+1)).Draw(t, "fraction")
		sign := rapid.SampledFrom([]string{"", "-", "+"}).Draw(t, "sign")
		text := fmt.Sprintf("%s%d.%s", sign, whole, fraction)

		amount, code := ParseAmount([]byte(text), exponent, '.')
		if code != "" {
			t.Fatalf("%q: %s", text, code)
		}
		want, ok := new(big.Rat).SetString(strings.TrimSuffix(text, "."))
		if !ok {
			t.Fatalf("%q is no rational", text)
		}
		if got := rational(amount, exponent); got.Cmp(want) != 0 {
			t.Fatalf("%q is %s, want %s", text, got, want)
		}
		if again, _ := new(big.Rat).SetString(amount.Decimal(exponent)); again.Cmp(want) != 0 {
			t.Fatalf("%q is written as %s", text, amount.Decimal(exponent))
		}
	})
}

func TestAmount_MinorIsFlooredAndMillsHoldTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := Amount(rapid.Int64Range(-1e14, 1e14).Draw(t, "amount"))
		mills := amount.Mills()
		if mills < 0 || mills > 9 || amount.Minor()*10+int64(mills) != int64(amount) {
			t.Fatalf("%d is %d minor units and %d mills", amount, amount.Minor(), mills)
		}
	})
}

func TestAmount_TimesIsExactOrRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price := Amount(rapid.Int64Range(-1e14, 1e14).Draw(t, "price"))
		quantity := rapid.Int64().Draw(t, "quantity")
		exact := new(big.Int).Mul(big.NewInt(int64(price)), big.NewInt(quantity))
		fits := new(big.Int).Abs(exact).Cmp(big.NewInt(int64(maxAmount))) <= 0
		product, ok := price.Times(quantity)
		if ok != fits || (ok && exact.Cmp(big.NewInt(int64(product))) != 0) {
			t.Fatalf("%d × %d = %d, %v; exactly %s", price, quantity, product, ok, exact)
		}
	})
}

func TestParseAmount_RefusesWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]RejectCode{
		"": BadNumber, "-": BadNumber, ".": BadNumber, "1,5": BadNumber, "1.2.3": BadNumber, "1e3": BadNumber,
		"1 000": BadNumber, "0x10": BadNumber, "--1": BadNumber, "NaN": BadNumber, "1.0005": TooPrecise,
		"99999999999999999999": TooLarge, "99999999999999999999x": BadNumber, "100000000001": TooLarge,
		"100000000000": "", "1.0010000": "", ".5": "", "5.": "", "+5": "",
	} {
		if _, code := ParseAmount([]byte(text), 2, '.'); code != want {
			t.Errorf("%q: %q, want %q", text, code, want)
		}
	}
	if amount, code := ParseAmount([]byte("-12,34"), 2, ','); amount != -12340 || code != "" {
		t.Errorf("a decimal comma: %d %s", amount, code)
	}
}

func TestParseWhole_TakesOnlyWholeNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"6": 6, "-12": -12, "6.0": 6, "+3": 3, "1000000000000": 1e12} {
		if got, code := parseWhole([]byte(text), '.'); got != want || code != "" {
			t.Errorf("%q: %d %s", text, got, code)
		}
	}
	for _, text := range []string{"", "6.5", "six", ".0", "6.0.0", "1e3", "9999999999999999999"} {
		if _, code := parseWhole([]byte(text), '.'); code == "" {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestPointsFor_FloorsOnceExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sold := rapid.Int64Range(-1e17, 1e17).Draw(t, "sold")
		basisPoints := rapid.Int64Range(0, 10_000).Draw(t, "basis points")
		pointValue := rapid.Int64Range(1, 1e6).Draw(t, "point value")
		want := new(big.Int)
		if sold > 0 {
			want.Mul(big.NewInt(sold), big.NewInt(basisPoints))
			want.Div(want, big.NewInt(100_000*pointValue))
		}
		if got := PointsFor(Amount(sold), basisPoints, pointValue); want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%d points, want %s", got, want)
		}
	})
}

func TestTotal_DoesNotOverflow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var sum total
		want := new(big.Rat)
		amount := rapid.Int64Range(-1e14, 1e14).Draw(t, "amount")
		for range 100_000 {
			sum.add(Amount(amount))
		}
		want.Mul(rational(Amount(amount), 2), big.NewRat(100_000, 1))
		if got, _ := new(big.Rat).SetString(sum.decimal(2)); got.Cmp(want) != 0 {
			t.Fatalf("%s, want %s", sum.decimal(2), want)
		}
	})
}

func rational(amount Amount, exponent int) *big.Rat {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent+1)), nil)
	return new(big.Rat).SetFrac(big.NewInt(int64(amount)), unit)
}
