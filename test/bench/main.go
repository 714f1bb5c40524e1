// Command bench measures Kabinet on a Postgres of its own, with fsync on, and prints ratios: each figure stands beside a floor that was measured
// in the same run, in rounds that alternate, so that a busy machine slows both alike. docs/benchmarks.md says what each line means.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	rounds  int
	length  time.Duration
	full    bool
	only    string
	profile string
	// statements has the database count what each statement costs.
	statements bool
	kabinet    string
	imports    int
	// other is another server to compare the catalogue page with, and otherQuery the file of what it is asked.
	other, otherQuery string
	fill              string
}

// part is a group of measurements.
type part struct {
	name string
	run  func(context.Context, *bench) error
}

// The parts of a run, in their order.
var parts = []part{
	{"orders", measureOrders},
	{"catalogue", measureCatalogue},
	{"pages", measurePages},
	{"feed", measureFeed},
	{"scale", measureScale},
	{"import", measureImport},
	{"live", measureLive},
	{"jobs", measureJobs},
	{"start", measureStart},
}

func main() {
	// The generator of load and the floors are this program too, in processes of their own, so that their work is not counted as the server's.
	if role := os.Getenv(roleVariable); role != "" {
		if err := playRole(role); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", role+":", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, readOptions()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func readOptions() (o options) {
	flag.IntVar(&o.rounds, "rounds", 5, "how often the sides of a comparison take turns")
	flag.DurationVar(&o.length, "length", 2*time.Second, "how long one turn lasts")
	flag.BoolVar(&o.full, "full", false, "compare 1,000 orders with 1,000,000 instead of 100,000")
	flag.StringVar(&o.only, "only", "", "comma-separated parts to run; default: all of orders,catalogue,pages,feed,scale,import,live,jobs,start")
	flag.StringVar(&o.profile, "profile", "", "folder to write CPU profiles of Kabinet into")
	flag.BoolVar(&o.statements, "statements", false, "print what each statement of an order costs the database, by pg_stat_statements")
	flag.StringVar(&o.kabinet, "kabinet", "", "the program to measure; default: built from this module")
	flag.IntVar(&o.imports, "import-lines", 200_000, "how many lines of sales the import reads")
	flag.StringVar(&o.other, "other", "", "host:port of another GraphQL server with the same data as -fill makes, to be asked at /graphql beside the catalogue page")
	flag.StringVar(&o.otherQuery, "other-query", "", "file with the query for the other server: 20 products with price and category")
	flag.StringVar(&o.fill, "fill", "", "address of an empty database to fill with the data of the catalogue page; nothing is measured")
	flag.Parse()
	return o
}

func run(ctx context.Context, o options) (err error) {
	for name := range strings.SplitSeq(o.only, ",") {
		if name != "" && !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	if o.fill != "" {
		return fillCatalogue(ctx, o.fill)
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	b.describe(ctx)
	for _, p := range parts {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), p.name) {
			continue
		}
		began := time.Now()
		if err := p.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Printf("(%s took %.0f s)\n", p.name, time.Since(began).Seconds())
	}
	b.printVerdicts()
	return nil
}
