package domain

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever is bought and brought back: nothing is returned twice or before it was bought, nothing is made up, a return only stays
// unmatched when no earlier purchase has any left, and it takes from the latest.
func TestMatchReturns_Rules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC)
		moment := rapid.Custom(func(t *rapid.T) time.Time {
			return start.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "minute")) * time.Minute)
		})
		numbers := rapid.Permutation([]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}).Draw(t, "numbers")
		purchases := make([]Purchase, rapid.IntRange(0, 8).Draw(t, "purchases"))
		for i := range purchases {
			purchases[i] = Purchase{LineID: int64(i + 1), At: moment.Draw(t, "at"), Number: numbers[i], Left: rapid.Int64Range(0, 9).Draw(t, "left")}
		}
		returns := make([]Return, rapid.IntRange(0, 8).Draw(t, "returns"))
		for i := range returns {
			returns[i] = Return{At: moment.Draw(t, "at"), Number: numbers[8+i], Quantity: rapid.Int64Range(1, 12).Draw(t, "quantity")}
		}
		left := make([]int64, len(purchases))
		for i, p := range purchases {
			left[i] = p.Left
		}
		before := func(p Purchase, r Return) bool {
			return p.At.Before(r.At) || p.At.Equal(r.At) && p.Number < r.Number
		}
		for i, parts := range MatchReturns(purchases, returns) {
			missing := returns[i].Quantity
			for _, part := range parts {
				p := purchases[part.Purchase]
				if part.Quantity < 1 || !before(p, returns[i]) {
					t.Fatalf("return %+v takes %d of %+v", returns[i], part.Quantity, p)
				}
				for n, other := range purchases {
					later := other.At.After(p.At) || other.At.Equal(p.At) && other.Number > p.Number
					taken := slices.ContainsFunc(parts, func(o ReturnPart) bool { return o.Purchase == n })
					if later && before(other, returns[i]) && left[n] > 0 && !taken {
						t.Fatalf("return %+v takes from %+v while the later %+v has %d left", returns[i], p, other, left[n])
					}
				}
				missing -= part.Quantity
			}
			for _, part := range parts {
				if left[part.Purchase] -= part.Quantity; left[part.Purchase] < 0 {
					t.Fatalf("purchase %d gives more than it has", part.Purchase)
				}
			}
			for n, p := range purchases {
				if missing > 0 && before(p, returns[i]) && left[n] > 0 {
					t.Fatalf("return %+v misses %d while %+v has %d left", returns[i], missing, p, left[n])
				}
			}
			if missing < 0 {
				t.Fatalf("return %+v takes too much", returns[i])
			}
		}
	})
}

// An invoice earns the same however it is cut into pieces, and no line earns without an amount.
func TestEarnOnLines_CutsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(0, 50_000), 1, 30).Draw(t, "amounts")
		share := rapid.Int64Range(0, 10_000).Draw(t, "share")
		worth := rapid.Int64Range(1, 200).Draw(t, "worth")
		cut := rapid.IntRange(0, len(amounts)).Draw(t, "cut")
		var total, earned, first int64
		for i, a := range amounts {
			if total += a; i < cut {
				first += a
			}
		}
		for i, p := range append(EarnOnLines(0, amounts[:cut], share, worth), EarnOnLines(first, amounts[cut:], share, worth)...) {
			if earned += p; p < 0 || p > 0 && amounts[i] == 0 {
				t.Fatalf("line %d of %v earns %d", i, amounts, p)
			}
		}
		minor, mills := Mills(total)
		if want := EarnPoints(minor, mills, share, worth); earned != want {
			t.Fatalf("pieces earn %d, the whole %d", earned, want)
		}
	})
}

func TestShareOfPiece_PiecesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount, whole := rapid.Int64Range(0, 1e12).Draw(t, "amount"), rapid.Int64Range(1, 1000).Draw(t, "whole")
		var done, sum int64
		for done < whole {
			piece := rapid.Int64Range(1, whole-done).Draw(t, "piece")
			sum += ShareOfPiece(amount, done, piece, whole)
			done += piece
		}
		if sum != amount {
			t.Fatalf("pieces give %d of %d", sum, amount)
		}
	})
}

func TestMills_FloorsBelowZero(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][2]int64{0: {0, 0}, 12345: {1234, 5}, -12345: {-1235, 5}, -10: {-1, 0}, 9: {0, 9}} {
		if minor, mills := Mills(n); minor != want[0] || mills != want[1] {
			t.Errorf("Mills(%d) = %d, %d", n, minor, mills)
		}
	}
}

func TestImportSlug_TellsCodesApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, code := range []string{"85049E", "85049e", "85123A", "BANK CHARGES", "BANK-CHARGES", "bank-charges", "m", "M", "Ключ", "Замок", "", "-", "A/B", "a.b"} {
		slug := ImportSlug("online-retail", code)
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(slug) {
			t.Errorf("%q has the slug %q", code, slug)
		}
		if other, taken := seen[slug]; taken {
			t.Errorf("%q and %q share the slug %q", code, other, slug)
		}
		seen[slug] = code
	}
	if got := ImportSlug("online-retail", "85123"); got != "online-retail-85123" {
		t.Errorf("got %q", got)
	}
}
