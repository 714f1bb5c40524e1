package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"kabinet/domain"
	"kabinet/internal/importer"
	"kabinet/store"
)

// importBatchLines is how many lines one transaction takes in; an invoice is not cut, so it may be some more.
const importBatchLines = 20_000

// importOptions is the command line of an import.
type importOptions struct {
	file, mapping, since, report, rejects string

	batch    int               // lines of a batch; importBatchLines when 0
	progress func(after int64) // called after each batch with the records done
	name     string            // what the file is called, when that is not the end of its path
	gauge    *importGauge      // shows how far the import is, and takes the figures instead of out; may be nil
}

// importGauge is what an import shows of itself while it runs, to whoever looks from another goroutine.
type importGauge struct {
	read, rejected, percent atomic.Int64
	report                  any // the figures, when the import is done
}

// show notes how far the import is.
func (g *importGauge) show(read, rejected int64, input *importer.File) {
	if g == nil {
		return
	}
	g.read.Store(read)
	g.rejected.Store(rejected)
	if size := input.Size(); size > 0 {
		g.percent.Store(min(100*input.Consumed()/size, 100))
	}
}

// inputError is the failure of an import whose file is not what it should be.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

func newImportCommand(open func(context.Context) (*store.Store, func(), error)) *cobra.Command {
	parent := &cobra.Command{
		Use: "import", Short: "Take in what the business already has: sales, stays, referrals and posts", Args: noArgs,
		Long: `Reads CSV files, also packed with gzip, as a mapping says. An import may be stopped at any moment and started again: it goes on where it
stood. A second import of the same file changes nothing; a later file of the same source adds what is new.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	kind := func(name, short, long, example string, take func(context.Context, *importJob) error) *cobra.Command {
		var o importOptions
		cmd := &cobra.Command{
			Use: name + " --file FILE --map MAPPING", Short: short, Long: long, Example: example, Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if err := o.check(); err != nil {
					return err
				}
				st, closeStore, err := open(cmd.Context())
				if err != nil {
					return err
				}
				defer closeStore()
				return runImport(cmd.Context(), st, o, cmd.OutOrStdout(), cmd.ErrOrStderr(), take)
			},
		}
		f := cmd.Flags()
		f.StringVar(&o.file, "file", "", "the CSV file, plain or gzip")
		f.StringVar(&o.mapping, "map", "", "the YAML file that says what its columns mean; see docs/examples")
		f.StringVar(&o.report, "report", "text", "how to print the figures at the end: text or json")
		f.StringVar(&o.rejects, "rejects", "", "where lines go that cannot be taken in (default: the file's name with .rejects.csv, in the working folder)")
		if name == "sales" {
			f.StringVar(&o.since, "since", "", "take in only lines from this day on, as 2011-01-31, in the time zone of the mapping")
		}
		return cmd
	}
	parent.AddCommand(
		newImportReferralsCommand(open),
		kind("sales", "Take in sales lines: customers, products, orders, refunds, points",
			`Takes in the lines of invoices: customers, products with their latest names and prices, completed orders, refunds matched to earlier purchases,
and the points that all of it earned, by the rules of live orders. Nobody is notified. An empty database becomes a business in the currency of the
mapping; one that works in another currency refuses.`,
			"  kabinet import sales --file online_retail.csv.gz --map docs/examples/online-retail.map.yaml", importSales),
		kind("stays", "Take in bookings of nights",
			"Takes in a list of bookings, each as an order of its nights: completed, or cancelled with the reason. Odd ones are flagged by rule and counted like any other.",
			"  kabinet import stays --file h1_resort.csv.gz --map docs/examples/hotel-bookings.map.yaml", importStays),
	)
	parent.AddCommand(newImportPostsCommand(open))
	return parent
}

func (o importOptions) check() error {
	switch {
	case o.file == "":
		return usageError{errors.New("--file is needed")}
	case o.mapping == "":
		return usageError{errors.New("--map is needed")}
	case o.report != "text" && o.report != "json":
		return usageError{fmt.Errorf("--report is %q: use text or json", o.report)}
	}
	if _, err := time.Parse(time.DateOnly, o.since); o.since != "" && err != nil {
		return usageError{fmt.Errorf("--since is %q: write a day as 2011-01-31", o.since)}
	}
	return nil
}

// importJob is one file on its way into the store.
type importJob struct {
	importOptions
	st      *store.Store
	out     io.Writer
	input   *importer.File
	rejects *rejectFile
	show    *importProgress

	run      domain.ImportRun
	count    domain.ImportCount
	before   int64 // lines that the source had, when it had other files
	records  int64 // of the file, so far
	rejected int64
}

// runImport takes a file in and prints the figures. The rejects of the whole file are written each time.
func runImport(ctx context.Context, st *store.Store, o importOptions, out, errOut io.Writer, take func(context.Context, *importJob) error) error {
	if o.batch == 0 {
		o.batch = importBatchLines
	}
	if o.rejects == "" {
		o.rejects = filepath.Base(o.file) + ".rejects.csv"
	}
	if o.name == "" {
		o.name = filepath.Base(o.file)
	}
	input, err := importer.Open(o.file)
	if err != nil {
		return inputError{err}
	}
	j := &importJob{importOptions: o, st: st, out: out, input: input, rejects: &rejectFile{path: o.rejects}, show: newImportProgress(errOut, input)}
	err = take(ctx, j)
	err = errors.Join(err, j.rejects.close(), input.Close())
	j.show.end(j)
	return err
}

// begin opens the run of the file.
func (j *importJob) begin(ctx context.Context, kind domain.ImportKind, f *importer.Format, pointValue int64) error {
	if f.MinorExponent() != 2 {
		return usageError{fmt.Errorf("%s: exponent is %d, but money is kept with two decimals", j.mapping, f.MinorExponent())}
	}
	mapping, err := os.ReadFile(j.mapping)
	if err != nil {
		return fmt.Errorf("read the mapping: %w", err)
	}
	digest, err := importer.Digest(j.file)
	if err != nil {
		return inputError{err}
	}
	options := sha256.Sum256(append(mapping, "\nsince: "+j.since...))
	file := domain.ImportFile{Kind: kind, Source: f.Source, Name: j.name, Digest: digest, Options: hex.EncodeToString(options[:])}
	terms := domain.ImportTerms{CurrencyCode: f.Currency, TimeZone: f.TimeZone, Locale: localeOf(f), PointMinor: pointValue}
	if j.run, err = j.st.BeginImport(ctx, file, terms); err != nil {
		return err
	}
	j.gauge.show(j.run.Records, j.run.Rejected, j.input)
	return nil
}

// localeOf is the language of the file's texts; English when Kabinet does not speak it.
func localeOf(f *importer.Format) domain.Locale {
	l, _ := domain.ParseLocale(f.Locale)
	return l.Or(domain.EN)
}

// reject counts a record that cannot be taken in and writes it down.
func (j *importJob) reject(r *importer.Reject) error {
	j.rejected++
	return j.rejects.write(r)
}

// step is where the run stands when all records so far are stored.
func (j *importJob) step() domain.ImportStep {
	return domain.ImportStep{Records: j.records, Rejected: j.rejected}
}

// feed reads batches in one goroutine while the store takes them in, in another: one batch is read ahead.
func feed[B any](ctx context.Context, read func(send func(B) error) error, take func(context.Context, B) error) error {
	batches := make(chan B)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(batches)
		return read(func(b B) error {
			select {
			case batches <- b:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	})
	group.Go(func() error {
		for b := range batches {
			if err := take(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// taken notes a batch that is stored.
func (j *importJob) taken(run domain.ImportRun, count domain.ImportCount) {
	j.run, j.count = run, j.count.Add(count)
	j.show.advance(j)
	j.gauge.show(run.Records, run.Rejected, j.input)
	if j.progress != nil {
		j.progress(run.Records)
	}
}

// rejectFile is made when the first record is rejected.
type rejectFile struct {
	path string
	file *os.File
	out  *importer.RejectWriter
}

func (f *rejectFile) write(r *importer.Reject) (err error) {
	if f.file == nil {
		if f.file, err = os.Create(f.path); err != nil {
			return fmt.Errorf("make the reject file: %w", err)
		}
		f.out = importer.NewRejectWriter(f.file)
	}
	return f.out.Write(r)
}

func (f *rejectFile) close() error {
	if f.file == nil {
		return nil
	}
	return errors.Join(f.out.Flush(), f.file.Close())
}
