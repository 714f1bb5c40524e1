package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/store"
)

// Failures of a doctor that found something; what it is was printed already.
var (
	errIll      = errors.New("the data breaks rules of the business")
	errUnsound  = errors.New("something around the data is not in order")
	errWarnings = errors.New("there are warnings, and --strict was given")
)

// diagnosis is what the doctor says. Its JSON is documented in docs/operations/doctor.md: names stay, new ones may come.
type diagnosis struct {
	Healthy  bool                           `json:"healthy"`
	Version  string                         `json:"version"`
	At       time.Time                      `json:"at"`
	Millis   int64                          `json:"millis"`
	Checks   []checkup                      `json:"checks"`
	Warnings int                            `json:"warnings"`
	Checked  int                            `json:"checked"`
	Findings []store.Finding                `json:"findings"`
	Slowest  []ruleTime                     `json:"slowest"`
	DeadJobs int64                          `json:"deadJobs"`
	Sales    map[string]domain.SalesFigures `json:"sales,omitempty"`
	Stays    map[string]domain.StaysFigures `json:"stays,omitempty"`
}

// ruleTime is how long the check of a rule took.
type ruleTime struct {
	Check  string `json:"check"`
	Millis int64  `json:"millis"`
}

// slowestRules is how many of the rules that took longest are named.
const slowestRules = 5

