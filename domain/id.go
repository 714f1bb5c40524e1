package domain

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// GID is the global id of an object as clients see it: opaque, unique in the whole schema, readable again through node(id:).
// Kind is the GraphQL type name, N the row's number.
type GID struct {
	Kind string
	N    int64
}

// String returns the opaque form, base64url of "Kind:N".
func (g GID) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(g.Kind + ":" + strconv.FormatInt(g.N, 10)))
}

// ParseGID reads the opaque form. ok is false for anything that String would not have written.
func ParseGID(s string) (g GID, ok bool) {
	if len(s) > 100 {
		return GID{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return GID{}, false
	}
	kind, num, found := strings.Cut(string(raw), ":")
	n, err := strconv.ParseInt(num, 10, 64)
	g = GID{Kind: kind, N: n}
	if !found || kind == "" || err != nil || n <= 0 || g.String() != s { // the decoder passes over line ends
		return GID{}, false
	}
	return g, true
}

// Of returns the row number when the id is of the given kind, else 0, which no row has. Lookups by it find nothing, so an id
// of another kind reads as "not found" without a case of its own.
func (g GID) Of(kind string) int64 {
	if g.Kind != kind {
		return 0
	}
	return g.N
}
