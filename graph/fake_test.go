package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is the few resolvers that the machinery is tested with; fields that it does not have panic.
type world struct {
	graph.ResolverRoot
	executed atomic.Int64 // how often the catalogue was really read
	price    atomic.Int64
	version  atomic.Int64
	broken   atomic.Bool // the version cannot be read
	personal atomic.Bool // the catalogue asks who is calling
	events   func(ctx context.Context) (<-chan model.Event, error)

	rendered atomic.Int64 // how often the product of an event was read
	failing  atomic.Bool  // it cannot be read
	slow     func(ctx context.Context)
}

type (
	worldQuery struct {
		graph.QueryResolver
		world *world
	}
	worldMutation struct {
		graph.MutationResolver
		world *world
	}
	worldStream struct {
		graph.SubscriptionResolver
		world *world
	}
	worldProduct struct {
		graph.ProductResolver
		world *world
	}
	worldViewer       struct{ world *world }
	worldProductEvent struct{ world *world }
)

func (w *world) Query() graph.QueryResolver               { return worldQuery{world: w} }
func (w *world) Mutation() graph.MutationResolver         { return worldMutation{world: w} }
func (w *world) Subscription() graph.SubscriptionResolver { return worldStream{world: w} }
func (w *world) Product() graph.ProductResolver           { return worldProduct{world: w} }
func (w *world) Viewer() graph.ViewerResolver             { return worldViewer{world: w} }
func (w *world) ProductEvent() graph.ProductEventResolver { return worldProductEvent{world: w} }

func (w worldQuery) Products(
	ctx context.Context, _ *int64, _ *string, _ *int64, _ *string, _ *model.ProductWhere, search *string, _ *model.ProductOrder,
) (model.ProductConnection, error) {
	w.world.executed.Add(1)
	if w.world.personal.Load() {
		graph.ViewerFrom(ctx)
	}
	price := w.world.price.Load()
	p := domain.Product{ID: 1, Name: domain.Text{RU: "Чай <улун>", EN: "Tea"}, PriceMinor: &price, CurrencyCode: "RUB"}
	switch term := search; {
	case term == nil:
	case *term == "go error":
		return model.ProductConnection{}, errors.New("pq: secret of the database")
	case *term == "slow":
		w.world.slow(ctx)
	case *term == "panic":
		panic("secret of the program")
	case *term == "busy":
		return model.ProductConnection{}, &domain.Error{Code: domain.RateLimited, Message: "slower", RetryAfter: 1500 * time.Millisecond}
	case *term == "refused":
		return model.ProductConnection{}, domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Rule: "timeZone"})
	}
	return model.ProductConnection{Nodes: []domain.Product{p}, Edges: []model.ProductEdge{{Cursor: "c", Node: p}}}, nil
}

func (w worldQuery) Node(_ context.Context, id domain.GID) (model.Node, error) {
	if id.Of("Category") == 0 {
		return nil, nil
	}
	return domain.Category{ID: id.N, Slug: "tea"}, nil
}

func (w worldQuery) Viewer(ctx context.Context) (domain.Viewer, error) {
	return graph.ViewerFrom(ctx), nil
}

func (w worldQuery) Desk(context.Context) (model.Desk, error) { return model.Desk{}, nil }

func (w worldViewer) Customer(_ context.Context, v *domain.Viewer) (*domain.Customer, error) {
	if v.CustomerID == 0 {
		return nil, nil
	}
	return &domain.Customer{ID: v.CustomerID, Locale: v.Locale}, nil
}

func (w worldViewer) Staff(context.Context, *domain.Viewer) (*domain.StaffMember, error) {
	return nil, nil
}

func (w worldProduct) Availability(context.Context, *domain.Product) (domain.Availability, error) {
	return domain.Available, nil
}

func (w worldMutation) OrderPlace(_ context.Context, in model.OrderPlaceInput) (model.OrderPlacePayload, error) {
	return model.OrderPlacePayload{UserErrors: model.UserErrors(domain.Refused{
		{Code: domain.CodeOutOfStock, Field: []string{"lines", "0", "quantity"}, VariantID: in.Lines[0].VariantID.N, Available: 2},
	}, domain.EN)}, nil
}

func (w worldMutation) WalletAdjust(context.Context, model.WalletAdjustInput) (model.WalletAdjustPayload, error) {
	return model.WalletAdjustPayload{UserErrors: []model.UserError{}}, nil
}

// whoSees is what the product of an event is called for each token when the world is personal.
var whoSees = map[string]string{"customer": "for customer 5", "operator": "for staff 6", "manager": "for staff 7"}

func (w worldProductEvent) Product(ctx context.Context, _ *model.ProductEvent) (*domain.Product, error) {
	w.world.rendered.Add(1)
	if w.world.slow != nil {
		w.world.slow(ctx)
	}
	name := domain.Text{RU: "Чай", EN: "Tea"}
	if w.world.personal.Load() {
		v := graph.ViewerFrom(ctx)
		name.RU = fmt.Sprint("for customer ", v.CustomerID)
		if v.StaffID != 0 {
			name.RU = fmt.Sprint("for staff ", v.StaffID)
		}
		name.EN = name.RU
	}
	if w.world.failing.Load() {
		return nil, errors.New("cannot be read")
	}
	return &domain.Product{ID: 1, Name: name}, nil
}

func (w worldStream) CustomerEvents(ctx context.Context, _ *string) (<-chan model.Event, error) {
	return w.world.events(ctx)
}

var variantID = domain.GID{Kind: "ProductVariant", N: 3}.String()

// signIn knows three tokens.
func signIn(_ context.Context, token string) (a domain.Access, err error) {
	switch token {
	case "customer":
		a.Viewer = domain.Viewer{CustomerID: 5, SessionID: 1, Locale: domain.EN}
	case "operator":
		a.Viewer = domain.Viewer{StaffID: 6, SessionID: 2, Role: domain.Operator}
	case "manager":
		a.Viewer = domain.Viewer{StaffID: 7, SessionID: 3, Role: domain.Manager}
	default:
		err = domain.ErrAccessEnded
	}
	return a, err
}

// served is a server over a world, with its log.
type served struct {
	*world
	url     string
	log     *lockedBuffer
	handler *graph.Handler
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func serve(t testing.TB, change func(*graph.Options)) served {
	t.Helper()
	w := &world{}
	w.price.Store(100)
	w.version.Store(1)
	log := &lockedBuffer{}
	o := graph.Options{Authenticate: signIn, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		CatalogVersion: func(context.Context) (int64, error) {
			if w.broken.Load() {
				return 0, errors.New("no database")
			}
			return w.version.Load(), nil
		}}
	if change != nil {
		change(&o)
	}
	h, err := graph.NewHandler(w, o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return served{world: w, url: server.URL, log: log, handler: h}
}

type reply struct {
	status int
	header http.Header
	body   string
}

// code is extensions.code of the first error; empty when there is none.
func (r reply) code() string {
	var body struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if json.Unmarshal([]byte(r.body), &body) != nil || len(body.Errors) == 0 {
		return ""
	}
	return body.Errors[0].Extensions.Code
}

func (s served) ask(t testing.TB, query string, headers ...string) reply {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	return s.send(t, http.MethodPost, "", string(body), headers...)
}

func (s served) send(t testing.TB, method, query, body string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}
