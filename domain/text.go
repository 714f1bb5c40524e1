package domain

import "strings"

// Locale is a language that Kabinet speaks.
type Locale string

// The languages of Kabinet. The zero Locale means "not told".
const (
	RU Locale = "ru"
	EN Locale = "en"
)

// ParseLocale reads a language tag such as "ru", "EN" or "en-GB". ok is false for other languages.
func ParseLocale(tag string) (l Locale, ok bool) {
	primary, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	switch strings.ToLower(primary) {
	case "ru":
		return RU, true
	case "en":
		return EN, true
	}
	return "", false
}

// Or returns l, or fallback when l was not told.
func (l Locale) Or(fallback Locale) Locale {
	if l == "" {
		return fallback
	}
	return l
}

// Text is a text in both languages. One of them may be empty.
type Text struct {
	RU string `json:"ru,omitempty" yaml:"ru"`
	EN string `json:"en,omitempty" yaml:"en"`
}

// In returns the text in the language, else in the other one.
func (t Text) In(l Locale) string {
	if l == EN && t.EN != "" || t.RU == "" {
		return t.EN
	}
	return t.RU
}

// Empty says that there is no text in any language.
func (t Text) Empty() bool { return t.RU == "" && t.EN == "" }
