package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"kabinet/domain"
	"kabinet/store/storetest"
)

// The feed that is measured: a club of so many members with so many posts of 40 words, each with reactions, one in ten with a comment.
const (
	feedMembers = 100
	feedPosts   = 2_000
)

const feedQuery = `query Feed($club: ID!) { clubFeed(clubId: $club, first: 20) {
 nodes { id title html createdAt author { name staff own } commentsCount reactions { kind count } ownReaction } pageInfo { hasNextPage endCursor } } }`

// measureFeed sets a member's page of 20 posts with authors, counts and own reactions against a page of 20 products that is not in memory, which a feed,
// being each member's own, never is.
func measureFeed(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "feed", "")
	if err != nil {
		return err
	}
	if err := storetest.Fill(ctx, dsn, feedMembers, 0); err != nil {
		return err
	}
	if err := fillFeed(ctx, dsn); err != nil {
		return fmt.Errorf("fill the feed: %w", err)
	}
	k, err := b.start(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = k.stop() }()
	club := domain.GID{Kind: "Club", N: 1}.String()
	var members []request
	for i := range feedMembers {
		members = append(members, request{Token: token(int64(i+1), 0, ""), Body: bodyOf(feedQuery, map[string]any{"club": club})})
	}
	page, err := json.Marshal(map[string]string{"query": pageQuery})
	if err != nil {
		return err
	}
	other := strings.TrimSuffix(string(page), "}") + `,"extensions":{"nonce":"` + unique + `"}}`
	ask := func(want string, requests ...request) func(context.Context) (turn, error) {
		return func(ctx context.Context) (turn, error) {
			return load{Addr: k.addr, Requests: requests, Clients: catalogueClients, Length: b.length, Want: want}.run(ctx, b)
		}
	}
	const catalogue = "catalogue page, not in memory"
	sides := []side{
		{name: "feed page", pid: k.cmd.Process.Pid, run: ask(`"ownReaction":"LIKE"`, members...)},
		{name: catalogue, pid: k.cmd.Process.Pid, run: ask(`"data":{"`, request{Body: other})},
	}
	r, err := b.compare(ctx, sides)
	if err != nil {
		return err
	}
	r.printRates(fmt.Sprintf("Feed page of 20 posts for a member, %d at once", catalogueClients), sides, catalogue)
	b.noteRatio("feed page / catalogue page, neither from memory", r, "feed page", catalogue, 0.5)
	return nil
}

// fillFeed makes the club, its members, who are the customers of storetest.Fill, and the posts. Everybody likes the latest twenty.
func fillFeed(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, statement := range []string{
		`insert into club (slug, name, entry, posting, created_at) values ('feed', '{"en": "Feed"}', 'OPEN', 'MEMBERS', now())`,
		fmt.Sprintf(`insert into club_member (club_id, customer_id, state, since) select 1, id, 'MEMBER', now() from customer where id <= %d`, feedMembers),
		`insert into club_figures (club_id, members) select 1, count(*) from club_member on conflict (club_id) do update set members = excluded.members`,
		fmt.Sprintf(`
insert into post (club_id, customer_id, title, source, html, comments, reactions, created_at)
select 1, 1 + n %% %d, 'Post ' || n, repeat('words ', 40), '<p>' || repeat('words ', 40) || '</p>', (n %% 10 = 0)::int, '{"LIKE": 100}', now() - n * interval '1 second'
  from generate_series(1, %d) n`, feedMembers, feedPosts),
		fmt.Sprintf(`insert into reaction (post_id, customer_id, kind, created_at) select p.id, c.id, 'LIKE', now() from post p, customer c where p.id <= 20 and c.id <= %d`, feedMembers),
		`analyze`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
