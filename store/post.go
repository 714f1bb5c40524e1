package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"kabinet/domain"
)

// This file is the feeds of clubs: posts, and comments below them. post_read.go holds what is only read.

// CreatePost writes a post, a comment or a reply, and tells the subscribers of the club. To somebody who may not read the feed there is no
// such club or post. Refusals: those of domain.CheckPost; CLUB_POSTING where only the staff posts; a comment that is not below the post.
func (s *Store) CreatePost(ctx context.Context, v domain.Viewer, d domain.PostDraft) (p domain.Post, err error) {
	html, refused, err := s.written(d)
	if err != nil {
		return p, err
	}
	if refused = append(domain.CheckKey(d.IdempotencyKey), refused...); len(refused) > 0 {
		return p, refused
	}
	operation := "postCreate"
	if d.PostID != 0 {
		operation = "commentCreate"
	}
	key, err := newOnce(v, operation, d.IdempotencyKey, d)
	if err != nil {
		return p, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.insertPost(ctx, v, d, html); err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
		}
		p, err = tx.postByID(ctx, v, id)
		return err
	})
	return p, err
}

// written makes safe HTML of a draft's text.
func (s *Store) written(d domain.PostDraft) (html string, refused domain.Refused, err error) {
	refused = domain.CheckPost(d)
	if refused != nil {
		return "", refused, nil
	}
	if html, err = s.markdown.Render(d.Text); err == nil && len(html) > domain.MaxPostHTML {
		refused = domain.Refused{{Code: domain.CodeTooLong, Field: []string{"text"}, Limit: domain.MaxPost}}
	}
	return html, refused, err
}

func (t *Tx) insertPost(ctx context.Context, v domain.Viewer, d domain.PostDraft, html string) (id int64, err error) {
	n := news{kind: domain.EventPostCreated, clubID: d.ClubID, push: true}
	if d.PostID != 0 {
		thread, err := t.thread(ctx, v, d)
		if err != nil {
			return 0, err
		}
		n = news{kind: domain.EventCommentCreated, clubID: thread.ClubID}
	}
	place, err := t.placeOf(ctx, v, n.clubID)
	switch {
	case err != nil:
		return 0, err
	case !place.Reads:
		return 0, domain.ErrNotFound
	case d.PostID == 0 && !place.Posts:
		return 0, domain.Refuse(domain.Refusal{Code: domain.CodeClubPosting})
	}
	customerID, staffID := v.CustomerID, int64(0)
	if v.IsStaff() {
		customerID, staffID = 0, v.StaffID
	}
	err = t.get(ctx, &id, `
with counted as (
  update post set comments = comments + 1 where id = $2
)
insert into post (club_id, thread_id, parent_id, customer_id, staff_id, title, source, html, created_at)
values ($1, nullif($2, 0::bigint), nullif($3, 0::bigint), nullif($4, 0::bigint), nullif($5, 0::bigint), $6, $7, $8, $9)
returning id`, n.clubID, d.PostID, d.ReplyToID, customerID, staffID, d.Title, d.Text, html, t.now)
	if err != nil {
		return 0, err
	}
	if err := t.fillPost(ctx, v, n.clubID, id, &d.Pictures, &d.OfferIDs); err != nil {
		return 0, err
	}
	n.data.Post = &domain.PostRef{ID: id, ThreadID: d.PostID}
	return id, t.tell(ctx, n)
}

// thread locks the post of a comment and checks that the comment it answers stands below it. An answer to a reply is refused: there is one level.
func (t *Tx) thread(ctx context.Context, v domain.Viewer, d domain.PostDraft) (domain.Post, error) {
	thread, err := t.lockPost(ctx, v, d.PostID)
	if err == nil && (thread.ThreadID != 0 || !thread.Shown()) {
		err = domain.ErrNotFound
	}
	if err != nil || d.ReplyToID == 0 {
		return thread, err
	}
	parent, err := t.postByID(ctx, v, d.ReplyToID)
	if err == nil && (parent.ThreadID != thread.ID || parent.ParentID != 0 || !parent.Shown()) || errors.Is(err, domain.ErrNotFound) {
		err = domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"replyToId"}, Rule: "comment"})
	}
	return thread, err
}

// placeOf reads what the viewer may do in the feed of a club.
func (t *Tx) placeOf(ctx context.Context, v domain.Viewer, clubID int64) (domain.Place, error) {
	c, err := t.clubByID(ctx, clubID)
	if err != nil {
		return domain.Place{}, err
	}
	m, err := membership(ctx, t.list, clubID, v.CustomerID)
	return domain.PlaceOf(v, c, m), err
}

func (t *Tx) postByID(ctx context.Context, v domain.Viewer, id int64) (domain.Post, error) {
	var row postRow
	err := t.get(ctx, &row, postsSQL+` where p.id = $2`, v.CustomerID, id)
	return row.post(), err
}

