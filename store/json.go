package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"kabinet/domain"
)

// jsonOf carries a value to and from a jsonb column. It travels as text, since binary parameters have no JSON form.
type jsonOf[T any] struct{ V T }

// Value writes the JSON text.
func (j jsonOf[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan reads the JSON text.
func (j *jsonOf[T]) Scan(src any) error {
	switch b := src.(type) {
	case []byte:
		return j.read(b)
	case string:
		return j.read([]byte(b))
	case nil:
		return nil
	}
	return fmt.Errorf("json column came as %T", src)
}

func (j *jsonOf[T]) read(b []byte) error {
	if t, isText := any(&j.V).(*domain.Text); isText && readText(b, t) {
		return nil
	}
	return json.Unmarshal(b, &j.V)
}

// readText reads a text as Postgres writes it, {"en": "Tea", "ru": "Чай"}, which most rows of most lists have several of. False, with t unchanged, leaves
// anything else, such as a text with an escape, to the JSON of the library.
func readText(b []byte, t *domain.Text) bool {
	if string(b) == "{}" {
		return true
	}
	var read domain.Text
	rest, more := bytes.CutPrefix(b, []byte("{"))
	if !more {
		return false
	}
	for more {
		if len(rest) < len(`"en": "`) || rest[0] != '"' || string(rest[3:7]) != `": "` {
			return false
		}
		value, after, closed := bytes.Cut(rest[7:], []byte{'"'})
		if !closed || bytes.IndexByte(value, '\\') >= 0 {
			return false
		}
		switch string(rest[1:3]) {
		case "en":
			read.EN = string(value)
		case "ru":
			read.RU = string(value)
		default:
			return false
		}
		if rest, more = bytes.CutPrefix(after, []byte(", ")); !more && string(after) != "}" {
			return false
		}
	}
	*t = read
	return true
}

func asJSON[T any](v T) jsonOf[T] { return jsonOf[T]{v} }

// column takes one field of every item, for unnest.
func column[T, V any](items []T, field func(T) V) []V {
	out := make([]V, len(items))
	for i, item := range items {
		out[i] = field(item)
	}
	return out
}

// byKey makes a map of rows by their key.
func byKey[K comparable, T any](rows []T, key func(T) K) map[K]T {
	out := make(map[K]T, len(rows))
	for _, r := range rows {
		out[key(r)] = r
	}
	return out
}

// groupBy makes a map of rows that share a key, in the order of the rows.
func groupBy[K comparable, T any](rows []T, key func(T) K) map[K][]T {
	out := map[K][]T{}
	for _, r := range rows {
		k := key(r)
		out[k] = append(out[k], r)
	}
	return out
}

// keysOf lists the keys of a set in order.
func keysOf(set map[int64]bool) []int64 { return slices.Sorted(maps.Keys(set)) }
