package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
		return json.Unmarshal(b, &j.V)
	case string:
		return json.Unmarshal([]byte(b), &j.V)
	case nil:
		return nil
	}
	return fmt.Errorf("json column came as %T", src)
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
