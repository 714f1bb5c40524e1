package domain

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Money is an amount in minor units of a currency with two decimals.
type Money struct {
	Minor        int64
	CurrencyCode string
}

// Amount is the exact decimal of the amount, for example "1240.50".
func (m Money) Amount() Decimal { return DecimalOf(m.Minor, 0) }

// Decimal is an exact decimal number as a string, the form money takes on the wire.
type Decimal string

// ErrDecimal says that a text is not a decimal number with at most two decimals that fits an amount of money.
var ErrDecimal = errors.New("not an amount with at most two decimals")

// MaxMinor bounds amounts that people type in: ten billion units. Sums of such amounts stay far from the end of int64.
const MaxMinor = int64(1_000_000_000_000)

// DecimalOf writes minor units, and thousandths of a unit below them (0 to 9), as a decimal with two or three decimals.
func DecimalOf(minor, mills int64) Decimal {
	n := minor
	sign := ""
	if mills != 0 {
		n = minor*10 + mills
	}
	u := uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	if mills != 0 {
		frac := strconv.FormatUint(u%1000, 10)
		return Decimal(sign + strconv.FormatUint(u/1000, 10) + "." + strings.Repeat("0", 3-len(frac)) + frac)
	}
	frac := strconv.FormatUint(u%100, 10)
	return Decimal(sign + strconv.FormatUint(u/100, 10) + "." + strings.Repeat("0", 2-len(frac)) + frac)
}

// ParseDecimal reads an amount such as "1240.5" into minor units. It refuses exponents, signs other than a leading minus,
// more than two decimals and amounts beyond MaxMinor; the error is ErrDecimal.
func ParseDecimal(s string) (minor int64, err error) {
	body, neg := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(body, ".")
	if whole == "" || len(whole) > 13 || len(frac) > 2 || strings.HasSuffix(body, ".") {
		return 0, ErrDecimal
	}
	for len(frac) < 2 {
		frac += "0"
	}
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			return 0, ErrDecimal
		}
	}
	minor, err = strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || minor > MaxMinor {
		return 0, ErrDecimal
	}
	if neg {
		minor = -minor
	}
	return minor, nil
}

// Spread divides total into parts proportional to weights, floor first and the rest by largest remainder (the earlier index wins a tie),
// so that the parts add up to total exactly. A part never passes its cap; caps may be nil for none. Total and weights are
// not negative. When all weights are 0 the whole goes to the first part that takes it. What the caps do not take is lost
// to no one: the caller makes sure that they add up to total or more.
func Spread(total int64, weights, caps []int64) []int64 {
	parts := make([]int64, len(weights))
	remainders := make([]uint64, len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(w)
	}
	left := total
	if sum > 0 {
		for i, w := range weights {
			hi, lo := bits.Mul64(uint64(total), uint64(w))
			q, r := bits.Div64(hi, lo, sum)
			parts[i], remainders[i] = int64(q), r
			if caps != nil && parts[i] >= caps[i] {
				parts[i], remainders[i] = caps[i], 0
			}
			left -= parts[i]
		}
	}
	for left > 0 {
		best := -1
		for i := range parts {
			if caps != nil && parts[i] >= caps[i] {
				continue
			}
			if best < 0 || remainders[i] > remainders[best] {
				best = i
			}
		}
		if best < 0 {
			break
		}
		step := int64(1)
		if sum == 0 || remainders[best] == 0 {
			step = left
			if caps != nil {
				step = min(left, caps[best]-parts[best])
			}
		}
		parts[best] += step
		left -= step
		remainders[best] = 0
	}
	return parts
}

// ShareFloor is floor(amount × basisPoints / 10,000) without overflow, for amounts that are not negative.
func ShareFloor(amount, basisPoints int64) int64 {
	if amount <= 0 || basisPoints <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(basisPoints))
	if hi >= 10_000 {
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, 10_000)
	return int64(min(q, math.MaxInt64))
}

// mulDiv is floor(a × b / c) without overflow, for a and b not negative and b <= c.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
