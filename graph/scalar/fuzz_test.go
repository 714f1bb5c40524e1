package scalar_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
	"kabinet/graph/scalar"
)

// again reads a value, writes what was read, and reads that: both must be the same. Values that cannot be read must be Invalid.
func again[V comparable](t *testing.T, typed any, read func(any) (V, error), write func(V) graphql.Marshaler) {
	t.Helper()
	got, err := read(typed)
	if err != nil {
		if domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%#v: %v", typed, err)
		}
		return
	}
	var out bytes.Buffer
	write(got).MarshalGQL(&out)
	d := json.NewDecoder(&out)
	d.UseNumber()
	var written any
	if err := d.Decode(&written); err != nil {
		t.Errorf("%#v was written as no JSON: %v", typed, err)
		return
	}
	if back, err := read(written); err != nil || back != got {
		t.Errorf("%#v was read as %v, written as %v and read as %v (%v)", typed, got, written, back, err)
	}
}

func FuzzScalars(f *testing.F) {
	for _, seed := range []string{"2026-11-22T09:30:00.5+03:00", "1990-05-24", "-1240.5", "en-GB", "Europe/Moscow", "T3JkZXI6MQ", "2147483647", "1e400", "9999-12-31T23:59:60Z", "../etc/passwd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		values := []any{typed}
		if json.Valid([]byte(typed)) {
			values = append(values, json.Number(typed))
		}
		for _, v := range values {
			again(t, v, scalar.UnmarshalID, scalar.MarshalID)
			again(t, v, scalar.UnmarshalInt, scalar.MarshalInt)
			again(t, v, scalar.UnmarshalDateTime, scalar.MarshalDateTime)
			again(t, v, scalar.UnmarshalDate, scalar.MarshalDate)
			again(t, v, scalar.UnmarshalDecimal, scalar.MarshalDecimal)
			again(t, v, scalar.UnmarshalLocale, scalar.MarshalLocale)
			again(t, v, scalar.UnmarshalTimeZone, scalar.MarshalTimeZone)
		}
		// Whatever a text holds, it is written as JSON.
		var out bytes.Buffer
		if err := scalar.MarshalText(domain.Text{RU: typed}).MarshalGQLContext(t.Context(), &out); err != nil || !json.Valid(out.Bytes()) {
			t.Errorf("%q was written as %s (%v)", typed, &out, err)
		}
	})
}
