package store

import (
	"context"
	"time"

	"kabinet/domain"
)

type reportedRow struct {
	PostID  int64                       `db:"post_id"`
	ClubID  int64                       `db:"club_id"`
	Since   time.Time                   `db:"since"`
	Reports jsonOf[[]domain.PostReport] `db:"reports"`
	place
}

func (r reportedRow) content() domain.ReportedContent {
	for i := range r.Reports.V {
		r.Reports.V[i].PostID = r.PostID
	}
	return domain.ReportedContent{PostID: r.PostID, ClubID: r.ClubID, Since: r.Since, Reports: r.Reports.V}
}

// ModerationQueue reads a page of the posts and comments of all clubs with reports that nobody has settled, the longest waiting first, each with its
// reports. It reads what is open, by an index that holds nothing else.
func (s *Store) ModerationQueue(ctx context.Context, page domain.Page) (domain.List[domain.ReportedContent], error) {
	q := pageQuery{columns: "q.post_id, q.club_id, q.since, q.reports", key: "q.since", keyType: "timestamptz", id: "q.post_id", from: `(
select post_id, club_id, min(at) as since, jsonb_agg(jsonb_build_object('Reason', reason, 'At', at) order by at) as reports
  from post_report
 where settled_at is null
 group by post_id, club_id) q`}
	return readPage(ctx, s, q, page, reportedRow.content)
}

// ModerationCount counts the posts and comments that wait for a moderator.
func (s *Store) ModerationCount(ctx context.Context) (n int64, err error) {
	err = s.get(ctx, &n, `select count(distinct post_id) from post_report where settled_at is null`)
	return n, err
}
