package push

import (
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// countRU writes a number with its noun: 1 балл, 2 балла, 5 баллов, 21 балл.
func countRU(n int, one, few, many string) string {
	word := many
	switch pluralForm(language.Russian, n) {
	case plural.One:
		word = one
	case plural.Few:
		word = few
	}
	return group(int64(n), "\u00a0") + " " + word
}

func countEN(n int, one, other string) string {
	if pluralForm(language.English, n) == plural.One {
		return group(int64(n), ",") + " " + one
	}
	return group(int64(n), ",") + " " + other
}

func pluralForm(lang language.Tag, n int) plural.Form {
	// Only the last digits decide, and the function takes no more than seven of them.
	return plural.Cardinal.MatchPlural(lang, max(n, -n)%1_000_000, 0, 0, 0, 0)
}

// group writes the digits of |n| in threes.
func group(n int64, separator string) string {
	digits := strconv.FormatInt(n, 10)
	if n < 0 {
		digits = digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}

// units splits |minor| into whole units and hundredths.
func units(minor int64) (whole, hundredths int64) {
	whole, hundredths = minor/100, minor%100
	return max(whole, -whole), max(hundredths, -hundredths)
}

var symbols = map[string]string{
	"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "KZT": "₸", "UAH": "₴", "BYN": "Br", "GEL": "₾", "AMD": "֏", "TRY": "₺", "CNY": "¥",
}

// symbol is the sign of a currency, or its code where no sign is known.
func symbol(currency string) string {
	if s, ok := symbols[currency]; ok {
		return s
	}
	return currency
}

// day writes "24 ноября", with the year when it is not the reader's current one.
func day(f Facts, t time.Time, month string) string {
	t = t.In(f.Zone)
	s := strconv.Itoa(t.Day()) + " " + month
	if !f.Now.IsZero() && f.Now.In(f.Zone).Year() != t.Year() {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

// facts leaves out what is empty.
func facts(all ...string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
