package store

import (
	"strings"
	"testing"

	"kabinet/domain"
)

func FuzzPageCursor(f *testing.F) {
	f.Add("2026-11-22 09:30:00+00", int64(7), "Nzoy")
	f.Add("", int64(-1), "!")
	f.Fuzz(func(t *testing.T, key string, id int64, typed string) {
		if !strings.ContainsRune(key, 0) {
			gotKey, gotID, err := parsePageCursor(place{SortKey: key, SortID: id}.cursor())
			if err != nil || gotKey != key || gotID != id {
				t.Errorf("%q, %d became %q, %d, %v", key, id, gotKey, gotID, err)
			}
		}
		gotKey, gotID, err := parsePageCursor(typed)
		if err != nil {
			if domain.CodeOf(err) != domain.Invalid || gotKey != "" || gotID != 0 {
				t.Errorf("%q: %q, %d, %v", typed, gotKey, gotID, err)
			}
			return
		}
		// What is taken means the same when it is written anew: a cursor says one place.
		key, id, err = parsePageCursor(place{SortKey: gotKey, SortID: gotID}.cursor())
		if err != nil || key != gotKey || id != gotID {
			t.Errorf("%q: %q, %d became %q, %d, %v", typed, gotKey, gotID, key, id, err)
		}
	})
}

func FuzzOpenSealed(f *testing.F) {
	s := &Store{secrets: []key{{1, 2, 3}}}
	f.Add("a ticket", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", uint16(3))
	f.Fuzz(func(t *testing.T, text, forged string, at uint16) {
		if got, err := s.open(sealedStatement, forged); err == nil {
			t.Fatalf("%q opens as %q", forged, got)
		}
		sealed, err := s.seal(sealedStatement, text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.open(sealedStatement, sealed); err != nil || got != text {
			t.Errorf("%q came back as %q, %v", text, got, err)
		}
		if got, err := s.open(sealedUpload, sealed); err == nil {
			t.Errorf("it opens for another purpose: %q", got)
		}
		bent := []byte(sealed)
		if i := int(at) % len(bent); bent[i] == 'A' {
			bent[i] = 'B'
		} else {
			bent[i] = 'A'
		}
		if got, err := s.open(sealedStatement, string(bent)); err == nil {
			t.Errorf("it opens with another letter at %d: %q", at, got)
		}
	})
}
