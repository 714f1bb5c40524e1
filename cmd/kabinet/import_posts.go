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
func importPosts(ctx context.Context, st *store.Store, o postsOptions, out, errOut io.Writer) (err error) {
	club, err := st.ClubBySlug(ctx, domain.Viewer{StaffID: -1, Role: domain.Admin}, o.club)
	if err != nil {
		return fmt.Errorf("club %s: %w", o.club, err)
	}
	input, err := importer.Open(o.file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, input.Close()) }()
	var report postsReport
	reject := func(why string) {
		report.Rejected++
		_, _ = fmt.Fprintln(errOut, "not taken in:", why)
	}
	var batch []domain.ImportedPost
	take := func() error {
		added, orphans, err := st.ImportPosts(ctx, club.ID, o.source, batch)
		for _, number := range orphans {
			reject("answer " + number + " has no question")
		}
		report.Added += added
		batch = batch[:0]
		return err
	}
	for p, err := range importer.Posts(input) {
		switch {
		case err != nil && p.Number == "":
			return err
		case err != nil:
			reject(err.Error())
			continue
		}
		if batch = append(batch, p); len(batch) == importPostsBatch {
			if err := take(); err != nil {
				return err
			}
		}
	}
	if err := take(); err != nil {
		return err
	}
	if report.PostsFigures, err = st.PostsFigures(ctx, o.source); err != nil {
		return err
	}
	return report.print(out, o.report)
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
