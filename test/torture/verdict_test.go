//go:build unix

package torture

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kabinet/domain"
)

// judge compares what clients, subscribers and phones were told with what the database holds.
func (w *world) judge() {
	w.t.Helper()
	if len(w.byKey) < 10 || w.broken < 2 {
		w.t.Errorf("only %d orders and %d faults: nothing was tortured", len(w.byKey), w.broken)
	}
	w.judgeOrders()
	w.judgeSteps()
	w.judgePoints()
	w.judgeStock()
	w.judgeGuests()
	for _, s := range w.tails {
		w.judgeTail(s)
	}
	w.judgePushes()
}

func (w *world) list(dest any, query string, args ...any) {
	w.t.Helper()
	check(w.t, w.st.DB().SelectContext(w.t.Context(), dest, query, args...))
}

func (w *world) number(query string, args ...any) (n int64) {
	w.t.Helper()
	check(w.t, w.st.DB().GetContext(w.t.Context(), &n, query, args...))
	return n
}

// judgeOrders: every acknowledged order exists, no other one does, and a refused key made none.
func (w *world) judgeOrders() {
	w.t.Helper()
	var rows []struct {
		Key string `db:"key"`
		ID  int64  `db:"id"`
	}
	w.list(&rows, `select k.key, o.id from idempotency_key k join orders o on o.id = k.result_id where k.operation = 'orderPlace'`)
	made := map[string]string{}
	for _, row := range rows {
		made[row.Key] = domain.GID{Kind: "Order", N: row.ID}.String()
	}
	acknowledged := 0
	for key, id := range w.byKey {
		if made[key] != id {
			w.t.Errorf("the key %s was answered with %q and made %q", key, id, made[key])
		}
		if id != "" {
			acknowledged++
		}
	}
	if n := w.number(`select count(*) from orders`); n != int64(acknowledged) || len(made) != acknowledged {
		w.t.Errorf("%d orders and %d keys for %d acknowledged orders", n, len(made), acknowledged)
	}
}

// judgeSteps: what was acknowledged happened, as often as it was acknowledged, and nothing else.
func (w *world) judgeSteps() {
	w.t.Helper()
	var rows []struct {
		OrderID int64  `db:"order_id"`
		Kind    string `db:"kind"`
		N       int    `db:"n"`
	}
	w.list(&rows, `select order_id, kind, count(*) as n from event where order_id is not null and kind like 'ORDER\_%' and kind <> 'ORDER_PLACED' group by order_id, kind`)
	happened := map[string]int{}
	for _, row := range rows {
		happened[domain.GID{Kind: "Order", N: row.OrderID}.String()+" "+row.Kind] = row.N
	}
	for step, n := range w.steps {
		if happened[step] != n {
			w.t.Errorf("%s was acknowledged %d times and happened %d times", step, n, happened[step])
		}
	}
	if len(happened) != len(w.steps) {
		w.t.Errorf("%d steps happened, %d were acknowledged", len(happened), len(w.steps))
	}
	if twice := w.number(`select count(*) from (select 1 from event where kind = 'ORDER_PLACED' group by order_id having count(*) > 1) e`); twice > 0 {
		w.t.Errorf("%d orders were told of twice", twice)
	}
}

// judgePoints: every gift is there once, and the ledger sums to 0.
func (w *world) judgePoints() {
	w.t.Helper()
	var given int64
	for _, n := range w.given {
		given += n
	}
	if n, sum := w.number(`select count(*) from transfer where cause = 'ADJUSTED'`), w.number(`select coalesce(sum(points), 0) from transfer where cause = 'ADJUSTED'`); n != int64(len(w.given)) || sum != given {
		w.t.Errorf("%d gifts of %d points, acknowledged were %d of %d", n, sum, len(w.given), given)
	}
	if sum := w.number(`select coalesce(sum(points), 0) from entry`); sum != 0 {
		w.t.Errorf("the ledger sums to %d", sum)
	}
}

// judgeStock: what left the stock is in orders that stand.
func (w *world) judgeStock() {
	w.t.Helper()
	for _, v := range w.goods {
		if v.Stock == nil {
			continue
		}
		sold := w.number(`
select coalesce(sum(l.quantity - l.refunded_quantity), 0)::bigint
  from order_line l
  join orders o on o.id = l.order_id
 where l.variant_id = $1 and o.status <> 'CANCELLED'`, v.ID)
		if left := w.number(`select on_hand from stock where variant_id = $1`, v.ID); left+sold != firstStock {
			w.t.Errorf("%s: %d left and %d sold of %d", v.SKU, left, sold, firstStock)
		}
	}
}

// judgeTail: the subscriber saw every event of its topic, once and in order.
func (w *world) judgeTail(s *tail) {
	w.t.Helper()
	var want []string
	for end := time.Now().Add(20 * time.Second); ; pause(w.t.Context(), 20*time.Millisecond) {
		var seqs []int64
		w.list(&seqs, `select coalesce(seq, 0) from event where (customer_id = $1 or $1 = 0 and desk) order by seq`, s.owner)
		want = nil
		for _, seq := range seqs {
			want = append(want, domain.Cursor{Seq: seq}.String())
		}
		got := s.seen()[1:]
		if slices.Equal(got, want) {
			break
		}
		if len(got) > len(want) || time.Now().After(end) {
			w.t.Errorf("%s of customer %d: saw %d events of %d; %s", s.topic, s.owner, len(got), len(want), difference(got, want))
			return
		}
	}
	if s.gaps > 0 || len(want) == 0 {
		w.t.Errorf("%s of customer %d: %d gaps in %d events", s.topic, s.owner, s.gaps, len(want))
	}
}

