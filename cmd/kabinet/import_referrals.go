package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kabinet/domain"
	"kabinet/internal/importer"
	"kabinet/store"
)

// referralImport is the command line of an import of referrals.
type referralImport struct{ file, members, source, refused string }

func newImportReferralsCommand(open func(context.Context) (*store.Store, func(), error)) *cobra.Command {
	var o referralImport
	c := &cobra.Command{
		Use: "referrals --file FILE --members FILE", Short: "Take in who brought whom", Args: noArgs,
		Long: `Reads two CSV files with headers, plain or gzip: the members with the columns member_id and joined_at, and who brought whom with the columns vouched_at,
from_member and to_member, in the order that it happened; instants as 2011-01-31T12:00:00Z. Members become customers of the source, or are those that an
import of sales with the same source brought. In the order of the file the first line that names a person wins, unless it would close a
circle. All others are written to a file with the reason. Nobody is notified. A second import of the same files changes nothing.`,
		Example: "  kabinet import referrals --file vouches.csv.gz --members members.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.file == "" || o.members == "" {
				return usageError{errors.New("--file and --members are needed")}
			}
			st, closeStore, err := open(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			return o.run(cmd.Context(), st, cmd.OutOrStdout())
		},
	}
	f := c.Flags()
	f.StringVar(&o.file, "file", "", "who brought whom, as CSV")
	f.StringVar(&o.members, "members", "", "the members, as CSV")
	f.StringVar(&o.source, "source", "referrals", "the name of the system that the numbers belong to")
	f.StringVar(&o.refused, "refused", "", "where the lines go that make no referral (default: the file's name with .refused.csv, in the working folder)")
	return c
}

// referralReport is what an import of referrals found and stored.
type referralReport struct {
	Members        int64 `json:"members"`
	Lines          int64 `json:"lines"`
	Accepted       int64 `json:"accepted"`
	AlreadyInvited int64 `json:"alreadyInvited"`
	Cycles         int64 `json:"cycles"`
	Oneself        int64 `json:"oneself"`
	UnknownMembers int64 `json:"unknownMembers"`
	TooDeep        int64 `json:"tooDeep"`
	Depth          int64 `json:"depth"`
	MostDirect     int64 `json:"mostDirect"`
	LargestTree    int64 `json:"largestTree"`
}

