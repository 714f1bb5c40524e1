package graph

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"kabinet/domain"
	"kabinet/graph/scalar"
	"kabinet/internal/origin"
)

// request is what is known of one HTTP request or, for a websocket, of its connection.
type request struct {
	id     string
	viewer domain.Viewer
	endsAt time.Time // when the viewer's token ends; zero when it does not
	client Client
	// cookie is where the refresh token of a browser is kept; nil where none can be.
	cookie *RefreshCookie
	// personal is set once anybody asks who is calling: such an answer is for this caller alone.
	personal atomic.Bool
	// stream is set for a websocket: many operations arrive on one request.
	stream bool
	// accept is what the caller takes as an answer.
	accept acceptance
	// lastEventID is what a client of server-sent events has seen last.
	lastEventID string
	// named says that the request named its language.
	named bool
}

// again is the same request for one more answer, of which nobody has asked yet who is calling.
func (r *request) again() *request {
	return &request{id: r.id, viewer: r.viewer, endsAt: r.endsAt, client: r.client, stream: r.stream, named: r.named}
}

// access is what the request's token gives.
func (r *request) access() domain.Access { return domain.Access{Viewer: r.viewer, EndsAt: r.endsAt} }

// Client is the program that calls.
type Client struct {
	IP        string // network address without a port; empty when not known
	UserAgent string // what the program says it is; empty when it says nothing
}

type requestKey struct{}

func withRequest(ctx context.Context, r *request, l domain.Locale) context.Context {
	return scalar.WithLocale(context.WithValue(origin.With(ctx, r.id), requestKey{}, r), l)
}

func requestFrom(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// ViewerFrom is who is calling, with the language of the request; the zero Viewer outside of a request. An answer whose making asked for the viewer
// is never served to anybody else from memory.
func ViewerFrom(ctx context.Context) domain.Viewer {
	r := requestFrom(ctx)
	r.personal.Store(true)
	v := r.viewer
	v.Locale = scalar.LocaleFrom(ctx)
	return v
}

// LocaleFrom is the language of the request. Unlike ViewerFrom it does not make an answer personal.
func LocaleFrom(ctx context.Context) domain.Locale { return scalar.LocaleFrom(ctx) }

// LastEventID is the id of the last event that a client of server-sent events has seen; empty when there is none. A client that was cut off repeats its request with it
// unchanged otherwise, so it counts rather than the cursor in the request, which is older.
func LastEventID(ctx context.Context) string { return requestFrom(ctx).lastEventID }

// RequestIDFrom is the id that a request has in logs and error answers; empty outside of a request.
func RequestIDFrom(ctx context.Context) string { return requestFrom(ctx).id }

// ClientFrom is the program that calls.
func ClientFrom(ctx context.Context) Client {
	r := requestFrom(ctx)
	r.personal.Store(true)
	return r.client
}

// RequestID takes over the id that a proxy gave when it is harmless, else makes one.
func RequestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if len(id) >= 8 && len(id) <= 64 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == "" {
		return id
	}
	return strconv.FormatUint(rand.Uint64()|1<<63, 36)
}

// RemoteIP is the address of the other end of the connection.
func RemoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// acceptedLocale is the first language of the header that Kabinet speaks, by weight; ok is false when there is none.
func acceptedLocale(header string) (l domain.Locale, ok bool) {
	if len(header) > 500 {
		return "", false
	}
	best := 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(part, ";")
		known, speaks := domain.ParseLocale(strings.TrimSpace(tag))
		if !speaks {
			continue
		}
		weight := 1.0
		if q, given := strings.CutPrefix(strings.TrimSpace(params), "q="); given {
			var err error
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		if weight > best {
			l, ok, best = known, true, weight
		}
	}
	return l, ok
}

// bearer is the token of an Authorization header or of a websocket's connection_init. given says that there was one at all, well formed or not.
func bearer(header string) (token string, given bool) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", header != ""
	}
	return strings.TrimSpace(token), true
}
