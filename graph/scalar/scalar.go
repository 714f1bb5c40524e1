// Package scalar writes and reads the scalars of the schema. A value that cannot be read is a coded Invalid error whose words name the
// form that is wanted, never the value.
package scalar

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
)

// MarshalID writes a global id in its opaque form; the zero id, which nothing has, as the empty text.
func MarshalID(id domain.GID) graphql.Marshaler {
	if id == (domain.GID{}) {
		return quoted("")
	}
	return quoted(id.String())
}

// UnmarshalID reads a global id. Text that is no id of ours becomes the zero id, which nothing has: a made-up id reads as one that does not exist.
func UnmarshalID(v any) (domain.GID, error) {
	switch v := v.(type) {
	case string:
		id, _ := domain.ParseGID(v)
		return id, nil
	case json.Number, int, int64:
		return domain.GID{}, nil
	}
	return domain.GID{}, invalid("an ID is a string")
}

// MarshalInt writes a whole number.
func MarshalInt(n int64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var digits [20]byte
		_, _ = w.Write(strconv.AppendInt(digits[:0], n, 10))
	})
}

// UnmarshalInt reads a whole number of 32 bits, the range of GraphQL's Int.
func UnmarshalInt(v any) (int64, error) {
	var n int64
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	case json.Number:
		var err error
		if n, err = v.Int64(); err != nil {
			return 0, invalid("an Int is a whole number of 32 bits")
		}
	default:
		return 0, invalid("an Int is a whole number of 32 bits")
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, invalid("an Int is a whole number of 32 bits")
	}
	return n, nil
}

// MarshalText writes a text in the language of the request.
func MarshalText(t domain.Text) graphql.ContextMarshaler {
	return graphql.ContextWriterFunc(func(ctx context.Context, w io.Writer) error {
		quoted(t.In(LocaleFrom(ctx))).MarshalGQL(w)
		return nil
	})
}

// UnmarshalText reads a text in the language of the request.
func UnmarshalText(ctx context.Context, v any) (domain.Text, error) {
	s, ok := v.(string)
	if !ok {
		return domain.Text{}, invalid("a text is a string")
	}
	if LocaleFrom(ctx) == domain.EN {
		return domain.Text{EN: s}, nil
	}
	return domain.Text{RU: s}, nil
}

// MarshalDateTime writes an instant in UTC with as many decimals of a second as it has.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var text [len(time.RFC3339Nano) + 2]byte
		b := append(text[:0], '"')
		b = t.UTC().AppendFormat(b, time.RFC3339Nano)
		_, _ = w.Write(append(b, '"'))
	})
}

// UnmarshalDateTime reads an RFC 3339 instant in UTC or with an offset, between the years 1 and 9999.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok || len(s) > 40 {
		return time.Time{}, invalid(dateTimeForm)
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return time.Time{}, invalid(dateTimeForm)
	}
	return t.UTC(), nil
}

const dateTimeForm = "a DateTime is written like 2026-11-22T09:30:00Z"

var decimalForm = regexp.MustCompile(`^-?\d{1,13}(\.\d{1,4})?$`)

// MarshalDecimal writes a decimal number as a string.
func MarshalDecimal(d domain.Decimal) graphql.Marshaler { return quoted(string(d)) }

// UnmarshalDecimal reads a decimal number. Numbers of JSON are taken too, as they were written. How many decimals a field takes is for its rule to say.
func UnmarshalDecimal(v any) (domain.Decimal, error) {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case json.Number:
		s = v.String()
	case int64:
		s = strconv.FormatInt(v, 10)
	}
	if !decimalForm.MatchString(s) {
		return "", invalid(`a Decimal is written like "1240.50"`)
	}
	return domain.Decimal(s), nil
}

// MarshalLocale writes a language tag.
func MarshalLocale(l domain.Locale) graphql.Marshaler { return quoted(string(l)) }

// UnmarshalLocale reads a language tag in any case and length, such as "RU" or "en-GB".
func UnmarshalLocale(v any) (domain.Locale, error) {
	s, _ := v.(string)
	l, ok := domain.ParseLocale(s)
	if !ok {
		return "", invalid("a Locale is ru or en")
	}
	return l, nil
}

// MarshalTimeZone writes the name of a time zone.
func MarshalTimeZone(name string) graphql.Marshaler { return quoted(name) }

// UnmarshalTimeZone reads the name of a time zone of the IANA database.
func UnmarshalTimeZone(v any) (string, error) {
	s, ok := v.(string)
	if !ok || s == "" || s == "Local" || len(s) > 64 {
		return "", invalid(timeZoneForm)
	}
	if _, err := time.LoadLocation(s); err != nil {
		return "", invalid(timeZoneForm)
	}
	return s, nil
}

const timeZoneForm = "a TimeZone is a name of the IANA database such as Europe/Moscow"

type localeKey struct{}

// WithLocale sets the language that texts of the request are written in.
func WithLocale(ctx context.Context, l domain.Locale) context.Context {
	return context.WithValue(ctx, localeKey{}, l)
}

// LocaleFrom is the language of the request; Russian when none was set.
func LocaleFrom(ctx context.Context) domain.Locale {
	l, _ := ctx.Value(localeKey{}).(domain.Locale)
	return l.Or(domain.RU)
}

// quoted writes a text as a JSON string.
func quoted(s string) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		if plain(s) {
			_, _ = io.WriteString(w, `"`)
			_, _ = io.WriteString(w, s)
			_, _ = io.WriteString(w, `"`)
			return
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			panic(fmt.Errorf("write a string as JSON: %w", err))
		}
		_, _ = w.Write(bytes.TrimRight(b.Bytes(), "\n"))
	})
}

// plain says that a text needs no escapes in JSON. Text beyond ASCII is left to the encoder, which also mends what is not UTF-8.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return false
		}
	}
	return true
}

func invalid(words string) error { return domain.Errorf(domain.Invalid, "%s", words) }