// lockPost locks a post or comment and reads it.
func (t *Tx) lockPost(ctx context.Context, v domain.Viewer, id int64) (p domain.Post, err error) {
	var locked int64
	if err := t.get(ctx, &locked, `select id from post where id = $1 for update`, id); err != nil {
		return p, err
	}
	return t.postByID(ctx, v, id)
}

// changePost is the frame of all changes of a post or comment: locks it, and lets change work with what the viewer may do. To somebody who may not
// read it, it does not exist.
func (s *Store) changePost(ctx context.Context, v domain.Viewer, id int64, change func(context.Context, *Tx, domain.Post, domain.Place) error) (p domain.Post, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		// A comment's post is locked first, as when a comment is written, so that two changes never wait for each other.
		if _, err := tx.exec(ctx, `select 1 from post where id = (select thread_id from post where id = $1) for update`, id); err != nil {
			return err
		}
		was, err := tx.lockPost(ctx, v, id)
		if err != nil {
			return err
		}
		place, err := tx.placeOf(ctx, v, was.ClubID)
		if err == nil && (!place.Reads || !mayRead(v, was, place)) {
			err = domain.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := change(ctx, tx, was, place); err != nil {
			return err
		}
		p, err = tx.postByID(ctx, v, id)
		return err
	})
	return p, err
}

// mayRead says whether a viewer who reads the feed may read this: what is hidden, only its author and moderators; what is removed, only moderators.
func mayRead(v domain.Viewer, p domain.Post, place domain.Place) bool {
	return p.Shown() || place.Moderates || p.RemovedAt == nil && p.WrittenBy(v)
}

// changed tells the subscribers of the club that a post or comment is not what it was.
func (t *Tx) changed(ctx context.Context, p domain.Post) error {
	return t.tell(ctx, news{kind: domain.EventPostChanged, clubID: p.ClubID, data: domain.EventData{Post: &domain.PostRef{ID: p.ID, ThreadID: p.ThreadID}}})
}

// EditPost writes the author's own post or comment anew and keeps what it said before; pictures that are taken out are gone. Somebody else's is Forbidden.
// Refusals: those of CreatePost.
func (s *Store) EditPost(ctx context.Context, v domain.Viewer, id int64, e domain.PostEdit) (domain.Post, error) {
	return s.changePost(ctx, v, id, func(ctx context.Context, tx *Tx, p domain.Post, _ domain.Place) error {
		if !p.WrittenBy(v) {
			return domain.Errorf(domain.Forbidden, "only the author may edit this")
		}
		html, refused, err := s.written(e.Draft(p.ThreadID))
		if err != nil || refused != nil {
			return errorOr(err, refused)
		}
		_, err = tx.exec(ctx, `
with kept as (
  insert into post_revision (post_id, title, source, at)
  select id, title, source, $5 from post where id = $1
)
update post set title = $2, source = $3, html = $4, edits = edits + 1, edited_at = $5 where id = $1`, id, e.Title, e.Text, html, tx.now)
		if err != nil {
			return err
		}
		if err := tx.fillPost(ctx, v, p.ClubID, id, e.Pictures, e.OfferIDs); err != nil {
			return err
		}
		return tx.changed(ctx, p)
	})
}

func errorOr(err error, refused domain.Refused) error {
	if err == nil && refused != nil {
		return refused
	}
	return err
}

// RemovePost takes the author's own post or comment away, its pictures for good. Somebody else's is Forbidden.
func (s *Store) RemovePost(ctx context.Context, v domain.Viewer, id int64) (domain.Post, error) {
	return s.changePost(ctx, v, id, func(ctx context.Context, tx *Tx, p domain.Post, _ domain.Place) error {
		if !p.WrittenBy(v) {
			return domain.Errorf(domain.Forbidden, "only the author may remove this")
		}
		if _, err := tx.exec(ctx, `update post set removed_at = $2, pinned_at = null where id = $1 and removed_at is null`, id, tx.now); err != nil {
			return err
		}
		if err := tx.fillPost(ctx, v, p.ClubID, id, &[]domain.ShownPicture{}, &[]int64{}); err != nil {
			return err
		}
		return errors.Join(tx.recountComments(ctx, p), tx.changed(ctx, p))
	})
}

