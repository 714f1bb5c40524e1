package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/internal/gallery"
	"kabinet/internal/live"
	"kabinet/internal/storage"
	"kabinet/resolvers"
	"kabinet/store"
	"kabinet/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// api is the whole schema over HTTP on a database of its own.
type api struct {
	st       *store.Store
	clock    *storetest.Clock
	url      string
	live     chan domain.Event
	pictures *gallery.Gallery
	anna     string // tokens
	boris    string
	manager  string
	massage  domain.GID // a service for 2,000.00
	honey    domain.GID // goods for 350.50, 10 in stock
	category int64
}

// tokens are viewers written as JSON.
type tokens struct{}

func (tokens) Issue(v domain.Viewer) (string, time.Time, error) {
	b, err := json.Marshal(v)
	return string(b), time.Unix(2_000_000_000, 0), err
}

func authenticate(_ context.Context, token string) (a domain.Access, err error) {
	if json.Unmarshal([]byte(token), &a.Viewer) != nil {
		return a, domain.ErrAccessEnded
	}
	return a, nil
}

// stream passes on what a test sends.
type stream chan domain.Event

func (s stream) Follow(ctx context.Context, t domain.Topic, _ *domain.Cursor, who live.Subscriber) error {
	go func() {
		defer who.End()
		for {
			select {
			case e, more := <-s:
				if !more || (t.Matches(&e) || e.Kind == domain.EventGap) && !who.Try(&e) && !who.Take(&e) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return nil
}

func newAPI(t *testing.T) *api {
	t.Helper()
	clock := storetest.NewClock()
	a := &api{clock: clock, live: make(chan domain.Event)}
	a.st = storetest.Open(t, func(c *store.Config) { c.Now = clock.Now })
	root := resolvers.New(a.st, stream(a.live), tokens{}, nil).At("https://cabinet.example.com")
	objects, err := storage.NewFolder(t.TempDir())
	must(t, err)
	a.pictures = gallery.New(a.st, objects, slog.New(slog.DiscardHandler))
	root = root.Showing(a.pictures)
	h, err := graph.NewHandler(root, graph.Options{Authenticate: authenticate, PerResponse: root.WithLoaders, CatalogVersion: a.st.CatalogVersion})
	must(t, err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	a.url = server.URL

	m, err := a.st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	must(t, err)
	staff := domain.Viewer{StaffID: m.ID, Role: m.Role}
	a.manager = token(staff)
	a.anna, a.boris = a.customer(t, "anna@example.com"), a.customer(t, "boris@example.com")
	spa, err := a.st.UpsertCategory(t.Context(), domain.Viewer{}, "spa", domain.Text{RU: "Спа", EN: "Spa"}, nil)
	must(t, err)
	a.category = spa.ID
	stock := int64(10)
	a.massage = a.product(t, staff, "massage", domain.Service, 200_000, nil)
	a.honey = a.product(t, staff, "honey", domain.Goods, 35_050, &stock)
	return a
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func token(v domain.Viewer) string {
	text, _, _ := tokens{}.Issue(v)
	return text
}

func (a *api) customer(t *testing.T, email string) string {
	t.Helper()
	id, err := a.st.AddCustomer(t.Context(), domain.NewCustomer{Name: "Имя", Email: email, Locale: domain.RU})
	must(t, err)
	return token(domain.Viewer{CustomerID: id})
}

func (a *api) product(t *testing.T, staff domain.Viewer, slug string, kind domain.ProductKind, price int64, stock *int64) domain.GID {
	t.Helper()
	p, err := a.st.CreateProduct(t.Context(), staff, slug, domain.ProductDraft{Slug: &slug, Kind: &kind, CategoryID: &a.category,
		Name: &domain.Text{RU: "Товар " + slug, EN: "Product " + slug}, Expect: &domain.Expectation{LeadTimeMinutes: 120},
	}, []domain.VariantDraft{{SKU: slug, PriceMinor: price, Stock: stock, Active: true}})
	must(t, err)
	variants, err := a.st.VariantsByProduct(t.Context(), []int64{p.ID})
	must(t, err)
	return variants[p.ID][0].GID()
}

// answer is what came back; at walks to a value in it.
type answer struct {
	t    *testing.T
	text string
	body map[string]any
}

func (a *api) ask(t *testing.T, token, query string, vars ...any) answer {
	t.Helper()
	variables := map[string]any{}
	for i := 0; i+1 < len(vars); i += 2 {
		variables[vars[i].(string)] = vars[i+1]
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	must(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url, bytes.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	got := answer{t: t, text: string(text)}
	must(t, json.Unmarshal(text, &got.body))
	return got
}

// at is the value at a dotted path below data, as text; lists by index.
func (a answer) at(path string) string {
	a.t.Helper()
	v := a.body["data"]
	for step := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(node) {
				a.t.Fatalf("no %s in %s", path, a.text)
			}
			v = node[i]
		default:
			a.t.Fatalf("no %s in %s", path, a.text)
		}
	}
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func (a answer) want(pairs ...string) answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := a.at(pairs[i]); got != pairs[i+1] {
			a.t.Errorf("%s is %s, want %s in %s", pairs[i], got, pairs[i+1], a.text)
		}
	}
	if a.body["errors"] != nil {
		a.t.Errorf("errors in %s", a.text)
	}
	return a
}

func (a answer) wantCode(code string) {
	a.t.Helper()
	if !strings.Contains(a.text, `"code":"`+code+`"`) || a.body["errors"] == nil {
		a.t.Errorf("want %s, got %s", code, a.text)
	}
}

const place = `mutation($key:ID!,$v:ID!,$n:Int!,$spend:Int){orderPlace(input:{idempotencyKey:$key,lines:[{variantId:$v,quantity:$n}],spendPoints:$spend}){
	order{id number status total{amount currencyCode} pointsSpent pointsToEarn version availableActions promiseState customer{id}
		lines{id sku name quantity subtotal{amount} variant{id product{category{name}}}} timeline{nodes{id kind text public}}}
	userErrors{__typename code message field ...on OutOfStockError{available variantId} ...on InsufficientPointsError{available}}}}`

func (a *api) place(t *testing.T, token, key string) (id, number string) {
	t.Helper()
	got := a.ask(t, token, place, "key", key, "v", a.honey.String(), "n", 2)
	return got.at("orderPlace.order.id"), got.at("orderPlace.order.number")
}

const advance = `mutation($key:ID!,$id:ID!,$do:OrderAction!){orderAdvance(input:{idempotencyKey:$key,orderId:$id,action:$do}){
	order{status version} userErrors{code ...on ActionNotAllowedError{status availableActions}}}}`

func (a *api) complete(t *testing.T, id string) {
	t.Helper()
	for _, do := range []string{"CONFIRM", "START", "MAKE_READY", "COMPLETE"} {
		a.ask(t, a.manager, advance, "key", id+do, "id", id, "do", do).want("orderAdvance.userErrors", "[]")
	}
}
