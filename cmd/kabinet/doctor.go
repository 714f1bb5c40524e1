package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/store"
)

// errIll is the failure of a doctor that found something; what it is was printed already.
var errIll = errors.New("the data breaks rules of the business")

// diagnosis is what the doctor says.
type diagnosis struct {
	Healthy  bool                           `json:"healthy"`
	Checked  int                            `json:"checked"`
	Findings []store.Finding                `json:"findings"`
	DeadJobs int64                          `json:"deadJobs"`
	Sales    map[string]domain.SalesFigures `json:"sales,omitempty"`
	Stays    map[string]domain.StaysFigures `json:"stays,omitempty"`
}

func newDoctorCommand() *cobra.Command {
	var report string
	c := &cobra.Command{
		Use: "doctor [--report json]", Short: "Check that the data keeps every rule of the business", Args: noArgs,
		Long: `Checks every invariant: wallets equal the ledger, the ledger sums to 0, lots and holds fit, orders equal their lines, refunds and points fit, append-only tables
are guarded, and more. It changes nothing and may run beside a serving Kabinet. Prints what breaks a rule, with ids, and then exits with 1.

It also counts what was imported, by source, and the jobs on the dead list, which are no failure.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if report != "text" && report != "json" {
				return usageError{fmt.Errorf("--report is %q: use text or json", report)}
			}
			st, closeStore, err := openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			d, err := diagnose(cmd.Context(), st)
			if err != nil {
				return err
			}
			if err := d.examinePictures(cmd.Context(), st); err != nil {
				return err
			}
			if err := d.print(cmd, report); err != nil {
				return err
			}
			if !d.Healthy {
				return errIll
			}
			return nil
		},
	}
	c.Flags().StringVar(&report, "report", "text", "text or json")
	return c
}

func diagnose(ctx context.Context, st *store.Store) (d diagnosis, err error) {
	if _, err := st.LineUpEvents(ctx); err != nil { // a process that was killed may have left some
		return d, err
	}
	if d.Findings, d.Checked, err = st.Examine(ctx); err != nil {
		return d, err
	}
	d.Healthy = len(d.Findings) == 0
	counts, err := job.Stats(ctx, st.DB().DB)
	if err != nil {
		return d, err
	}
	for _, c := range counts {
		if c.State == job.StateDead {
			d.DeadJobs += c.Jobs
		}
	}
	sources, err := st.ImportSources(ctx)
	if err != nil {
		return d, err
	}
	d.Sales, d.Stays = map[string]domain.SalesFigures{}, map[string]domain.StaysFigures{}
	for _, source := range sources {
		if sales, err := st.SalesFigures(ctx, source); err == nil {
			d.Sales[source] = sales
		} else if domain.CodeOf(err) != domain.NotFound {
			return d, err
		}
		if stays, err := st.StaysFigures(ctx, source); err == nil {
			d.Stays[source] = stays
		} else if domain.CodeOf(err) != domain.NotFound {
			return d, err
		}
	}
	return d, nil
}

// examinePictures looks whether every picture that a row speaks of lies where the configuration says.
func (d *diagnosis) examinePictures(ctx context.Context, st *store.Store) error {
	c, err := loadConfig()
	if err != nil {
		return err
	}
	pictures, err := c.openGallery(st, c.logger(os.Stderr))
	if err != nil {
		return err
	}
	missing, err := pictures.Missing(ctx)
	d.Checked++
	if len(missing) > 0 {
		d.Findings = append(d.Findings, store.Finding{Check: "picture-objects", Rule: "every picture has its object", Count: int64(len(missing)), IDs: missing})
		d.Healthy = false
	}
	return err
}

func (d diagnosis) print(cmd *cobra.Command, report string) error {
	out := cmd.OutOrStdout()
	if report == "json" {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(d)
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
	if d.DeadJobs > 0 {
		_, _ = fmt.Fprintf(out, "%d jobs are on the dead list\n", d.DeadJobs)
	}
	_, err := fmt.Fprintf(out, "%d rules checked, %d broken\n", d.Checked, len(d.Findings))
	return err
}