func newDoctorCommand() *cobra.Command {
	var report string
	var asJSON, strict bool
	c := &cobra.Command{
		Use: "doctor [--json] [--strict]", Short: "Check the settings, the database, what is around it, and that the data keeps every rule of the business", Args: noArgs,
		Long: `Checks the settings, the database and its schema, clocks, room on the disk, mail, SMS and Firebase, jobs and events that wait. Then it checks every invariant of the data: wallets equal the
ledger, the ledger sums to 0, lots and holds fit, orders equal their lines, refunds and points fit, append-only tables are guarded, and more. It changes nothing of the business and may run beside a
serving Kabinet. Prints what is wrong, with ids, and then exits with 1; with 2 when the settings cannot be read. Warnings, such as jobs on the dead list, are no failure unless --strict is given.

It also counts what was imported, by source. What the JSON says is described in docs/operations/doctor.md.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if report != "text" && report != "json" {
				return usageError{fmt.Errorf("--report is %q: use text or json", report)}
			}
			c, err := loadConfig()
			if err != nil {
				return err
			}
			d, err := diagnose(cmd.Context(), c)
			if err != nil {
				return err
			}
			if err := d.print(cmd, asJSON || report == "json"); err != nil {
				return err
			}
			return d.verdict(strict)
		},
	}
	c.Flags().StringVar(&report, "report", "text", "text or json")
	c.Flags().BoolVar(&asJSON, "json", false, "the same as --report json")
	c.Flags().BoolVar(&strict, "strict", false, "fail on warnings too")
	return c
}

// diagnose looks at everything. Its error is one of the machinery; what is wrong with the patient is in the diagnosis.
func diagnose(ctx context.Context, c config) (d diagnosis, err error) {
	began := time.Now()
	d = diagnosis{Version: version, At: began.UTC().Truncate(time.Second), Findings: []store.Finding{}, Slowest: []ruleTime{}}
	x := &examination{config: c}
	defer x.close()
	for _, step := range x.steps() {
		d.Checks = append(d.Checks, step.run(ctx))
	}
	if x.sound() {
		if err := d.examineData(ctx, x); err != nil {
			return d, err
		}
	}
	d.Healthy = len(d.Findings) == 0
	for _, c := range d.Checks {
		d.Healthy = d.Healthy && c.Status != checkFailed
		if c.Status == checkWarning {
			d.Warnings++
		}
	}
	d.Millis = time.Since(began).Milliseconds()
	return d, nil
}

// examineData checks the rules of the business.
func (d *diagnosis) examineData(ctx context.Context, x *examination) (err error) {
	if _, err := x.st.LineUpEvents(ctx); err != nil { // a process that was killed may have left some
		return err
	}
	var found []store.Finding
	found, d.Checked, err = x.st.ExamineTimed(ctx, func(check string, took time.Duration) {
		d.Slowest = append(d.Slowest, ruleTime{check, took.Milliseconds()})
	})
	if err != nil {
		return err
	}
	d.Findings = append(d.Findings, found...)
	slices.SortStableFunc(d.Slowest, func(a, b ruleTime) int { return cmp.Compare(b.Millis, a.Millis) })
	d.Slowest = d.Slowest[:min(len(d.Slowest), slowestRules)]
	counts, err := job.Stats(ctx, x.st.DB().DB)
	if err != nil {
		return err
	}
	for _, c := range counts {
		if c.State == job.StateDead {
			d.DeadJobs += c.Jobs
		}
	}
	if err := d.countImports(ctx, x.st); err != nil {
		return err
	}
	return d.examinePictures(ctx, x)
}

func (d *diagnosis) countImports(ctx context.Context, st *store.Store) error {
	sources, err := st.ImportSources(ctx)
	if err != nil {
		return err
	}
	d.Sales, d.Stays = map[string]domain.SalesFigures{}, map[string]domain.StaysFigures{}
	for _, source := range sources {
		if sales, err := st.SalesFigures(ctx, source); err == nil {
			d.Sales[source] = sales
		} else if domain.CodeOf(err) != domain.NotFound {
			return err
		}
		if stays, err := st.StaysFigures(ctx, source); err == nil {
			d.Stays[source] = stays
		} else if domain.CodeOf(err) != domain.NotFound {
			return err
		}
	}
	return nil
}

// examinePictures looks whether every picture that a row speaks of lies where the configuration says.
func (d *diagnosis) examinePictures(ctx context.Context, x *examination) error {
	pictures, err := x.config.openGallery(x.st, x.config.logger(os.Stderr))
	if err != nil {
		return err
	}
	missing, err := pictures.Missing(ctx)
	d.Checked++
	if len(missing) > 0 {
		d.Findings = append(d.Findings, store.Finding{Check: "picture-objects", Rule: "every picture has its object", Count: int64(len(missing)), IDs: missing})
	}
	return err
}

// verdict is how the command ends.
func (d diagnosis) verdict(strict bool) error {
	switch {
	case len(d.Findings) > 0:
		return errIll
	case !d.Healthy:
		return errUnsound
	case strict && d.Warnings > 0:
		return errWarnings
	}
	return nil
}

func (d diagnosis) print(cmd *cobra.Command, asJSON bool) error {
	out := cmd.OutOrStdout()
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(d)
	}
	for _, c := range d.Checks {
		_, _ = fmt.Fprintf(out, "%-8s %-12s %s (%d ms)\n", c.Status, c.Name, c.Detail, c.Millis)
	}
	for _, f := range d.Findings {
		_, _ = fmt.Fprintf(out, "BROKEN %s: %s (%d)\n", f.Check, f.Rule, f.Count)
		for _, id := range f.IDs {
			_, _ = fmt.Fprintf(out, "    %s\n", id)
		}
	}
	for source, f := range d.Sales {
		_, _ = fmt.Fprintf(out, "sales of %s: %d lines, %d invoices, %d customers, net %s, %d points\n", source, f.Lines, f.Invoices, f.Customers, f.NetKnownCustomers(), f.PointsEarned)
	}
	for source, f := range d.Stays {
		_, _ = fmt.Fprintf(out, "stays of %s: %d bookings, %d completed, %d nights, revenue %s\n", source, f.Bookings, f.Completed, f.Nights, f.RevenueCompleted())
	}
	_, err := fmt.Fprintf(out, "%d rules checked, %d broken\n", d.Checked, len(d.Findings))
	return err
}
