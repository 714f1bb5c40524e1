// Package graph serves the schema: transports, limits, who may call what, what errors look like, and answers from memory that are never stale. What
// the fields mean is in package resolvers; the executor (*_gen.go) is generated from graph/schema.
package graph

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
	"kabinet/graph/scalar"
)

// Options is how the schema is served. The zero Options serve callers who have not signed in, with the default limits and no memory of answers.
type Options struct {
	// Authenticate reads what a token gives. An error coded Unauthenticated says that the token is not valid. Nil refuses every token.
	Authenticate func(ctx context.Context, token string) (domain.Access, error)
	// Rights knows which tokens count no more though they are valid. Nil: none.
	Rights *Rights
	// PerResponse prepares the context of each response, which is where loaders belong: a subscription has many responses. Nil does nothing.
	PerResponse func(ctx context.Context) context.Context
	// CatalogVersion reads what grows with each change of the catalogue. Nil turns the memory of answers off.
	CatalogVersion func(ctx context.Context) (int64, error)
	// CacheBytes bounds the memory of answers. Default 64 MiB.
	CacheBytes int64
	// ClientIP finds the caller's network address. Default: the other end of the connection.
	ClientIP func(r *http.Request) string
	// Origins are those whose pages may call besides the server's own, for example "https://app.example.com".
	Origins []string
	// Documents are the documents that clients may name by id.
	Documents map[string]string
	// Trust says who may send other documents.
	Trust TrustedDocuments
	// Introspection shows the schema to everyone and adds "did you mean" to errors; for development.
	Introspection bool
	// Locale is the language of callers who name none. Default Russian.
	Locale domain.Locale
	Limits Limits
	Rate   Rate
	Gate   Gate
	// Ping is how often a silent stream is pinged; a websocket that does not answer two pings is closed. Default 20 s.
	Ping time.Duration
	// WriteTimeout is how long one write to a stream may take before the client counts as gone. Default 10 s.
	WriteTimeout time.Duration
	// InitTimeout is how long a new websocket may take to introduce itself. Default 10 s.
	InitTimeout time.Duration
	// Extensions are added to the executor. Default: none.
	Extensions []graphql.HandlerExtension
	// Watch hears what is done, to count it. Default: nobody.
	Watch Watch
	// Patience is how long a query or a mutation may take; what takes longer is given up. Default 6 s.
	Patience time.Duration
	// Log gets what clients must not see. Default slog.Default().
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Authenticate == nil {
		o.Authenticate = func(context.Context, string) (domain.Access, error) { return domain.Access{}, domain.ErrAccessEnded }
	}
	if o.Rights == nil {
		o.Rights = NewRights(RightsConfig{})
	}
	if o.PerResponse == nil {
		o.PerResponse = func(ctx context.Context) context.Context { return ctx }
	}
	if o.ClientIP == nil {
		o.ClientIP = RemoteIP
	}
	if o.Watch == nil {
		o.Watch = unwatched{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 64 << 20
	}
	for _, d := range []struct {
		value     *time.Duration
		otherwise time.Duration
	}{{&o.Ping, 20 * time.Second}, {&o.WriteTimeout, 10 * time.Second}, {&o.InitTimeout, 10 * time.Second},
		{&o.Patience, 6 * time.Second}} {
		if *d.value == 0 {
			*d.value = d.otherwise
		}
	}
	o.Locale = o.Locale.Or(domain.RU)
	o.Limits = o.Limits.withDefaults()
	return o
}

// Handler serves the schema at one address: POST and GET, server-sent events and graphql-transport-ws.
type Handler struct {
	options   Options
	exec      *executor.Executor
	errors    presenter
	rates     *rateLimiter
	documents *documents
	door      *gate
	gate      *ReadGate[int64] // nil without memory of answers
	cache     *answerCache
	sockets   *sockets
	crowd     crowd
	streams   atomic.Int64 // subscriptions that run

	renderings renderings
}

// catalogVersionTimeout bounds the query of the version; when it fails, answers are made anew.
const catalogVersionTimeout = 2 * time.Second

// NewHandler serves the resolvers under root.
func NewHandler(root ResolverRoot, options Options) (*Handler, error) {
	o := options.withDefaults()
	rates, err := newRateLimiter(o.Rate)
	if err != nil {
		return nil, err
	}
	h := &Handler{options: o, errors: presenter{o.Log, o.Watch}, rates: rates, documents: newDocuments(o.Documents, o.Trust), door: newGate(o.Gate)}
	if o.CatalogVersion != nil {
		h.gate = NewReadGate(o.CatalogVersion, catalogVersionTimeout)
		h.cache = newAnswerCache(o.CacheBytes)
	}
	h.exec = h.newExecutor(NewExecutableSchema(Config{Resolvers: root, Directives: directives()}))
	h.crowd.held = map[caller]int{}
	h.sockets = &sockets{h: h, open: map[*socket]struct{}{}}
	h.renderings.byKey = map[sharedKey]*rendering{}
	return h, nil
}

// Schema is the schema as served.
func Schema() *ast.Schema { return NewExecutableSchema(Config{}).Schema() }

func (h *Handler) newExecutor(schema graphql.ExecutableSchema) *executor.Executor {
	e := executor.New(schema)
	e.SetErrorPresenter(h.errors.present)
	e.SetRecoverFunc(h.errors.recovered)
	e.SetQueryCache(shortKeys[*ast.QueryDocument]{lru.New[*ast.QueryDocument](1000)})
	e.SetParserTokenLimit(h.options.Limits.Tokens)
	e.SetDisableSuggestion(!h.options.Introspection)
	if h.options.Introspection {
		e.Use(extension.Introspection{})
	}
	e.Use(limiter{limits: h.options.Limits, introspection: h.options.Introspection, rates: h.rates})
	e.Use(h.documents)
	e.Use(extension.AutomaticPersistedQuery{Cache: shortKeys[string]{lru.New[string](1000)}})
	for _, extension := range h.options.Extensions {
		e.Use(extension)
	}
	e.Use(handler.ResponseFunc(h.watched))
	e.Use(handler.OperationFunc(h.inContext))
	e.Use(handler.OperationFunc(h.lastWords))
	e.Use(handler.ResponseFunc(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(h.options.PerResponse(ctx))
	}))
	// What one mutation loaded is stale after the next one of the same document.
	e.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
			ctx = h.options.PerResponse(ctx)
		}
		return next(ctx)
	})
	return e
}

