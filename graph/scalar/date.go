package scalar

import (
	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
)

// MarshalDate writes a day of the calendar.
func MarshalDate(d domain.Date) graphql.Marshaler { return quoted(string(d)) }

// UnmarshalDate reads a day of the calendar.
func UnmarshalDate(v any) (domain.Date, error) {
	s, _ := v.(string)
	d, ok := domain.ParseDate(s)
	if !ok {
		return "", invalid("a Date is written like 1990-05-24")
	}
	return d, nil
}
