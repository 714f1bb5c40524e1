package store

import (
	"context"
	"time"

	"kabinet/domain"
)

type postRow struct {
	ID           int64                                 `db:"id"`
	ClubID       int64                                 `db:"club_id"`
	ThreadID     int64                                 `db:"thread_id"`
	ParentID     int64                                 `db:"parent_id"`
	CustomerID   int64                                 `db:"customer_id"`
	StaffID      int64                                 `db:"staff_id"`
	Author       string                                `db:"author"`
	AuthorGone   bool                                  `db:"author_gone"`
	Title        string                                `db:"title"`
	Source       string                                `db:"source"`
	HTML         string                                `db:"html"`
	Comments     int64                                 `db:"comments"`
	Reactions    jsonOf[map[domain.ReactionKind]int64] `db:"reactions"`
	OwnReaction  domain.ReactionKind                   `db:"own_reaction"`
	Edits        int64                                 `db:"edits"`
	CreatedAt    time.Time                             `db:"created_at"`
	EditedAt     *time.Time                            `db:"edited_at"`
	PinnedAt     *time.Time                            `db:"pinned_at"`
	HiddenAt     *time.Time                            `db:"hidden_at"`
	HiddenReason *string                               `db:"hidden_reason"`
	RemovedAt    *time.Time                            `db:"removed_at"`
	place
}

func (r postRow) post() domain.Post {
	return domain.Post{ID: r.ID, ClubID: r.ClubID, ThreadID: r.ThreadID, ParentID: r.ParentID, CustomerID: r.CustomerID, StaffID: r.StaffID,
		Author: r.Author, AuthorGone: r.AuthorGone, Title: r.Title, Source: r.Source, HTML: r.HTML, Comments: r.Comments, Reactions: r.Reactions.V, OwnReaction: r.OwnReaction,
		Edits: r.Edits, CreatedAt: r.CreatedAt, EditedAt: r.EditedAt, PinnedAt: r.PinnedAt, HiddenAt: r.HiddenAt, HiddenReason: r.HiddenReason, RemovedAt: r.RemovedAt}
}

// postColumns read a post with its author's name and the reaction of the customer $1, so that a page of a feed is one statement.
const (
	postColumns = `p.id, p.club_id, coalesce(p.thread_id, 0) as thread_id, coalesce(p.parent_id, 0) as parent_id, coalesce(p.customer_id, 0) as customer_id,
       coalesce(p.staff_id, 0) as staff_id, coalesce(k.name, s.name, p.author, '') as author, k.erased_at is not null as author_gone, p.title, p.source, p.html, p.comments, p.reactions,
       coalesce(r.kind, '') as own_reaction, p.edits, p.created_at, p.edited_at, p.pinned_at, p.hidden_at, p.hidden_reason, p.removed_at`
	postTables = `post p
  left join customer k on k.id = p.customer_id
  left join staff s on s.id = p.staff_id
  left join reaction r on r.post_id = p.id and r.customer_id = $1`
	postsSQL = `select ` + postColumns + `
  from ` + postTables
)

// PlaceIn reads what the viewer may do in the feed of a club; ErrNotFound when there is no such club.
func (s *Store) PlaceIn(ctx context.Context, v domain.Viewer, clubID int64) (domain.Place, error) {
	clubs, err := s.ClubsByID(ctx, []int64{clubID})
	if err != nil {
		return domain.Place{}, err
	}
	c, exists := clubs[clubID]
	if !exists {
		return domain.Place{}, domain.ErrNotFound
	}
	m, err := s.Membership(ctx, clubID, v.CustomerID)
	return domain.PlaceOf(v, c, m), err
}

// Feed reads a page of the posts of a club, the latest first, as the viewer sees them. To somebody who may not read the feed there is none: ErrNotFound.
func (s *Store) Feed(ctx context.Context, v domain.Viewer, clubID int64, page domain.Page) (domain.List[domain.Post], error) {
	if err := s.mayReadFeed(ctx, v, clubID); err != nil {
		return domain.List[domain.Post]{}, err
	}
	return s.posts(ctx, page, true, []any{v.CustomerID, clubID}, "p.club_id = $2", "p.thread_id is null", "p.hidden_at is null", "p.removed_at is null")
}

