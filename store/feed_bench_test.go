package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// fillFeed makes a club of a hundred members with so many posts, one in ten with a comment, some with reactions, and returns a member.
func fillFeed(tb testing.TB, st *store.Store, posts int) (clubID int64, member domain.Viewer) {
	tb.Helper()
	ctx := tb.Context()
	slug, entry := "feed", domain.EntryOpen
	club, err := st.CreateClub(ctx, domain.Viewer{}, "feed", domain.ClubDraft{Slug: &slug, Name: &domain.Text{EN: "Feed"}, Entry: &entry})
	if err != nil {
		tb.Fatal(err)
	}
	for i := range 100 {
		id, err := st.AddCustomer(ctx, domain.NewCustomer{Name: fmt.Sprintf("Member %d", i), Email: fmt.Sprintf("m%d@example.com", i), Locale: domain.EN})
		if err != nil {
			tb.Fatal(err)
		}
		member = domain.Viewer{CustomerID: id}
		if _, err := st.JoinClub(ctx, member, club.ID); err != nil {
			tb.Fatal(err)
		}
	}
	for _, sql := range []string{
		fmt.Sprintf(`
insert into post (club_id, customer_id, title, source, html, comments, reactions, created_at)
select %d, m.id, 'Post ' || n, repeat('words ', 40), '<p>' || repeat('words ', 40) || '</p>', (n %% 10 = 0)::int, '{"LIKE": 1}', now() - n * interval '1 second'
  from generate_series(1, %d) n
  join (select id, row_number() over (order by id) - 1 as nth from customer) m on m.nth = n %% 100`, club.ID, posts),
		`insert into reaction (post_id, customer_id, kind, created_at) select id, customer_id, 'LIKE', created_at from post where thread_id is null`,
		`insert into post (club_id, thread_id, customer_id, source, html, created_at)
select club_id, id, customer_id, 'yes', '<p>yes</p>', created_at + interval '1 minute' from post where comments = 1`,
		`analyze`,
	} {
		if _, err := st.DB().ExecContext(ctx, sql); err != nil {
			tb.Fatal(err)
		}
	}
	return club.ID, member
}

// BenchmarkFeed reads pages of 20 posts with authors, counts and the reader's own reaction, the first and one far down: what a million posts cost against a
// thousand.
func BenchmarkFeed(b *testing.B) {
	for _, posts := range []int{1_000, 1_000_000} {
		st := storetest.Open(b)
		club, member := fillFeed(b, st, posts)
		b.Run(fmt.Sprint(posts), func(b *testing.B) {
			after := ""
			for b.Loop() {
				page, err := st.Feed(b.Context(), member, club, domain.Page{First: 20, After: after})
				if err != nil || len(page.Items) == 0 {
					b.Fatalf("%d posts, %v", len(page.Items), err)
				}
				if after = ""; page.HasNext {
					after = page.Cursors[len(page.Cursors)-1]
				}
			}
		})
	}
}

func TestFeed_ReadsNoMoreThanItsPageInThreeStatements(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	heard := &ear{}
	st := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Dialer, c.MaxConns = heard, 1 })
	club, member := fillFeed(t, st, 30_000)
	db, err := sql.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	page, err := st.Feed(t.Context(), member, club, domain.Page{First: 20}) // prepares
	must(t, err)
	heard.take()
	_, err = st.Feed(t.Context(), member, club, domain.Page{First: 20})
	must(t, err)
	if asked := heard.take(); len(asked) > 3 {
		t.Errorf("a page takes %d statements", len(asked))
	}
	_, err = st.Feed(t.Context(), member, club, domain.Page{First: 20, After: page.Cursors[19]})
	must(t, err)
	_, err = st.Comments(t.Context(), member, page.Items[9].ID, domain.Page{First: 20})
	must(t, err)
	used := map[string]bool{}
	for _, q := range heard.take() {
		plan := explain(t, db, q)
		for _, wrong := range plan.wrongs() {
			if strings.Contains(wrong, "post") || strings.Contains(wrong, "reaction") {
				t.Errorf("%s\n%s", wrong, q.sql)
			}
		}
		for _, index := range []string{"post_feed", "post_comments"} {
			used[index] = used[index] || plan.uses(index)
		}
	}
	if !used["post_feed"] || !used["post_comments"] {
		t.Errorf("the indexes used are %v", used)
	}
}
