package importer

import (
	"math/bits"
	"strconv"
)

// Amount is money in tenths of the currency's minor unit: 1 is a thousandth of
// a pound where the minor unit is the penny. Its sign is that of the figure in
// the file: refunds are negative.
type Amount int64

// maxAmount bounds every price and every line. No invoice comes near it (ten
// thousand million pounds and ten times that), and below it a sum over any
// invoice stays inside 64 bits.
const maxAmount Amount = 1e14

// Minor is the amount in whole minor units, floored: toward minus infinity, so
// that Minor and Mills together are the exact amount for refunds as well.
func (a Amount) Minor() int64 {
	return (int64(a) - int64(a.Mills())) / 10
}

// Mills is what Minor leaves out, in tenths of a minor unit: 0 to 9.
func (a Amount) Mills() int8 {
	return int8(((a % 10) + 10) % 10)
}

// Decimal writes the amount in units of the currency whose minor unit is
// 10^-exponent: "12.30" for 12300 with exponent 2. The digit beyond the minor
// unit is written only when it is not zero: "5850548.104".
func (a Amount) Decimal(exponent int) string {
	digits := strconv.FormatInt(int64(a), 10)
	return decimalFromTenths(digits, exponent)
}

// Times multiplies by a quantity. It reports false when the product is larger
// than any line of an invoice may be.
func (a Amount) Times(quantity int64) (Amount, bool) {
	hi, lo := bits.Mul64(magnitude(int64(a)), magnitude(quantity))
	if hi != 0 || lo > uint64(maxAmount) {
		return 0, false
	}
	product := Amount(lo)
	if (a < 0) != (quantity < 0) {
		product = -product
	}
	return product, true
}

// ParseAmount reads a decimal number, "-1234.5", exactly. The mark parts the
// decimals: '.' or ','. The code is empty on success, else BadNumber, TooPrecise (a
// decimal beyond the tenth of a minor unit) or TooLarge.
func ParseAmount(text []byte, exponent int, mark byte) (Amount, RejectCode) {
	var value int64
	negative, rest := cutSign(text)
	decimals, digits := -1, 0
	for _, c := range rest {
		switch {
		case c == mark && decimals < 0:
			decimals = 0
			continue
		case c < '0' || c > '9':
			return 0, BadNumber
		}
		digits++
		if decimals >= 0 {
			decimals++
		}
		if decimals > exponent+1 {
			if c != '0' {
				return 0, TooPrecise
			}
			continue
		}
		value = value*10 + int64(c-'0')
		if value > int64(maxAmount) {
			return 0, numberTail(rest, mark)
		}
	}
	if digits == 0 {
		return 0, BadNumber
	}
	for missing := exponent + 1 - max(decimals, 0); missing > 0; missing-- {
		value *= 10
		if value > int64(maxAmount) {
			return 0, TooLarge
		}
	}
	if negative {
		value = -value
	}
	return Amount(value), ""
}

// numberTail tells a number that is too large from text that only begins as one.
func numberTail(rest []byte, mark byte) RejectCode {
	marks := 0
	for _, c := range rest {
		if c == mark {
			marks++
		} else if c < '0' || c > '9' {
			return BadNumber
		}
	}
	if marks > 1 {
		return BadNumber
	}
	return TooLarge
}

// parseWhole reads a whole number. Spreadsheets write 6 as "6.0", so decimals
// are taken when they are zeros.
func parseWhole(text []byte, mark byte) (int64, RejectCode) {
	const limit = 1e12
	var value int64
	negative, rest := cutSign(text)
	seenMark, digits := false, 0
	for _, c := range rest {
		switch {
		case c == mark && !seenMark && digits > 0:
			seenMark = true
			continue
		case c < '0' || c > '9':
			return 0, BadNumber
		case seenMark && c != '0':
			return 0, BadNumber
		case seenMark:
			continue
		}
		digits++
		value = value*10 + int64(c-'0')
		if value > limit {
			return 0, numberTail(rest, mark)
		}
	}
	if digits == 0 {
		return 0, BadNumber
	}
	if negative {
		value = -value
	}
	return value, ""
}

func cutSign(text []byte) (negative bool, rest []byte) {
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		return text[0] == '-', text[1:]
	}
	return false, text
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// decimalFromTenths places the decimal mark in a whole number of tenths of a
// minor unit and drops a last digit of zero.
func decimalFromTenths(digits string, exponent int) string {
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for len(digits) < exponent+2 {
		digits = "0" + digits
	}
	whole, fraction := digits[:len(digits)-exponent-1], digits[len(digits)-exponent-1:]
	if last := len(fraction) - 1; fraction[last] == '0' {
		fraction = fraction[:last]
	}
	if fraction == "" {
		return sign + whole
	}
	return sign + whole + "." + fraction
}