func (s *Store) mayReadFeed(ctx context.Context, v domain.Viewer, clubID int64) error {
	place, err := s.PlaceIn(ctx, v, clubID)
	if err == nil && !place.Reads {
		err = domain.ErrNotFound
	}
	return err
}

// Comments reads a page of the comments of a post, the oldest first, without replies. Who may read the post is decided before.
func (s *Store) Comments(ctx context.Context, v domain.Viewer, postID int64, page domain.Page) (domain.List[domain.Post], error) {
	return s.posts(ctx, page, false, []any{v.CustomerID, postID}, "p.thread_id = $2", "p.parent_id is null", "p.hidden_at is null", "p.removed_at is null")
}

// Replies reads a page of the replies to a comment, the oldest first.
func (s *Store) Replies(ctx context.Context, v domain.Viewer, commentID int64, page domain.Page) (domain.List[domain.Post], error) {
	return s.posts(ctx, page, false, []any{v.CustomerID, commentID}, "p.parent_id = $2", "p.hidden_at is null", "p.removed_at is null")
}

func (s *Store) posts(ctx context.Context, page domain.Page, desc bool, args []any, where ...string) (domain.List[domain.Post], error) {
	q := pageQuery{columns: postColumns, from: postTables, where: where, args: args, key: "p.created_at", keyType: "timestamptz", id: "p.id", desc: desc}
	return readPage(ctx, s, q, page, postRow.post)
}

// PinnedPosts reads the pinned posts of a club, the last pinned first, at most 20.
func (s *Store) PinnedPosts(ctx context.Context, v domain.Viewer, clubID int64) ([]domain.Post, error) {
	if err := s.mayReadFeed(ctx, v, clubID); err != nil {
		return nil, err
	}
	var rows []postRow
	err := s.list(ctx, &rows, postsSQL+`
 where p.club_id = $2 and p.pinned_at is not null and p.hidden_at is null and p.removed_at is null
 order by p.pinned_at desc, p.id desc
 limit 20`, v.CustomerID, clubID)
	return column(rows, postRow.post), err
}

// PostByID reads a post or comment as the viewer sees it. What the viewer may not read is ErrNotFound.
func (s *Store) PostByID(ctx context.Context, v domain.Viewer, id int64) (domain.Post, error) {
	var rows []postRow
	if err := s.list(ctx, &rows, postsSQL+` where p.id = $2`, v.CustomerID, id); err != nil {
		return domain.Post{}, err
	}
	row, err := only(rows, nil)
	if err != nil {
		return domain.Post{}, err
	}
	p := row.post()
	place, err := s.PlaceIn(ctx, v, p.ClubID)
	if err == nil && (!place.Reads || !mayRead(v, p, place)) {
		err = domain.ErrNotFound
	}
	return p, err
}

// UnreadLimit bounds how many unread posts are counted.
const UnreadLimit = 100

// Unread counts the posts of a club that a member has not read, at most UnreadLimit; 0 for others.
func (s *Store) Unread(ctx context.Context, v domain.Viewer, clubID int64) (n int64, err error) {
	err = s.get(ctx, &n, `
select count(*)
  from (select 1
          from club_member m
          join post p on p.club_id = m.club_id and p.thread_id is null and p.hidden_at is null and p.removed_at is null
                         and p.created_at > coalesce(m.seen_at, m.since) and p.customer_id is distinct from m.customer_id
         where m.club_id = $1 and m.customer_id = $2 and m.state = 'MEMBER'
         limit 100) unread`, clubID, v.CustomerID)
	return n, err
}

// Revisions reads what a post or comment said before its edits, the latest first.
func (s *Store) Revisions(ctx context.Context, postID int64) (rows []domain.PostRevision, err error) {
	err = s.list(ctx, &rows, `select title, source, at from post_revision where post_id = $1 order by id desc limit 100`, postID)
	return rows, err
}

// Reports reads the reports of a club that nobody has settled, the oldest first, at most 100.
func (s *Store) Reports(ctx context.Context, clubID int64) (rows []domain.PostReport, err error) {
	err = s.list(ctx, &rows, `
select post_id, customer_id, reason, at
  from post_report
 where club_id = $1 and settled_at is null
 order by at, post_id
 limit 100`, clubID)
	return rows, err
}