// inContext sets the language that an operation names for itself.
func (h *Handler) inContext(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	named := op.Operation.Directives.ForName("inContext")
	if named == nil {
		return next(ctx)
	}
	l, err := scalar.UnmarshalLocale(named.ArgumentMap(op.Variables)["language"])
	if err != nil {
		return h.oneError(ctx, err)
	}
	return next(scalar.WithLocale(ctx, l))
}

// ServeHTTP finds out who calls and hands the request to its transport.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req := &request{id: RequestID(r), client: Client{IP: h.options.ClientIP(r), UserAgent: r.UserAgent()}, accept: accepts(r.Header.Get("Accept"))}
	w.Header().Set("X-Request-Id", req.id)
	arriveWithin(w, r, bodyTimeout)
	locale, named := acceptedLocale(r.Header.Get("Accept-Language"))
	req.named = named
	ctx := withRequest(r.Context(), req, locale.Or(h.options.Locale))
	defer func() {
		if p := recover(); p != nil {
			h.refuse(ctx, w, r, http.StatusInternalServerError, h.errors.recovered(ctx, p))
		}
	}()
	if !h.originAllowed(r) {
		h.refuse(ctx, w, r, http.StatusForbidden, &domain.Error{Code: domain.Forbidden, Message: "pages of this origin may not call this server", Limit: "origin"})
		return
	}
	if token, given := bearer(r.Header.Get("Authorization")); given {
		if err := h.authenticate(ctx, req, token); err != nil {
			h.refuse(ctx, w, r, statusOf(err), err)
			return
		}
		if !named && req.viewer.Locale != "" {
			ctx = scalar.WithLocale(ctx, req.viewer.Locale)
		}
	}
	if wait := h.rates.take(req); wait > 0 {
		h.refuse(ctx, w, r, http.StatusTooManyRequests, &domain.Error{Code: domain.RateLimited, Message: "too many requests", RetryAfter: wait, Limit: "rate"})
		return
	}
	h.route(w, r.WithContext(graphql.StartOperationTrace(ctx)), req)
}

// authenticate finds out whose request it is by a token that counts.
func (h *Handler) authenticate(ctx context.Context, req *request, token string) error {
	access, err := h.options.Authenticate(ctx, token)
	if err == nil {
		err = h.options.Rights.check(access.Viewer)
	}
	if err != nil {
		return err
	}
	req.viewer, req.endsAt = access.Viewer, access.EndsAt
	return nil
}

func (h *Handler) route(w http.ResponseWriter, r *http.Request, req *request) {
	switch {
	case h.sockets.Supports(r):
		h.serveWebsocket(w, r)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allowed)
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodPost && r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", allowed)
		h.refuse(r.Context(), w, r, http.StatusMethodNotAllowed, domain.Errorf(domain.Invalid, "use POST"))
	case req.accept == acceptance{}:
		h.refuse(r.Context(), w, r, http.StatusNotAcceptable, errUnacceptable)
	case r.Method == http.MethodPost:
		req.cookie = refreshCookie(w, r)
		h.servePost(w, r)
	default:
		h.serveGet(w, r)
	}
}

const allowed = "GET, HEAD, OPTIONS, POST"

// refuse answers a request of which nothing was executed. An error that says when to come again says so in the header, too.
func (h *Handler) refuse(ctx context.Context, w http.ResponseWriter, r *http.Request, status int, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	var coded *domain.Error
	if errors.As(err, &coded) && coded.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(coded.RetryAfter.Seconds()))))
	}
	h.write(w, r.WithContext(ctx), status, &graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, err)}})
}

func statusOf(err error) int {
	code := domain.CodeOf(err)
	if code == domain.Internal && errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return statusOfCode(code)
}

func statusOfCode(code domain.Code) int {
	switch code {
	case domain.Unauthenticated:
		return http.StatusUnauthorized
	case domain.Forbidden:
		return http.StatusForbidden
	case domain.RateLimited:
		return http.StatusTooManyRequests
	case domain.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// shortKeys keeps only entries with short keys and values, so that a number of entries is a bound of memory too.
type shortKeys[T any] struct{ graphql.Cache[T] }

// Add keeps the value unless it is large.
func (c shortKeys[T]) Add(ctx context.Context, key string, value T) {
	text, _ := any(value).(string)
	if len(key)+len(text) <= 16<<10 {
		c.Cache.Add(ctx, key, value)
	}
}
