package store

import (
	"context"
	"encoding/json"
	"time"

	"kabinet/domain"
)

// This file is how members hear of new posts: one push for each, one digest a day, or nothing. The digest of a day and the mark that it was told commit
// together, so that it is never told twice.

// JobDigest pushes a digest to a customer; its arguments are a domain.ClubDigest.
const JobDigest = "club.digest"

// SetClubPush sets how a member hears of new posts of a club. The first digest tells of posts from now on, tomorrow morning at the latest.
func (s *Store) SetClubPush(ctx context.Context, v domain.Viewer, clubID int64, push domain.ClubPush) error {
	var due, from *time.Time
	if push == domain.PushDigest {
		zone, err := s.zoneOf(ctx, v.CustomerID)
		if err != nil {
			return err
		}
		now := s.now()
		next := domain.NextDigest(now, zone)
		due, from = &next, &now
	}
	return s.member(ctx, v, clubID, `
update club_member
   set muted = $3, digest_at = $4, digest_from = case when $4::timestamptz is not null then coalesce(digest_from, $5::timestamptz) end
 where club_id = $1 and customer_id = $2 and state = 'MEMBER'`, push == domain.PushNone, due, from)
}

// zoneOf is a customer's time zone, else that of the business.
func (s *Store) zoneOf(ctx context.Context, customerID int64) (*time.Location, error) {
	var name string
	err := s.get(ctx, &name, `
select coalesce((select c.time_zone from customer c where c.id = $1), b.time_zone) from business b`, customerID)
	return location(name), err
}

// location is the zone of a name that was checked when it was stored.
func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

type digestRow struct {
	ClubID     int64     `db:"club_id"`
	CustomerID int64     `db:"customer_id"`
	Zone       string    `db:"zone"`
	From       time.Time `db:"digest_from"`
	Posts      int64     `db:"posts"`
}

// dueDigestsSQL locks the memberships of customers whose digest is due and counts the posts of each up to $2, at most 100: those of others that the member
// has not read yet.
const dueDigestsSQL = `
select m.club_id, m.customer_id, m.digest_from, coalesce(k.time_zone, (select time_zone from business)) as zone,
       (select count(*)
          from (select 1
                  from post p
                  join club c on c.id = p.club_id and c.archived_at is null
                 where m.state = 'MEMBER' and p.club_id = m.club_id and p.thread_id is null and p.hidden_at is null and p.removed_at is null
                   and p.created_at > greatest(m.digest_from, m.seen_at, m.since) and p.created_at <= $2
                   and p.customer_id is distinct from m.customer_id
                 limit 100) n) as posts
  from club_member m
  join customer k on k.id = m.customer_id
 where m.digest_at <= $1
   and m.customer_id in (select customer_id from (select customer_id from club_member where digest_at <= $1 order by digest_at limit $3) due)
 order by m.club_id, m.customer_id
   for update of m`

// DigestClubs asks for the digests that are due, one for each customer over all their clubs, and returns how many memberships it looked at.
func (s *Store) DigestClubs(ctx context.Context) (n int, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		// A post is dated when its transaction begins: one that is still being written now is left to the next digest.
		until := tx.now.Add(-txTimeout)
		var rows []digestRow
		if err := tx.list(ctx, &rows, dueDigestsSQL, tx.now, until, UpkeepBatch); err != nil || len(rows) == 0 {
			return err
		}
		n = len(rows)
		digests, next := planDigests(rows, tx.now, until)
		_, err := tx.exec(ctx, `
update club_member m
   set digest_at = d.at, digest_from = d.until
  from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[]) as d (club_id, customer_id, at, until)
 where m.club_id = d.club_id and m.customer_id = d.customer_id`,
			column(rows, func(r digestRow) int64 { return r.ClubID }), column(rows, func(r digestRow) int64 { return r.CustomerID }),
			column(next, func(d nextDigest) time.Time { return d.at }), column(next, func(d nextDigest) time.Time { return d.from }))
		if err != nil || len(digests) == 0 {
			return err
		}
		args := make([]string, len(digests))
		for i, d := range digests {
			b, err := json.Marshal(d)
			if err != nil {
				return err
			}
			args[i] = string(b)
		}
		tx.asked = true
		_, err = tx.exec(ctx, `insert into job (kind, args) select $1, a::jsonb from unnest($2::text[]) as a`, JobDigest, args)
		return err
	})
	return n, err
}

// nextDigest is when the next digest of a membership is due and from where it counts.
type nextDigest struct{ at, from time.Time }

// planDigests decides what is told now. Where it is night, nothing is told and nothing is lost.
func planDigests(rows []digestRow, now, until time.Time) (digests []domain.ClubDigest, next []nextDigest) {
	at := map[int64]int{} // digests by customer
	for _, r := range rows {
		zone := location(r.Zone)
		if !domain.DigestHour(now, zone) {
			next = append(next, nextDigest{domain.NextDigest(now, zone), r.From})
			continue
		}
		next = append(next, nextDigest{domain.NextDigest(now, zone), later(r.From, until)})
		if r.Posts == 0 {
			continue
		}
		i, begun := at[r.CustomerID]
		if !begun {
			i = len(digests)
			at[r.CustomerID] = i
			digests = append(digests, domain.ClubDigest{CustomerID: r.CustomerID})
		}
		digests[i].Posts += r.Posts
		digests[i].ClubIDs = append(digests[i].ClubIDs, r.ClubID)
	}
	return digests, next
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// DevicesOfClub reads a set of the devices of the members of a club who want a push for each new post, but for one customer's, after a device, with the
// language of each.
func (s *Store) DevicesOfClub(ctx context.Context, clubID, exceptID, after int64, limit int) (rows []domain.Device, err error) {
	err = s.list(ctx, &rows, `
select d.id, d.customer_id, d.staff_id, d.token, d.platform, d.name, coalesce(d.locale, c.locale) as locale, d.created_at, d.seen_at
  from club_member m
  join device d on d.customer_id = m.customer_id
  join customer c on c.id = m.customer_id
 where m.club_id = $1 and m.state = 'MEMBER' and not m.muted and m.digest_at is null and m.customer_id <> $2 and d.id > $3
 order by d.id
 limit $4`, clubID, exceptID, after, limit)
	return rows, err
}