// difference says where two lists part.
func difference(got, want []string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	return fmt.Sprintf("from place %d on saw %v, want %v", i, got[i:min(len(got), i+5)], want[i:min(len(want), i+5)])
}

// told are the events that customers hear of on their phones; the staff hears of new orders.
var told = []string{"ORDER_CONFIRMED", "ORDER_STARTED", "ORDER_READY", "ORDER_COMPLETED", "ORDER_CANCELLED", "ORDER_REFUNDED"}

// judgePushes: every alert arrived, or still waits in the queue or on its dead list. One may have come twice when a kill fell between its
// delivery and its end, so there are at most as many of those as were under way at the kills.
func (w *world) judgePushes() {
	w.t.Helper()
	var events []struct {
		ID         int64  `db:"id"`
		Seq        int64  `db:"seq"`
		Kind       string `db:"kind"`
		CustomerID int64  `db:"customer_id"`
	}
	w.list(&events, `select id, seq, kind, customer_id from event where order_id is not null`)
	devices := map[int64]string{}
	for _, p := range slices.Concat(w.people, w.guests) {
		devices[p.viewer.CustomerID] = p.device
	}
	missing := []string{}
	for end := time.Now().Add(15 * time.Second); ; pause(w.t.Context(), 50*time.Millisecond) {
		waiting := w.waiting()
		arrived := map[string]int{}
		for _, m := range w.fcm.Messages() {
			arrived[m.Token+" "+m.Data["cursor"]]++
		}
		missing = missing[:0]
		for _, e := range events {
			var device string
			switch {
			case e.Kind == "ORDER_PLACED":
				device = w.staff.device
			case slices.Contains(told, e.Kind):
				device = devices[e.CustomerID]
			default:
				continue
			}
			alert := device + " " + domain.Cursor{Seq: e.Seq}.String()
			if arrived[alert] == 0 && !waiting[alert] && !waiting[fmt.Sprint(e.ID)] {
				missing = append(missing, alert)
			}
		}
		if len(missing) == 0 {
			w.judgeRepeats(arrived)
			return
		}
		if time.Now().After(end) {
			w.t.Errorf("%d alerts are lost, such as %s", len(missing), strings.Join(missing[:min(len(missing), 5)], "; "))
			return
		}
	}
}

// waiting names what is queued or dead: events whose alerts were not made yet, and alerts that were not delivered yet.
func (w *world) waiting() map[string]bool {
	w.t.Helper()
	var names []string
	w.list(&names, `
select concat_ws(' ', args ->> 'Token', args ->> 'Cursor') from job where kind = 'push.send'
union all
select args ->> 'event' from job where kind = 'push.event'
union all
select jsonb_array_elements_text(args -> 'events') from job where kind = 'push.events'
union all
select id::text from event where push`)
	out := map[string]bool{}
	for _, name := range names {
		out[name] = true
	}
	return out
}

// judgeGuests: claims hold, codes arrived or wait, pictures are there.
func (w *world) judgeGuests() {
	w.t.Helper()
	var claims []struct {
		CustomerID int64 `db:"customer_id"`
		InviterID  int64 `db:"inviter_id"`
	}
	w.list(&claims, `select customer_id, inviter_id from referral`)
	if len(claims) != len(w.claims) {
		w.t.Errorf("%d claims, %d were acknowledged", len(claims), len(w.claims))
	}
	for _, c := range claims {
		if w.claims[c.CustomerID] != c.InviterID {
			w.t.Errorf("customer %d was invited by %d, acknowledged was %d", c.CustomerID, c.InviterID, w.claims[c.CustomerID])
		}
	}
	var pictures []int64
	w.list(&pictures, `select id from picture_file`)
	there := map[string]bool{}
	for _, id := range pictures {
		there[domain.GID{Kind: "Picture", N: id}.String()] = true
	}
	for _, id := range w.pictures {
		if !there[id] {
			w.t.Errorf("the picture %s is gone", id)
		}
	}
	w.judgeCodes()
}

func (w *world) judgeCodes() {
	w.t.Helper()
	if w.mail == nil {
		return
	}
	var missing []string
	for end := time.Now().Add(15 * time.Second); ; pause(w.t.Context(), 50*time.Millisecond) {
		var waiting []string
		w.list(&waiting, `select args ->> 'address' from job where kind = 'signin.code'`)
		told := map[string]bool{}
		for _, address := range waiting {
			told[address] = true
		}
		for _, l := range w.mail.Letters() {
			told[l.To[0]] = true
		}
		missing = slices.DeleteFunc(slices.Clone(w.codes), func(address string) bool { return told[address] })
		if len(missing) == 0 {
			return
		}
		if time.Now().After(end) {
			w.t.Errorf("%d codes are lost, such as %s", len(missing), missing[0])
			return
		}
	}
}

const alertsAtOnce = 8 // of one process

func (w *world) judgeRepeats(arrived map[string]int) {
	w.t.Helper()
	repeats := 0
	for _, n := range arrived {
		repeats += n - 1
	}
	if repeats > w.spare {
		w.t.Errorf("%d alerts came again, more than the %d that may have been under way at the faults", repeats, w.spare)
	}
	w.t.Logf("%d alerts arrived, %d of them again", len(arrived), repeats)
}
