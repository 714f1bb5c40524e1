package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"kabinet/graph"
	"kabinet/internal/live"
	"kabinet/store/storetest"
)

// listing is a registry that remembers what was registered, also what has no values yet.
type listing struct {
	*prometheus.Registry
	names []string
}

var fullName = regexp.MustCompile(`fqName: "(\w+)"`)

func (l *listing) MustRegister(all ...prometheus.Collector) {
	l.Registry.MustRegister(all...)
	for _, c := range all {
		descs := make(chan *prometheus.Desc, 1000)
		c.Describe(descs)
		close(descs)
		for d := range descs {
			l.names = append(l.names, fullName.FindStringSubmatch(d.String())[1])
		}
	}
}

// registered are the names of our metrics of a server.
func registered(t *testing.T) []string {
	t.Helper()
	st := storetest.Open(t)
	l := &listing{Registry: prometheus.NewRegistry()}
	s := &server{st: st, metrics: newMetrics(st, l), graph: &graph.Handler{}}
	s.watchParts(live.New(live.Config{Source: st}))
	return slices.DeleteFunc(l.names, func(name string) bool { return !strings.HasPrefix(name, "kabinet_") })
}

func TestMetrics_AreAllDocumentedAndNoOthers(t *testing.T) {
	t.Parallel()
	names := registered(t)
	if len(names) < 25 {
		t.Fatalf("only %d metrics: %q", len(names), names)
	}
	documented := map[string]bool{}
	for _, row := range strings.Split(page(t, "docs/operations/metrics.md"), "\n") {
		if cells := strings.Split(row, "|"); len(cells) > 2 {
			for _, name := range regexp.MustCompile("`(kabinet_\\w+)`").FindAllStringSubmatch(cells[1], -1) {
				documented[name[1]] = true
			}
		}
	}
	for _, name := range names {
		if !documented[name] {
			t.Errorf("docs/operations/metrics.md does not tell of %s", name)
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Errorf("docs/operations/metrics.md tells of %s, which there is not", name)
	}
}

func TestMetrics_OutageOfTheDatabaseIsAMetric(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	r := prometheus.NewRegistry()
	r.MustRegister(databaseCollector{st})
	value := func() map[string]float64 {
		families, err := r.Gather()
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		for _, f := range families {
			values[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
		}
		return values
	}
	if v := value(); v["kabinet_database_up"] != 1 || len(v) < 3 {
		t.Errorf("up: %v", v)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if v := value(); v["kabinet_database_up"] != 0 || len(v) != 1 {
		t.Errorf("down: %v", v)
	}
}
