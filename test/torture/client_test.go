//go:build unix

package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"kabinet/domain"
)

// person is a client: somebody with a token and a phone.
type person struct {
	world  *world
	viewer domain.Viewer
	token  string
	device string
	from   string // the network address that a proxy tells of; empty: none
}

// order is an order as its clients know it.
type order struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Lines  []struct {
		ID       string `json:"id"`
		Quantity int64  `json:"quantity"`
	} `json:"lines"`
	owner *person
}

type refusal struct {
	Code   string `json:"code"`
	Status string `json:"status"`
}

type payload struct {
	Order      *order    `json:"order"`
	UserErrors []refusal `json:"userErrors"`
}

var client = &http.Client{Timeout: 15 * time.Second}

// errFinal is an answer that no repetition would change.
var errFinal = errors.New("the request failed for good")

// post asks one server once.
func (w *world) post(ctx context.Context, s *server, p *person, query string, vars map[string]any) (json.RawMessage, error) {
	response, err := w.send(ctx, client, s, p, "application/json", query, vars)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message    string `json:"message"`
			Extensions struct {
				Retryable bool `json:"retryable"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("%s: %w", response.Status, err)
	}
	if len(answer.Errors) > 0 {
		err := fmt.Errorf("%+v", answer.Errors[0])
		if !answer.Errors[0].Extensions.Retryable {
			err = fmt.Errorf("%w: %w", errFinal, err)
		}
		return nil, err
	}
	return answer.Data, nil
}

func (w *world) send(ctx context.Context, c *http.Client, s *server, p *person, accept, query string, vars map[string]any) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.addr+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if p.from != "" {
		r.Header.Set("X-Forwarded-For", p.from)
	}
	return c.Do(r)
}

// insist asks until there is an answer, any server, always with the same key. Without one in a minute the test fails.
func (p *person) insist(r *rand.Rand, field, query string, vars map[string]any) (payload, bool) {
	w := p.world
	ctx := w.t.Context()
	for end := time.Now().Add(time.Minute); ; {
		data, err := w.post(ctx, w.servers[r.IntN(len(w.servers))], p, query, vars)
		if err == nil {
			var answer map[string]payload
			if err = json.Unmarshal(data, &answer); err == nil {
				w.count(&w.asked)
				return answer[field], true
			}
		}
		w.count(&w.again)
		if errors.Is(err, errFinal) || time.Now().After(end) || ctx.Err() != nil {
			w.t.Errorf("%s: %v", field, err)
			return payload{}, false
		}
		pause(ctx, time.Duration(10+r.IntN(60))*time.Millisecond)
	}
}

func (w *world) count(n *int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*n++
}

const (
	placeOrder = `mutation($key:ID!,$lines:[OrderLineInput!]!,$spend:Int){orderPlace(input:{idempotencyKey:$key,lines:$lines,spendPoints:$spend,note:"torture"}){
	order{id status lines{id quantity}} userErrors{code}}}`
	cancelOrder = `mutation($key:ID!,$id:ID!){orderCancel(input:{idempotencyKey:$key,orderId:$id}){
	order{id status} userErrors{code ...on ActionNotAllowedError{status}}}}`
	advanceOrder = `mutation($key:ID!,$id:ID!,$do:OrderAction!){orderAdvance(input:{idempotencyKey:$key,orderId:$id,action:$do,reason:"torture"}){
	order{id status} userErrors{code ...on ActionNotAllowedError{status}}}}`
	refundOrder = `mutation($key:ID!,$id:ID!,$lines:[OrderRefundLineInput!]){orderRefund(input:{idempotencyKey:$key,orderId:$id,lines:$lines,reason:"torture"}){
	order{id status} userErrors{code ...on ActionNotAllowedError{status}}}}`
	adjustWallet = `mutation($key:ID!,$id:ID!,$n:Int!){walletAdjust(input:{idempotencyKey:$key,customerId:$id,points:$n,reason:"torture"}){userErrors{code}}}`
)

func newKey(r *rand.Rand) string { return fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()) }

// shop is a customer who orders until ctx ends.
func (p *person) shop(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil && !p.world.t.Failed() {
		p.buy(r)
		p.world.breathe(ctx, r)
	}
}

// breathe keeps the short runs, which stand beside other tests, from taking all there is of the machine.
func (w *world) breathe(ctx context.Context, r *rand.Rand) {
	if w.span < time.Minute {
		pause(ctx, time.Duration(20+r.IntN(80))*time.Millisecond)
	}
}

// buy orders, asks again as phones do, and changes its mind.
func (p *person) buy(r *rand.Rand) {
	w := p.world
	lines := []map[string]any{}
	for _, i := range r.Perm(len(w.goods))[:1+r.IntN(len(w.goods))] {
		lines = append(lines, map[string]any{"variantId": w.goods[i].GID().String(), "quantity": 1 + r.IntN(3)})
	}
	vars := map[string]any{"key": newKey(r), "lines": lines, "spend": r.IntN(2) * r.IntN(200)}
	got, answered := p.insist(r, "orderPlace", placeOrder, vars)
	if !answered {
		return
	}
	if got.Order == nil {
		w.placed(vars["key"].(string), nil)
		return
	}
	got.Order.owner = p
	w.placed(vars["key"].(string), got.Order)
	if r.IntN(4) == 0 {
		if again, answered := p.insist(r, "orderPlace", placeOrder, vars); answered && (again.Order == nil || again.Order.ID != got.Order.ID) {
			w.t.Errorf("the same key made %s and then %+v", got.Order.ID, again)
		}
	}
	if r.IntN(4) == 0 {
		if c, answered := p.insist(r, "orderCancel", cancelOrder, map[string]any{"key": newKey(r), "id": got.Order.ID}); answered {
			w.taken(got.Order, c, "ORDER_CANCELLED")
		}
	}
}

var next = map[string][2]string{
	"NEW": {"CONFIRM", "ORDER_CONFIRMED"}, "CONFIRMED": {"START", "ORDER_STARTED"}, "IN_PROGRESS": {"MAKE_READY", "ORDER_READY"}, "READY": {"COMPLETE", "ORDER_COMPLETED"},
}

// serve is a staff member who moves orders on, refunds some and gives points away, until ctx ends.
func (p *person) serve(ctx context.Context, r *rand.Rand) {
	w := p.world
	for ; ctx.Err() == nil && !w.t.Failed(); w.breathe(ctx, r) {
		if r.IntN(10) == 0 {
			p.give(r)
			continue
		}
		o := w.anyOrder(r)
		if o == nil {
			pause(ctx, 10*time.Millisecond)
			continue
		}
		vars := map[string]any{"key": newKey(r), "id": o.ID}
		status := w.statusOf(o)
		switch step, open := next[status]; {
		case open && r.IntN(12) > 0:
			vars["do"] = step[0]
			if got, answered := p.insist(r, "orderAdvance", advanceOrder, vars); answered {
				w.taken(o, got, step[1])
			}
		case open:
			vars["do"] = "CANCEL"
			if got, answered := p.insist(r, "orderAdvance", advanceOrder, vars); answered {
				w.taken(o, got, "ORDER_CANCELLED")
			}
		case status == "COMPLETED" && r.IntN(3) == 0:
			if r.IntN(2) == 0 {
				vars["lines"] = []map[string]any{{"lineId": o.Lines[r.IntN(len(o.Lines))].ID, "quantity": 1}}
			}
			if got, answered := p.insist(r, "orderRefund", refundOrder, vars); answered {
				w.taken(o, got, "ORDER_REFUNDED")
			}
		}
	}
}

func (p *person) give(r *rand.Rand) {
	w := p.world
	to, key, points := w.people[r.IntN(len(w.people))], newKey(r), int64(50+r.IntN(500))
	vars := map[string]any{"key": key, "id": domain.GID{Kind: "Customer", N: to.viewer.CustomerID}.String(), "n": points}
	if got, answered := p.insist(r, "walletAdjust", adjustWallet, vars); answered && len(got.UserErrors) == 0 {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.given[key] = points
	}
}

// placed books what came of a key: an order, or a refusal.
func (w *world) placed(key string, o *order) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if o == nil {
		w.byKey[key] = ""
		return
	}
	w.byKey[key] = o.ID
	w.orders = append(w.orders, o)
}

// taken books a step that was acknowledged, or learns from its refusal where the order stands.
func (w *world) taken(o *order, got payload, event string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case got.Order != nil:
		w.steps[o.ID+" "+event]++
		o.Status = got.Order.Status
	case len(got.UserErrors) > 0 && got.UserErrors[0].Status != "":
		o.Status = got.UserErrors[0].Status
	}
}

func (w *world) statusOf(o *order) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return o.Status
}

// anyOrder is one of the latest orders; nil when there is none.
func (w *world) anyOrder(r *rand.Rand) *order {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.orders) == 0 {
		return nil
	}
	return w.orders[len(w.orders)-1-r.IntN(min(len(w.orders), 40))]
}
