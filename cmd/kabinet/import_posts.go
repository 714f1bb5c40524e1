package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kabinet/domain"
	"kabinet/internal/importer"
	"kabinet/store"
)

// importPostsBatch is how many posts one transaction takes in.
const importPostsBatch = 500

// postsOptions is the command line of an import of posts.
type postsOptions struct{ file, club, source, report string }

func newImportPostsCommand(open func(context.Context) (*store.Store, func(), error)) *cobra.Command {
	var o postsOptions
	cmd := &cobra.Command{
		Use: "posts --file FILE --club SLUG --source NAME", Short: "Take in the posts of another community: questions, answers, tag texts", Args: noArgs,
		Long: `Takes the rows of a Posts.xml, plain or gzip, into the feed of a club: questions and tag texts as posts, answers as comments, with HTML made safe. Nobody is
notified. A second import of the same file changes nothing.`,
		Example: "  kabinet import posts --file coffee_posts.xml.gz --club coffee --source coffee",
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.file == "" || o.club == "" || o.source == "":
				return usageError{errors.New("--file, --club and --source are needed")}
			case o.report != "text" && o.report != "json":
				return usageError{fmt.Errorf("--report is %q: use text or json", o.report)}
			}
			st, closeStore, err := open(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			return importPosts(cmd.Context(), st, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.file, "file", "", "the XML file, plain or gzip")
	f.StringVar(&o.club, "club", "", "the slug of the club")
	f.StringVar(&o.source, "source", "", "what the community is called; posts are known by this and their number")
	f.StringVar(&o.report, "report", "text", "how to print the figures at the end: text or json")
	return cmd
}

// postsReport is what an import of posts found and stored.
type postsReport struct {
	domain.PostsFigures
	Added    int64 `json:"added"`
	Rejected int64 `json:"rejected"`
}

// importPosts takes a file in and prints what is stored of its source.
func importPosts(ctx context.Context, st *store.Store, o postsOptions, out, errOut io.Writer) error {
	report, err := o.take(ctx, st, nil, func(why string) error {
		_, err := fmt.Fprintln(errOut, "not taken in:", why)
		return err
	})
	if err != nil {
		return err
	}
	return report.print(out, o.report)
}

// take reads the file and stores it by batches; reject is called for each row that is not taken in.
func (o postsOptions) take(ctx context.Context, st *store.Store, gauge *importGauge, reject func(why string) error) (report postsReport, err error) {
	club, err := st.ClubBySlug(ctx, domain.Viewer{StaffID: -1, Role: domain.Admin}, o.club)
	if err != nil {
		return report, fmt.Errorf("club %s: %w", o.club, err)
	}
	input, err := importer.Open(o.file)
	if err != nil {
		return report, inputError{err}
	}
	defer func() { err = errors.Join(err, input.Close()) }()
	refuse := func(why string) error {
		report.Rejected++
		return reject(why)
	}
	var read int64
	var batch []domain.ImportedPost
	take := func() error {
		added, orphans, err := st.ImportPosts(ctx, club.ID, o.source, batch)
		if err != nil {
			return err
		}
		report.Added += added
		batch = batch[:0]
		for _, number := range orphans {
			if err := refuse("answer " + number + " has no question"); err != nil {
				return err
			}
		}
		gauge.show(read, report.Rejected, input)
		return nil
	}
	for p, err := range importer.Posts(input) {
		if err != nil && p.Number == "" {
			return report, inputError{err}
		}
		read++
		if err != nil {
			if err := refuse(err.Error()); err != nil {
				return report, err
			}
			continue
		}
		if batch = append(batch, p); len(batch) == importPostsBatch {
			if err := take(); err != nil {
				return report, err
			}
		}
	}
	if err := take(); err != nil {
		return report, err
	}
	report.PostsFigures, err = st.PostsFigures(ctx, o.source)
	return report, err
}

func (r postsReport) print(out io.Writer, form string) error {
	if form == "json" {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	_, err := fmt.Fprintf(out, "posts      %d\n  questions  %d\n  answers    %d\n  tag texts  %d\nnew        %d\nrejected   %d\n",
		r.Posts, r.Questions, r.Answers, r.TagTexts, r.Added, r.Rejected)
	return err
}
