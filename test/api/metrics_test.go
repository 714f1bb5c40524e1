package api_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// metrics are the values of a server's metrics, by name and labels.
func (s *server) metrics(t *testing.T) map[string]float64 {
	t.Helper()
	response, err := client.Get(s.admin + "/metrics")
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("metrics: %d", response.StatusCode)
	}
	values := map[string]float64{}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if at := strings.LastIndexByte(lines.Text(), ' '); at > 0 && lines.Text()[0] != '#' {
			values[lines.Text()[:at]], err = strconv.ParseFloat(lines.Text()[at+1:], 64)
			must(t, err)
		}
	}
	must(t, lines.Err())
	return values
}

func TestMetrics_CountWhatWasAskedFailedLimitedAndSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	a := s.as(t, anna)
	follow := a.followWS(t, customerEventsDoc)
	eventually(t, "the subscription is counted", func() bool { return s.metrics(t)[`kabinet_subscriptions{field="customerEvents"}`] == 1 })
	a.place(t, "one")
	follow.next(t)
	const page = `{products(first:2){nodes{slug}}}`
	for range 3 {
		s.as(t, nobody).ask(t, page)
	}
	s.as(t, nobody).ask(t, `{a:products(first:100){nodes{variants{product{variants{product{variants{product{slug}}}}}}}}}`)
	s.as(t, nobody).ask(t, `{viewer{customer{id}} business{name}}`)
	s.as(t, operator).ask(t, `{desk{orders(first:1){nodes{id}}}}`)
	want := map[string]float64{
		`kabinet_operations_total{field="orderPlace",kind="mutation",result="answered"}`: 1,
		`kabinet_operations_total{field="products",kind="query",result="answered"}`:      1,
		`kabinet_operations_total{field="products",kind="memory",result="answered"}`:     2,
		`kabinet_operations_total{field="products",kind="refused",result="failed"}`:      1,
		`kabinet_operations_total{field="several",kind="query",result="answered"}`:       1,
		`kabinet_operations_total{field="desk.orders",kind="query",result="answered"}`:   1,
		`kabinet_operation_seconds_count{kind="memory"}`:                                 2,
		`kabinet_cache_answers_total{result="hit"}`:                                      2,
		`kabinet_limited_total{limit="cost"}`:                                            1,
		`kabinet_errors_total{code="INVALID"}`:                                           1,
		`kabinet_errors_total{code="INTERNAL"}`:                                          0,
		`kabinet_event_delivered_seconds_count{field="customerEvents"}`:                  1,
		`kabinet_messages_total{channel="email",result="sent"}`:                          2,
		`kabinet_message_seconds_count{channel="email"}`:                                 2,
		`kabinet_database_up`: 1,
		`kabinet_sockets`:     1,
	}
	var missing []string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("not counted as they should be: %q", missing)
		}
	})
	eventually(t, "everything is counted", func() bool {
		have := s.metrics(t)
		missing = nil
		for name, value := range want {
			if have[name] != value {
				missing = append(missing, fmt.Sprintf("%s %v", name, have[name]))
			}
		}
		return len(missing) == 0 && have[`kabinet_job_runs_total{kind="push.events",result="done"}`] >= 1 && have[`kabinet_event_handed_seconds_count`] >= 1
	})
}

// Names and aliases are the caller's own, so they must not become labels.
func TestMetrics_ArePastTheReachOfWhoeverMakesUpNames(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	n := s.as(t, nobody)
	n.ask(t, `query Name {business{name}}`)
	n.ask(t, `query Name {nothing}`)
	ofOperations := func() (series int) {
		for name := range s.metrics(t) {
			if !strings.HasPrefix(name, "kabinet_job") { // upkeep goes on
				series++
			}
		}
		return series
	}
	before := ofOperations()
	for i := range 40 {
		n.ask(t, fmt.Sprintf(`query Name%d {alias%d: business{name}}`, i, i))
		n.ask(t, fmt.Sprintf(`query Name%d {nothing%d}`, i, i))
	}
	if after := ofOperations(); after > before+2 {
		t.Errorf("%d series became %d", before, after)
	}
}