func (o referralImport) run(ctx context.Context, st *store.Store, out io.Writer) error {
	r, refused, err := o.take(ctx, st)
	if err != nil {
		return err
	}
	if err := writeRefused(cmp.Or(o.refused, filepath.Base(o.file)+".refused.csv"), refused); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range []figure{
		{"members", r.Members}, {"lines", r.Lines}, {"accepted", r.Accepted}, {"already invited", r.AlreadyInvited}, {"cycles", r.Cycles},
		{"oneself", r.Oneself}, {"unknown members", r.UnknownMembers}, {"too deep", r.TooDeep}, {"depth", r.Depth}, {"most direct", r.MostDirect},
		{"largest tree", r.LargestTree},
	} {
		if _, err := fmt.Fprintf(table, "%s\t%v\n", f.name, f.value); err != nil {
			return err
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return r.check(o.source, refused)
}

// check fails when other referrals are stored than those that were accepted now.
func (r referralReport) check(source string, refused []domain.RefusedVouch) error {
	if read := r.Lines - int64(len(refused)); read != r.Accepted {
		return fmt.Errorf("%w: %d lines were accepted, but %d referrals of %s are stored: other files of the source were imported before",
			errFiguresDiffer, read, r.Accepted, source)
	}
	return nil
}

// take reads both files and stores them; it returns what is stored and the lines that make no referral.
func (o referralImport) take(ctx context.Context, st *store.Store) (r referralReport, refused []domain.RefusedVouch, err error) {
	members, err := readMembers(o.members)
	if err != nil {
		return r, nil, err
	}
	vouches, err := readVouches(o.file)
	if err != nil {
		return r, nil, err
	}
	if refused, err = st.ImportReferrals(ctx, o.source, members, vouches); err != nil {
		return r, nil, err
	}
	stored, err := st.ReferralFigures(ctx, o.source)
	if err != nil {
		return r, nil, fmt.Errorf("read the figures back: %w", err)
	}
	why := map[domain.ReferralRefusal]int64{}
	for _, r := range refused {
		why[r.Why]++
	}
	return referralReport{Members: stored.Members, Lines: int64(len(vouches)), Accepted: stored.Accepted, AlreadyInvited: why[domain.ReferralAlreadyInvited],
		Cycles: why[domain.ReferralOwnDescendant], Oneself: why[domain.ReferralSelf], UnknownMembers: why[domain.ReferralUnknownCode],
		TooDeep: why[domain.ReferralLimitReached], Depth: stored.Depth, MostDirect: stored.Direct, LargestTree: stored.Largest}, refused, nil
}

func readMembers(path string) (members []domain.ReferralMember, err error) {
	seen := map[string]bool{}
	err = readTable(path, memberColumns, func(_ int64, v []string) error {
		at, err := time.Parse(time.RFC3339, v[1])
		if err != nil || v[0] == "" || seen[v[0]] {
			return fmt.Errorf("a member needs a number of their own and an instant, this is %q", v)
		}
		seen[v[0]] = true
		members = append(members, domain.ReferralMember{Number: v[0], JoinedAt: at})
		return nil
	})
	return members, err
}

func readVouches(path string) (vouches []domain.Vouch, err error) {
	err = readTable(path, vouchColumns, func(line int64, v []string) error {
		at, err := time.Parse(time.RFC3339, v[0])
		if err != nil {
			return fmt.Errorf("vouched_at: %w", err)
		}
		vouches = append(vouches, domain.Vouch{Line: line, At: at, From: v[1], To: v[2]})
		return nil
	})
	return vouches, err
}

// The columns of both files.
var (
	memberColumns = []string{"member_id", "joined_at"}
	vouchColumns  = []string{"vouched_at", "from_member", "to_member"}
)

// readTable gives the named columns of each line to row.
func readTable(path string, columns []string, row func(line int64, values []string) error) error {
	input, err := importer.Open(path)
	if err != nil {
		return inputError{err}
	}
	defer func() { _ = input.Close() }()
	r := csv.NewReader(input)
	places, err := findColumns(r, columns)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", path, err)}
	}
	values := make([]string, len(columns))
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return inputError{fmt.Errorf("%s: %w", path, err)}
		}
		for i, place := range places {
			values[i] = record[place]
		}
		line, _ := r.FieldPos(0)
		if err := row(int64(line), values); err != nil {
			return inputError{fmt.Errorf("%s, line %d: %w", path, line, err)}
		}
	}
}

// findColumns reads the header and says where the columns stand.
func findColumns(r *csv.Reader, columns []string) ([]int, error) {
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	wrong := &importer.HeaderError{Header: header}
	places := make([]int, len(columns))
	for i, name := range columns {
		if places[i] = slices.Index(header, name); places[i] < 0 {
			wrong.Missing = append(wrong.Missing, name)
		}
	}
	if wrong.Missing != nil {
		return nil, wrong
	}
	return places, nil
}

// writeRefused lists the lines that make no referral, with the reason.
func writeRefused(path string, refused []domain.RefusedVouch) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make the file of refused lines: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := csv.NewWriter(file)
	_ = w.Write([]string{"line", "vouched_at", "from_member", "to_member", "reason"}) // a failure stays until Error
	for _, r := range refused {
		_ = w.Write([]string{strconv.FormatInt(r.Line, 10), r.At.Format(time.RFC3339), r.From, r.To, string(r.Why)})
	}
	w.Flush()
	return w.Error()
}
