package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
	"kabinet/store"
)

// readers is clubs with a member who reads them once a day, in Kamchatka, at a known hour there.
type readers struct {
	shop
	zone  *time.Location
	clubs []domain.Club
	anna  domain.Viewer // reads
	boris domain.Viewer // writes
	posts int
}

func newReaders(t *testing.T, clubs int) *readers {
	t.Helper()
	r := &readers{shop: newShop(t)}
	var err error
	r.zone, err = time.LoadLocation("Asia/Kamchatka")
	must(t, err)
	r.until(20)
	r.anna, r.boris = r.newCustomer(t, "reader@example.com"), r.newCustomer(t, "writer@example.com")
	r.exec(t, `update customer set time_zone = 'Asia/Kamchatka' where email = 'reader@example.com'`)
	for i := range clubs {
		c := r.club(t, fmt.Sprintf("club-%d", i), domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
		_, err := r.UpdateClub(t.Context(), r.staff, c.ID, nil, domain.ClubDraft{Posting: new(domain.PostingMembers)})
		must(t, err)
		for _, v := range []domain.Viewer{r.anna, r.boris} {
			_, err := r.JoinClub(t.Context(), v, c.ID)
			must(t, err)
		}
		must(t, r.SetClubPush(t.Context(), r.anna, c.ID, domain.PushDigest))
		r.clubs = append(r.clubs, c)
	}
	r.clock.Add(time.Minute)
	return r
}

// until lets the time pass until the next time it is an hour of the day where Anna lives.
func (r *readers) until(hour int) {
	now := r.clock.Now().In(r.zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, r.zone)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	r.clock.Add(at.Sub(now))
}

func (r *readers) write(t *testing.T, v domain.Viewer, club int) {
	t.Helper()
	r.posts++
	_, err := r.CreatePost(t.Context(), v, domain.PostDraft{IdempotencyKey: fmt.Sprint("post", r.posts), ClubID: r.clubs[club].ID, Text: "words"})
	must(t, err)
	r.clock.Add(time.Minute)
}

// digests are those that were asked for since the last call.
func (r *readers) digests(t *testing.T) (all []domain.ClubDigest) {
	t.Helper()
	_, err := r.DigestClubs(t.Context())
	must(t, err)
	var args []string
	must(t, r.DB().SelectContext(t.Context(), &args, `with gone as (delete from job where kind = $1 returning id, args) select args::text from gone order by id`, store.JobDigest))
	for _, a := range args {
		var d domain.ClubDigest
		must(t, json.Unmarshal([]byte(a), &d))
		all = append(all, d)
	}
	return all
}

func (r *readers) want(t *testing.T, posts int64, clubs ...int) {
	t.Helper()
	got := r.digests(t)
	if posts == 0 {
		if len(got) != 0 {
			t.Errorf("digests %+v, want none", got)
		}
		return
	}
	var ids []int64
	for _, i := range clubs {
		ids = append(ids, r.clubs[i].ID)
	}
	if len(got) != 1 || got[0].CustomerID != r.anna.CustomerID || got[0].Posts != posts || !slices.Equal(got[0].ClubIDs, ids) {
		t.Errorf("digests %+v, want %d posts in %v", got, posts, ids)
	}
}

func TestDigest_TellsOnceADayInTheMorningWhatIsNew(t *testing.T) {
	t.Parallel()
	r := newReaders(t, 3)
	r.write(t, r.boris, 0)
	r.write(t, r.boris, 0)
	r.write(t, r.boris, 2)
	r.write(t, r.anna, 1) // one's own is no news
	r.want(t, 0)
	r.until(8)
	r.want(t, 0)
	r.until(9)
	r.want(t, 3, 0, 2)
	r.want(t, 0)
	r.write(t, r.boris, 1)
	r.until(18)
	r.want(t, 0)
	r.until(9)
	r.want(t, 1, 1)
	r.until(9)
	r.want(t, 0) // a day without posts
}

func TestDigest_WaitsForTheMorningWhenTheServerWasAway(t *testing.T) {
	t.Parallel()
	r := newReaders(t, 1)
	r.write(t, r.boris, 0)
	r.until(9)
	r.until(23) // nobody asked all day
	r.want(t, 0)
	r.until(10)
	r.want(t, 1, 0)
	r.write(t, r.boris, 0)
	r.until(9)
	r.until(15)
	r.want(t, 1, 0)
	r.until(9)
	r.want(t, 0)
}

func TestDigest_LeavesOutWhatIsReadHiddenOrNotForTheMember(t *testing.T) {
	t.Parallel()
	r := newReaders(t, 4)
	for i := range r.clubs {
		r.write(t, r.boris, i)
	}
	must(t, r.SeeFeed(t.Context(), r.anna, r.clubs[0].ID, r.clock.Now()))
	must(t, r.SetClubPush(t.Context(), r.anna, r.clubs[1].ID, domain.PushNone))
	_, err := r.LeaveClub(t.Context(), r.anna, r.clubs[2].ID)
	must(t, err)
	r.until(9)
	r.want(t, 1, 3)
	r.write(t, r.boris, 3)
	feed, err := r.Feed(t.Context(), r.boris, r.clubs[3].ID, domain.Page{First: 1})
	must(t, err)
	_, err = r.HidePost(t.Context(), r.staff, feed.Items[0].ID, true, "off topic")
	must(t, err)
	r.until(9)
	r.want(t, 0)
	must(t, r.SetClubPush(t.Context(), r.anna, r.clubs[1].ID, domain.PushDigest)) // what was written while nothing was wanted is not told
	r.until(9)
	r.want(t, 0)
}

func TestDigest_ManyProcessesTellItOnce(t *testing.T) {
	t.Parallel()
	r := newReaders(t, 2)
	for i := range 40 {
		v := r.newCustomer(t, fmt.Sprintf("m%d@example.com", i))
		_, err := r.JoinClub(t.Context(), v, r.clubs[0].ID)
		must(t, err)
		must(t, r.SetClubPush(t.Context(), v, r.clubs[0].ID, domain.PushDigest))
	}
	r.exec(t, `update customer set time_zone = 'Asia/Kamchatka'`)
	r.until(20)
	r.write(t, r.boris, 0)
	r.write(t, r.boris, 1)
	r.until(9)
	r.until(10) // the digest of those who joined later was set by the zone of the business
	r.exec(t, `update club_member set digest_at = $1 where digest_at is not null`, r.clock.Now())
	var telling sync.WaitGroup
	for range 6 {
		telling.Go(func() {
			if _, err := r.DigestClubs(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	telling.Wait()
	told := map[int64]int64{}
	for _, d := range r.digests(t) {
		if told[d.CustomerID] > 0 {
			t.Errorf("customer %d was told twice", d.CustomerID)
		}
		told[d.CustomerID] = d.Posts
	}
	if len(told) != 41 || told[r.anna.CustomerID] != 2 {
		t.Errorf("told %v", told)
	}
}

// Over any days, with posts at any time and a server that looks at any time, each post is told exactly once and never at night.
func TestDigest_EveryPostIsToldExactlyOnce(t *testing.T) {
	t.Parallel()
	r := newReaders(t, 2)
	rapid.Check(t, func(rt *rapid.T) {
		r.until(12)
		r.digests(t)
		written, told := int64(0), int64(0)
		for range rapid.IntRange(5, 20).Draw(rt, "steps") {
			if rapid.Bool().Draw(rt, "write") {
				r.write(t, r.boris, rapid.IntRange(0, 1).Draw(rt, "club"))
				written++
			}
			r.clock.Add(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
			for _, d := range r.digests(t) {
				told += d.Posts
				if hour := r.clock.Now().In(r.zone).Hour(); hour < 9 || hour >= 21 {
					rt.Fatalf("told at %d", hour)
				}
			}
		}
		for range 2 {
			r.until(9)
			for _, d := range r.digests(t) {
				told += d.Posts
			}
		}
		if told != written {
			rt.Fatalf("%d posts, %d told", written, told)
		}
	})
}
