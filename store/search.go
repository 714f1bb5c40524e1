package store

import (
	"strings"
	"unicode"
)

// prefixQuery makes a tsquery of what a person typed: every word must be found as the beginning of a word. It is empty when nothing searchable
// was typed.
func prefixQuery(typed string) string {
	words := searchWords(typed)
	for i, w := range words {
		words[i] = "'" + w + "':*"
	}
	return strings.Join(words, " & ")
}

// maxSearchWords bounds how much of a long text is searched for.
const maxSearchWords = 8

// searchWords are the words a person typed, in lower case, letters and digits and what stands inside addresses. A leading plus of a phone
// is dropped.
func searchWords(typed string) []string {
	words := strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("@._-", r)
	})
	var out []string
	for _, w := range words {
		if w = strings.Trim(w, "@._-"); w != "" && len(out) < maxSearchWords {
			out = append(out, w)
		}
	}
	return out
}
