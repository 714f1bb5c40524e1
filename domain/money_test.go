package domain_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/domain"
)

// amounts draws small numbers, where edges meet, as often as large ones.
func amounts(most int64) *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(0, min(most, 12)), rapid.Int64Range(0, most))
}

func sum(parts []int64) (n int64) {
	for _, p := range parts {
		n += p
	}
	return n
}

func TestSpread_PartsAddUpAndLieWithinOneOfTheirShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := amounts(math.MaxInt64/2).Draw(t, "total")
		weights := rapid.SliceOfN(amounts(math.MaxInt64/200), 1, 100).Draw(t, "weights")
		parts := domain.Spread(total, weights, nil)
		if len(parts) != len(weights) || sum(parts) != total {
			t.Fatalf("%v is %d in all, want %d", parts, sum(parts), total)
		}
		whole := sum(weights)
		if whole == 0 {
			return
		}
		for i, p := range parts {
			floor := new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i]))
			floor.Quo(floor, big.NewInt(whole))
			if d := p - floor.Int64(); d < 0 || d > 1 {
				t.Fatalf("part %d is %d, its share floored is %v", i, p, floor)
			}
		}
	})
}

func TestSpread_CapsHoldAndTakeAllTheyCan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		total := amounts(1_000_000_000).Draw(t, "total")
		weights := rapid.SliceOfN(amounts(1_000_000), n, n).Draw(t, "weights")
		caps := rapid.SliceOfN(amounts(300_000_000), n, n).Draw(t, "caps")
		parts := domain.Spread(total, weights, caps)
		if got, want := sum(parts), min(total, sum(caps)); got != want {
			t.Fatalf("%v is %d in all, want %d", parts, got, want)
		}
		for i, p := range parts {
			if p < 0 || p > caps[i] {
				t.Fatalf("part %d is %d, its cap %d", i, p, caps[i])
			}
		}
	})
}

func TestSpread_OrderDecidesOnlyTies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := amounts(1_000_000).Draw(t, "total")
		weights := rapid.SliceOfNDistinct(rapid.Int64Range(1, 100_000), 1, 12, rapid.ID[int64]).Draw(t, "weights")
		turned := rapid.Permutation(weights).Draw(t, "turned")
		whole := sum(weights)
		remainders := map[int64]bool{}
		for _, w := range weights {
			remainders[total*w%whole] = true
		}
		if len(remainders) < len(weights) {
			return // a tie: the earlier one wins it
		}
		byWeight := map[int64]int64{}
		for i, p := range domain.Spread(total, weights, nil) {
			byWeight[weights[i]] = p
		}
		for i, p := range domain.Spread(total, turned, nil) {
			if byWeight[turned[i]] != p {
				t.Fatalf("weight %d got %d in one order and %d in another", turned[i], byWeight[turned[i]], p)
			}
		}
	})
	if got := domain.Spread(2, []int64{1, 1, 1}, nil); !slices.Equal(got, []int64{1, 1, 0}) {
		t.Errorf("a tie went to %v, want the earlier ones", got)
	}
}

func TestDecimal_RoundTripsAndEqualsTheRational(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-domain.MaxMinor, domain.MaxMinor).Draw(t, "minor")
		text := string(domain.DecimalOf(minor, 0))
		value, ok := new(big.Rat).SetString(text)
		if !ok || value.Cmp(big.NewRat(minor, 100)) != 0 {
			t.Fatalf("%d is written %q", minor, text)
		}
		if got, err := domain.ParseDecimal(text); err != nil || got != minor {
			t.Fatalf("%q is read as %d, %v", text, got, err)
		}
		mills := rapid.Int64Range(1, 9).Draw(t, "mills")
		text = string(domain.DecimalOf(minor, mills))
		value, ok = new(big.Rat).SetString(text)
		if !ok || value.Cmp(big.NewRat(minor*10+mills, 1000)) != 0 || len(text)-strings.Index(text, ".") != 4 {
			t.Fatalf("%d and %d thousandths are written %q", minor, mills, text)
		}
	})
	for minor, want := range map[int64]string{math.MinInt64: "-92233720368547758.08", math.MaxInt64: "92233720368547758.07", -5: "-0.05"} {
		if got := domain.DecimalOf(minor, 0); string(got) != want {
			t.Errorf("%d is written %s, want %s", minor, got, want)
		}
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"1240.5", "-0.01", "0", "1e3", "+1", "1.", ".5", "1.234", "10000000000.00", "10000000000.01", "--1", "１", "1 000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		minor, err := domain.ParseDecimal(s)
		if err != nil {
			if !errors.Is(err, domain.ErrDecimal) || minor != 0 {
				t.Errorf("%q: %d, %v", s, minor, err)
			}
			return
		}
		value, ok := new(big.Rat).SetString(s)
		if !ok || value.Cmp(big.NewRat(minor, 100)) != 0 || minor > domain.MaxMinor || minor < -domain.MaxMinor {
			t.Errorf("%q is read as %d", s, minor)
		}
		if strings.Trim(s, "-.0123456789") != "" {
			t.Errorf("%q is taken", s)
		}
	})
}

func TestShareFloorAndEarnPoints_AreTheFlooredRational(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := amounts(math.MaxInt64).Draw(t, "amount")
		share := rapid.Int64Range(0, 10_000).Draw(t, "share")
		point := rapid.SampledFrom([]int64{1, 7, 100, 10_000}).Draw(t, "point")
		want := new(big.Int).Mul(big.NewInt(amount), big.NewInt(share))
		want.Quo(want, big.NewInt(10_000))
		if got := domain.ShareFloor(amount, share); got != want.Int64() {
			t.Fatalf("%d basis points of %d are %d, want %v", share, amount, got, want)
		}
		mills := rapid.Int64Range(0, 9).Draw(t, "mills")
		if mills > 0 {
			amount %= math.MaxInt64 / 20
		}
		exact := new(big.Rat).Mul(big.NewRat(amount, 1), big.NewRat(share, 10_000*point))
		exact.Add(exact, new(big.Rat).Mul(big.NewRat(mills, 10), big.NewRat(share, 10_000*point)))
		want.Quo(exact.Num(), exact.Denom())
		if got := domain.EarnPoints(amount, mills, share, point); got != want.Int64() {
			t.Fatalf("%d and %d thousandths earn %d points, want %v", amount, mills, got, want)
		}
	})
	if got := domain.EarnPoints(math.MaxInt64, 0, 500, 100); got != 4_611_686_018_427_387 {
		t.Errorf("the largest amount earns %d", got)
	}
	if got := domain.EarnPoints(-100, 0, 500, 100); got != 0 {
		t.Errorf("a negative amount earns %d", got)
	}
}
