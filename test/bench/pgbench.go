package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// script is what pgbench runs: statements as they were heard on the wire, with the parameters that differ from order to order as variables.
type script struct {
	path      string
	constants []string // -D name=value
}

// recording is an order's statements and what in their parameters belonged to that order alone: from its text to the same in pgbench.
type recording struct {
	calls  []call
	change map[string]string
}

// pgbenchScript writes a recording as a script. setup comes first; a statement that contains a key of results keeps its row as variables with
// that prefix.
func (b *bench) pgbenchScript(ctx context.Context, db *sql.DB, r recording, setup string, results map[string]string) (script, error) {
	s := script{path: filepath.Join(b.dir, "order.pgbench")}
	var text strings.Builder
	text.WriteString(setup)
	kept := 0
	for n, c := range r.calls {
		if !c.prepared {
			text.WriteString(strings.TrimRight(c.sql, "; ") + ";\n")
			continue
		}
		types, err := parameterTypes(ctx, db, c.sql)
		if err != nil {
			return s, fmt.Errorf("prepare %.60s: %w", c.sql, err)
		}
		text.WriteString(s.statement(n, c, types, r.change))
		end := ";\n"
		for part, prefix := range results {
			if strings.Contains(c.sql, part) {
				end = "\n\\gset " + prefix + "\n"
				kept++
			}
		}
		text.WriteString(end)
	}
	if kept != len(results) {
		return s, fmt.Errorf("%d of %d statements that name things were found: the benchmark no longer knows them", kept, len(results))
	}
	return s, os.WriteFile(s.path, []byte(text.String()), 0o600)
}

// parameterTypes asks the server which types it takes the parameters for.
func parameterTypes(ctx context.Context, db *sql.DB, query string) (types []string, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "prepare bench_types as "+query); err != nil {
		return nil, err
	}
	if err := conn.QueryRowContext(ctx, `select parameter_types::text[] from pg_prepared_statements where name = 'bench_types'`).Scan(pq.Array(&types)); err != nil {
		return nil, err
	}
	_, err = conn.ExecContext(ctx, "deallocate bench_types")
	return types, err
}

var placeholder = regexp.MustCompile(`\$\d+`)

// statement writes a call in pgbench's form. Every parameter is cast to the type it has, as the same one may stand in several places.
func (s *script) statement(n int, c call, types []string, change map[string]string) string {
	given := map[int]bool{}
	return placeholder.ReplaceAllStringFunc(c.sql, func(found string) string {
		i, _ := strconv.Atoi(found[1:])
		value, kind := c.params[i-1], types[i-1]
		if value == nil {
			return "null::" + kind
		}
		if len(value) == 0 { // -D takes no empty value
			return "''::" + kind
		}
		if kind == "timestamp with time zone" && strings.HasPrefix(string(value), time.Now().UTC().Format("2006-01-02")) {
			return "now()"
		}
		if to, changes := change[string(value)]; changes {
			return "cast(" + to + " as " + kind + ")"
		}
		if array, changes := changedArray(string(value), kind, change); changes {
			return array
		}
		name := fmt.Sprintf("s%dp%d", n, i)
		if !given[i] {
			given[i] = true
			s.constants = append(s.constants, "-D", name+"="+string(value))
		}
		return "cast(:" + name + " as " + kind + ")"
	})
}

// changedArray writes an array of numbers in which one or more belong to the order.
func changedArray(value, kind string, change map[string]string) (text string, changes bool) {
	inner, isArray := strings.CutPrefix(strings.TrimSuffix(value, "}"), "{")
	if !isArray || strings.ContainsAny(inner, `"{`) {
		return "", false
	}
	element := strings.TrimSuffix(kind, "[]")
	var items []string
	for item := range strings.SplitSeq(inner, ",") {
		to, found := change[item]
		if !found {
			to = "'" + item + "'"
		}
		changes = changes || found
		items = append(items, "cast("+to+" as "+element+")")
	}
	return "array[" + strings.Join(items, ", ") + "]", changes
}

var (
	pgbenchRate   = regexp.MustCompile(`tps = ([0-9.]+) \(without`)
	pgbenchCount  = regexp.MustCompile(`number of transactions actually processed: (\d+)`)
	pgbenchMean   = regexp.MustCompile(`latency average = ([0-9.]+) ms`)
	pgbenchFailed = regexp.MustCompile(`number of failed transactions: ([1-9]\d*)`)
)

// run lets pgbench work for a turn.
func (s script) run(ctx context.Context, b *bench, dsn string, clients int) (turn, error) {
	args := []string{"-n", "-M", "prepared", "-f", s.path, "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", fmt.Sprintf("%.0f", max(1, b.length.Seconds()))}
	cmd := exec.CommandContext(ctx, "pgbench", append(append(args, s.constants...), dsn)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil || pgbenchFailed.Match(out.Bytes()) {
		return turn{}, fmt.Errorf("pgbench: %w\n%s", err, out.Bytes()[:min(out.Len(), 3000)])
	}
	number := func(of *regexp.Regexp) float64 {
		found := of.FindSubmatch(out.Bytes())
		if found == nil {
			return 0
		}
		n, _ := strconv.ParseFloat(string(found[1]), 64)
		return n
	}
	rate, mean := number(pgbenchRate), time.Duration(number(pgbenchMean)*1e6)
	if rate == 0 {
		return turn{}, fmt.Errorf("pgbench says %s", out.String())
	}
	count := number(pgbenchCount)
	return turn{ops: int64(count), took: time.Duration(count / rate * 1e9), half: mean, most: mean}, nil
}
