// Package alerts_test reads the rules for alerts and the dashboard with Prometheus' own parser.
package alerts_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

const operations = "../../docs/operations/"

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(operations + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// known are the metrics that docs/operations/metrics.md tells of, which another test holds to be those of the program, and those that come with the client
// library and Prometheus itself.
func known(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{"up": true}
	for _, found := range regexp.MustCompile("`((?:kabinet|go_sql)_\\w+)`").FindAllStringSubmatch(read(t, "metrics.md"), -1) {
		names[found[1]] = true
	}
	for _, name := range []string{"process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total", "go_goroutines", "go_memstats_heap_inuse_bytes"} {
		names[name] = true
	}
	return names
}

// check fails when an expression cannot be read or names a metric that there is not.
func check(t *testing.T, known map[string]bool, where, expression string) {
	t.Helper()
	e, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	seen := 0
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if s, is := node.(*parser.VectorSelector); is {
			seen++
			name := s.Name
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				if bare, cut := strings.CutSuffix(name, suffix); cut && known[bare] {
					name = bare
				}
			}
			if !known[name] {
				t.Errorf("%s: there is no metric %s", where, s.Name)
			}
		}
		return nil
	})
	if seen == 0 {
		t.Errorf("%s asks for no metric", where)
	}
}

func TestAlerts_CanBeReadNameMetricsAndHaveARunbook(t *testing.T) {
	groups, problems := rulefmt.Parse([]byte(read(t, "alerts.yml")), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	metrics, runbook := known(t), read(t, "runbook.md")
	rules := 0
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			rules++
			check(t, metrics, r.Alert, r.Expr)
			anchor := strings.ToLower(r.Alert)
			if r.Annotations["runbook"] != "docs/operations/runbook.md#"+anchor || !regexp.MustCompile(`(?mi)^## `+anchor+`$`).MatchString(runbook) {
				t.Errorf("%s has no heading in runbook.md, or does not name it: %q", r.Alert, r.Annotations["runbook"])
			}
			if r.Annotations["summary"] == "" || !slices.Contains([]string{"warning", "critical"}, r.Labels["severity"]) {
				t.Errorf("%s says too little: %v %v", r.Alert, r.Labels, r.Annotations)
			}
		}
	}
	if rules < 10 {
		t.Errorf("only %d rules", rules)
	}
}

func TestRunbook_LinksToHeadingsThatAreThere(t *testing.T) {
	anchors := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(read(t, "runbook.md"), -1) {
		anchors[strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(heading[1], "`", "")), " ", "-")] = true
	}
	for _, link := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(read(t, "runbook.md"), -1) {
		if !anchors[link[1]] {
			t.Errorf("#%s leads nowhere", link[1])
		}
	}
}

func TestDashboard_CanBeReadAndShowsEveryMetric(t *testing.T) {
	var dashboard struct {
		Templating struct{ List []struct{ Name, Type string } }
		Panels     []struct {
			ID         int
			Title      string
			Type       string
			GridPos    struct{ X, Y, W, H int }
			Datasource struct{ UID string }
			Targets    []struct {
				Expr       string
				Datasource struct{ UID string }
			}
		}
	}
	text := read(t, "grafana/kabinet.json")
	if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
		t.Fatal(err)
	}
	if len(dashboard.Templating.List) == 0 || dashboard.Templating.List[0].Type != "datasource" {
		t.Error("the data source cannot be chosen")
	}
	metrics, ids := known(t), map[int]bool{}
	for i, p := range dashboard.Panels {
		if ids[p.ID] {
			t.Errorf("%s: the id %d is there twice", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.Type == "row" {
			continue
		}
		if p.Title == "" || len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
			t.Errorf("panel %d (%s) is not complete", p.ID, p.Title)
		}
		for _, other := range dashboard.Panels[:i] {
			a, b := p.GridPos, other.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s lies on %s", p.Title, other.Title)
			}
		}
		for _, target := range p.Targets {
			expression := strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*").Replace(target.Expr)
			check(t, metrics, p.Title, expression)
			if target.Datasource.UID != "${datasource}" {
				t.Errorf("%s has a data source of its own", p.Title)
			}
		}
	}
	for name := range metrics {
		if strings.HasPrefix(name, "kabinet_") && !regexp.MustCompile(`\b`+name+`(_bucket|_sum|_count)?\b`).MatchString(text) {
			t.Errorf("nothing shows %s", name)
		}
	}
}