// HidePost hides a post or comment from members with a reason that its author sees, or shows it again; either settles what was reported about it. Only for
// moderators and staff, to others Forbidden.
func (s *Store) HidePost(ctx context.Context, v domain.Viewer, id int64, hidden bool, reason string) (domain.Post, error) {
	if refused := domain.CheckText(reason, hidden, domain.MaxReason, "reason"); refused != nil {
		return domain.Post{}, refused
	}
	return s.changePost(ctx, v, id, func(ctx context.Context, tx *Tx, p domain.Post, place domain.Place) error {
		if !place.Moderates {
			return domain.Errorf(domain.Forbidden, "only moderators and staff may do this")
		}
		_, err := tx.exec(ctx, `
with settled as (
  update post_report set settled_at = $4 where post_id = $1 and settled_at is null
)
update post
   set hidden_at = case when $2 then coalesce(hidden_at, $4) end, hidden_reason = case when $2 then $3::text end,
       pinned_at = case when $2 then null else pinned_at end
 where id = $1`, id, hidden, reason, tx.now)
		if err != nil {
			return err
		}
		if err := tx.recountComments(ctx, p); err != nil {
			return err
		}
		data := map[string]any{"hidden": hidden, "by": v.CustomerID}
		if err := tx.audit(ctx, v, "contentHide", "post:"+strconv.FormatInt(id, 10), reason, data); err != nil {
			return err
		}
		return tx.changed(ctx, p)
	})
}

// recountComments counts the shown comments of the post that p stands below, or is.
func (t *Tx) recountComments(ctx context.Context, p domain.Post) error {
	if p.ThreadID == 0 {
		return nil
	}
	_, err := t.exec(ctx, `
update post
   set comments = (select count(*) from post c where c.thread_id = $1 and c.hidden_at is null and c.removed_at is null)
 where id = $1`, p.ThreadID)
	return err
}

// PinPost pins a post above the feed, or unpins it. Only for moderators and staff, to others Forbidden. Comments cannot be pinned.
func (s *Store) PinPost(ctx context.Context, v domain.Viewer, id int64, pinned bool) (domain.Post, error) {
	return s.changePost(ctx, v, id, func(ctx context.Context, tx *Tx, p domain.Post, place domain.Place) error {
		switch {
		case p.ThreadID != 0 || !p.Shown():
			return domain.ErrNotFound
		case !place.Moderates:
			return domain.Errorf(domain.Forbidden, "only moderators and staff may do this")
		}
		_, err := tx.exec(ctx, `update post set pinned_at = case when $2 then coalesce(pinned_at, $3) end where id = $1`, id, pinned, tx.now)
		if err != nil {
			return err
		}
		return tx.changed(ctx, p)
	})
}

// ReactTo sets what the viewer, a customer, feels about a post or comment; empty takes it back.
func (s *Store) ReactTo(ctx context.Context, v domain.Viewer, id int64, kind domain.ReactionKind) (domain.Post, error) {
	return s.changePost(ctx, v, id, func(ctx context.Context, tx *Tx, p domain.Post, _ domain.Place) error {
		if p.OwnReaction == kind {
			return nil
		}
		_, err := tx.exec(ctx, `
with counted as (
  update post set reactions = $3::jsonb where id = $1
), gone as (
  delete from reaction where post_id = $1 and customer_id = $2 and $4 = ''
)
insert into reaction (post_id, customer_id, kind, created_at)
select $1, $2, $4, $5
 where $4 <> ''
on conflict (post_id, customer_id) do update
   set kind = excluded.kind`, id, v.CustomerID, asJSON(domain.React(p.Reactions, p.OwnReaction, kind)), string(kind), tx.now)
		return err
	})
}

// ReportPost tells the moderators what is wrong with a post or comment; once for each customer.
func (s *Store) ReportPost(ctx context.Context, v domain.Viewer, id int64, reason string) (domain.Post, error) {
	if refused := domain.CheckText(reason, true, domain.MaxReason, "reason"); refused != nil {
		return domain.Post{}, refused
	}
	return s.changePost(ctx, v, id, func(ctx context.Context, tx *Tx, p domain.Post, _ domain.Place) error {
		_, err := tx.exec(ctx, `
insert into post_report (post_id, customer_id, club_id, reason, at)
values ($1, $2, $3, $4, $5)
on conflict do nothing`, id, v.CustomerID, p.ClubID, reason, tx.now)
		return err
	})
}

// SeeFeed notes up to which moment a member has read a club's feed; it never goes back.
func (s *Store) SeeFeed(ctx context.Context, v domain.Viewer, clubID int64, until time.Time) error {
	return s.member(ctx, v, clubID, `
update club_member set seen_at = greatest(seen_at, least($3, $4::timestamptz)) where club_id = $1 and customer_id = $2 and state = 'MEMBER'`, until, s.now())
}

// member changes the viewer's own membership; ErrNotFound for somebody who is no member.
func (s *Store) member(ctx context.Context, v domain.Viewer, clubID int64, sql string, args ...any) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, sql, append([]any{clubID, v.CustomerID}, args...)...)
		if err == nil && n == 0 {
			err = domain.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("change a membership: %w", err)
		}
		return nil
	})
}
