package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is clubs and who is in them; club_spend.go is the clubs that are entered by what one pays. Whoever changes memberships of a customer
// holds the lock of the customer's wallet, so that two changes never cross.

// JobClubs recounts the clubs that are entered by what one pays; it has no arguments.
const JobClubs = "clubs.recount"

type clubRow struct {
	ID          int64                     `db:"id"`
	Slug        string                    `db:"slug"`
	Name        jsonOf[domain.Text]       `db:"name"`
	Description jsonOf[domain.Text]       `db:"description"`
	Picture     *string                   `db:"picture"`
	PictureID   *int64                    `db:"picture_id"`
	Widths      pq.Int64Array             `db:"widths"`
	Heights     pq.Int64Array             `db:"heights"`
	Entry       domain.ClubEntry          `db:"entry"`
	Need        int64                     `db:"need"`
	PeriodDays  int64                     `db:"period_days"`
	GraceDays   int64                     `db:"grace_days"`
	Posting     domain.ClubPosting        `db:"posting"`
	Privileges  jsonOf[domain.Privileges] `db:"privileges"`
	Position    int64                     `db:"position"`
	Version     int64                     `db:"version"`
	CreatedAt   time.Time                 `db:"created_at"`
	ArchivedAt  *time.Time                `db:"archived_at"`
	Members     int64                     `db:"members"`
	Currency    string                    `db:"currency"`
}

func (r clubRow) club() domain.Club {
	c := domain.Club{ID: r.ID, Slug: r.Slug, Name: r.Name.V, Description: r.Description.V, Entry: r.Entry, Posting: r.Posting,
		Spend:      domain.SpendRule{NeedMinor: r.Need, PeriodDays: r.PeriodDays, GraceDays: r.GraceDays},
		Privileges: r.Privileges.V, Position: r.Position, Version: r.Version, MembersCount: r.Members, CreatedAt: r.CreatedAt, ArchivedAt: r.ArchivedAt, CurrencyCode: r.Currency}
	if r.Picture != nil {
		c.Picture.AltText, c.Picture.ID = r.Name.V, *r.PictureID
		for i, width := range r.Widths {
			c.Picture.Sizes = append(c.Picture.Sizes, domain.PictureSize{Width: width, Height: r.Heights[i], URL: MediaURL(*r.Picture, width)})
		}
	}
	return c
}

const clubColumns = `c.id, c.slug, c.name, c.description, c.picture, c.entry, c.need, c.period_days, c.grace_days, c.posting, c.privileges, c.position,
       c.version, c.created_at, c.archived_at, (select currency from business) as currency,
       (select f.id from picture_file f where f.name = c.picture) as picture_id,
       (select array_agg(m.width order by m.width) from media m where m.hash = c.picture) as widths,
       (select array_agg(m.height order by m.width) from media m where m.hash = c.picture) as heights`

const openClubsSQL = `
select ` + clubColumns + `, 0 as members
  from club c
 where c.archived_at is null
 order by c.position, c.id`

const clubsSQL = `
select ` + clubColumns + `, f.members
  from club c
  join club_figures f on f.club_id = c.id`

// benefits is what the clubs with these numbers give at an instant.
func (t *terms) benefits(ids []int64, now time.Time) domain.Benefits {
	b := domain.Benefits{Now: now}
	for _, c := range t.clubs {
		for _, id := range ids {
			if c.ID == id {
				b.Clubs = append(b.Clubs, c)
			}
		}
	}
	b.Offers = t.deals(b.Clubs, now)
	return b
}

// BenefitsOf reads what a customer's clubs give.
func (s *Store) BenefitsOf(ctx context.Context, customerID int64) (domain.Benefits, error) {
	terms, err := s.terms(ctx)
	if err != nil {
		return domain.Benefits{}, err
	}
	var ids []int64
	err = s.list(ctx, &ids, `select club_id from club_member where customer_id = $1 and state = 'MEMBER'`, customerID)
	return terms.benefits(ids, s.now()), err
}

// Clubs reads the clubs that a viewer may know of, in the order in which they are shown: staff all of them, others those that are not archived, and of
// those BY_INVITE only the ones that the customer was asked into or is a member of.
func (s *Store) Clubs(ctx context.Context, v domain.Viewer) ([]domain.Club, error) {
	return s.clubs(ctx, v, "true", 0)
}

// ClubByID reads a club that the viewer may know of; ErrNotFound for any other.
func (s *Store) ClubByID(ctx context.Context, v domain.Viewer, id int64) (domain.Club, error) {
	return only(s.clubs(ctx, v, "c.id = $3", id))
}

// ClubBySlug reads a club that the viewer may know of; ErrNotFound for any other.
func (s *Store) ClubBySlug(ctx context.Context, v domain.Viewer, slug string) (domain.Club, error) {
	return only(s.clubs(ctx, v, "c.slug = $3", slug))
}

func only[T any](found []T, err error) (one T, _ error) {
	if err == nil && len(found) == 0 {
		err = domain.ErrNotFound
	}
	if err != nil {
		return one, err
	}
	return found[0], nil
}

func (s *Store) clubs(ctx context.Context, v domain.Viewer, condition string, arg any) ([]domain.Club, error) {
	var rows []clubRow
	args := []any{v.IsStaff(), v.CustomerID}
	if condition != "true" {
		args = append(args, arg)
	}
	err := s.list(ctx, &rows, clubsSQL+`
 where `+condition+`
   and ($1 or c.archived_at is null
              and (c.entry <> 'BY_INVITE'
                   or exists (select 1 from club_member m where m.club_id = c.id and m.customer_id = $2 and m.state in ('INVITED', 'MEMBER'))))
 order by c.position, c.id`, args...)
	return column(rows, clubRow.club), err
}

// ClubsByID reads clubs by their row numbers, whoever asks; those that do not exist are left out.
func (s *Store) ClubsByID(ctx context.Context, ids []int64) (map[int64]domain.Club, error) {
	var rows []clubRow
	err := s.list(ctx, &rows, clubsSQL+` where c.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, clubRow.club), func(c domain.Club) int64 { return c.ID }), err
}

// CreateClub makes a club. Refusals: those of Club.Check; a slug that is taken; a privilege on something that does not exist.
func (s *Store) CreateClub(ctx context.Context, v domain.Viewer, idempotencyKey string, d domain.ClubDraft) (c domain.Club, err error) {
	c = domain.Club{Posting: domain.PostingStaff}.Draw(d, s.now())
	if refused := append(domain.CheckKey(idempotencyKey), c.Check()...); refused != nil {
		return c, refused
	}
	key, err := newOnce(v, "clubCreate", idempotencyKey, d)
	if err != nil {
		return c, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			err := tx.get(ctx, &id, `
with made as (
  insert into club (slug, name, description, entry, need, period_days, grace_days, posting, privileges, position, created_at, archived_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  returning id
), counted as (
  insert into club_figures (club_id) select id from made
)
select id from made`, c.Slug, asJSON(c.Name), asJSON(c.Description), c.Entry, c.Spend.NeedMinor, c.Spend.PeriodDays, c.Spend.GraceDays,
				c.Posting, asJSON(c.Privileges), c.Position, tx.now, c.ArchivedAt)
			if err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
			c.ID = id
			if err := tx.showClubPicture(ctx, v, c, d.PictureID); err != nil {
				return err
			}
			if err := tx.clubChanged(ctx, v, "clubCreate", c); err != nil {
				return err
			}
		}
		c, err = tx.clubByID(ctx, id)
		return err
	})
	return c, err
}

// UpdateClub changes a club; a stale expectedVersion is Conflict. Refusals: those of CreateClub.
func (s *Store) UpdateClub(ctx context.Context, v domain.Viewer, id int64, expectedVersion *int64, d domain.ClubDraft) (c domain.Club, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, `select 1 from club where id = $1 for update`, id); err != nil {
			return err
		}
		was, err := tx.clubByID(ctx, id)
		if err != nil {
			return err
		}
		if expectedVersion != nil && *expectedVersion != was.Version {
			return domain.Errorf(domain.Conflict, "the club was changed meanwhile: it is at version %d", was.Version)
		}
		c = was.Draw(d, tx.now)
		if refused := c.Check(); refused != nil {
			return refused
		}
		_, err = tx.exec(ctx, `
update club
   set slug = $2, name = $3, description = $4, entry = $5, need = $6, period_days = $7, grace_days = $8, posting = $9, privileges = $10,
       position = $11, archived_at = $12, version = version + 1
 where id = $1`, id, c.Slug, asJSON(c.Name), asJSON(c.Description), c.Entry, c.Spend.NeedMinor, c.Spend.PeriodDays, c.Spend.GraceDays,
			c.Posting, asJSON(c.Privileges), c.Position, c.ArchivedAt)
		if err != nil {
			return err
		}
		if err := tx.showClubPicture(ctx, v, was, d.PictureID); err != nil {
			return err
		}
		if err := tx.clubChanged(ctx, v, "clubUpdate", c); err != nil {
			return err
		}
		c, err = tx.clubByID(ctx, id)
		return err
	})
	return c, err
}

func (t *Tx) clubByID(ctx context.Context, id int64) (domain.Club, error) {
	var row clubRow
	err := t.get(ctx, &row, clubsSQL+` where c.id = $1`, id)
	return row.club(), err
}

// clubChanged checks what the privileges name, writes the audit, and has memberships recounted that the change may have moved.
func (t *Tx) clubChanged(ctx context.Context, v domain.Viewer, action string, c domain.Club) error {
	unknown, err := t.unknownPrices(ctx, c.Privileges.Prices)
	if err != nil {
		return err
	}
	var refused domain.Refused
	for _, at := range unknown {
		refused = append(refused, domain.Refusal{Code: domain.CodeNotFound, Field: []string{"privileges", "prices", strconv.FormatInt(at, 10)}, Rule: "product"})
	}
	if refused != nil {
		return refused
	}
	if c.Entry == domain.EntryBySpend && c.ArchivedAt == nil {
		t.asked = true
		if _, err := t.exec(ctx, `insert into job (kind) values ($1)`, JobClubs); err != nil {
			return err
		}
	} else if _, err := t.exec(ctx, `update club_member set grace_until = null where club_id = $1 and grace_until is not null`, c.ID); err != nil {
		return err
	}
	return t.audit(ctx, v, action, "club:"+strconv.FormatInt(c.ID, 10), "", c)
}

// unknownPrices finds the places of prices that are for something that does not exist.
func (t *Tx) unknownPrices(ctx context.Context, prices []domain.ClubPrice) (unknown []int64, err error) {
	err = t.list(ctx, &unknown, `
select p.place - 1
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as p (variant_id, product_id, category_id, place)
 where p.variant_id <> 0 and not exists (select 1 from variant x where x.id = p.variant_id)
    or p.product_id <> 0 and not exists (select 1 from product x where x.id = p.product_id)
    or p.category_id <> 0 and not exists (select 1 from category x where x.id = p.category_id)
 order by p.place`,
		column(prices, func(p domain.ClubPrice) int64 { return p.VariantID }),
		column(prices, func(p domain.ClubPrice) int64 { return p.ProductID }),
		column(prices, func(p domain.ClubPrice) int64 { return p.CategoryID }))
	return unknown, err
}

// SetClubPicture gives a club a picture, with its bytes in the database. A size that is there already is kept.
func (s *Store) SetClubPicture(ctx context.Context, clubID int64, name string, sizes []domain.SizedPicture) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		c, err := tx.clubByID(ctx, clubID)
		if err != nil {
			return err
		}
		id, err := tx.keepBuiltIn(ctx, name, sizes)
		if err != nil {
			return err
		}
		return tx.replaceClubPicture(ctx, c, id)
	})
}

// showClubPicture gives a club the picture of a draft instead of the one it has; 0 takes it away, nil leaves it.
func (t *Tx) showClubPicture(ctx context.Context, v domain.Viewer, c domain.Club, pictureID *int64) error {
	if pictureID == nil {
		return nil
	}
	if *pictureID != 0 {
		if err := t.showing(ctx, v, []int64{*pictureID}, "pictureId"); err != nil {
			return err
		}
	}
	return t.replaceClubPicture(ctx, c, *pictureID)
}

func (t *Tx) replaceClubPicture(ctx context.Context, c domain.Club, pictureID int64) error {
	_, err := t.exec(ctx, `update club set picture = (select name from picture_file where id = $2) where id = $1`, c.ID, pictureID)
	if err != nil || c.Picture.ID == 0 {
		return err
	}
	return t.hidden(ctx, []int64{c.Picture.ID})
}

const memberColumns = `m.club_id, m.customer_id, m.state, m.moderator, m.since, m.grace_until, m.reason, m.muted, m.digest_at`

// MembershipsOf reads how a customer stands to clubs; clubs that the customer never had to do with are left out.
func (s *Store) MembershipsOf(ctx context.Context, customerID int64) (rows []domain.Membership, err error) {
	err = s.list(ctx, &rows, `select `+memberColumns+` from club_member m where m.customer_id = $1 order by m.club_id`, customerID)
	return rows, err
}

// Membership reads how a customer stands to a club; its state is empty when they never had to do with each other.
func (s *Store) Membership(ctx context.Context, clubID, customerID int64) (domain.Membership, error) {
	return membership(ctx, s.list, clubID, customerID)
}

func membership(ctx context.Context, list func(context.Context, any, string, ...any) error, clubID, customerID int64) (domain.Membership, error) {
	var rows []domain.Membership
	err := list(ctx, &rows, `select `+memberColumns+` from club_member m where m.club_id = $1 and m.customer_id = $2`, clubID, customerID)
	if err != nil || len(rows) == 0 {
		return domain.Membership{ClubID: clubID, CustomerID: customerID}, err
	}
	return rows[0], nil
}

type memberRow struct {
	domain.Membership
	place
}

// Members reads a page of the memberships of a club in one state, the latest first.
func (s *Store) Members(ctx context.Context, f domain.MemberFilter, page domain.Page) (domain.List[domain.Membership], error) {
	state := f.State
	if state == "" {
		state = domain.MemberIn
	}
	q := pageQuery{columns: memberColumns, from: "club_member m", key: "m.since", keyType: "timestamptz", id: "m.customer_id", desc: true,
		where: []string{"m.club_id = $1", "m.state = $2"}, args: []any{f.ClubID, string(state)}}
	return readPage(ctx, s, q, page, func(r memberRow) domain.Membership { return r.Membership })
}

// JoinClub makes the viewer a member, or asks for it where the club takes members BY_REQUEST. Joining twice is joining once. Refusals: CLUB_BANNED,
// CLUB_INVITE_ONLY, CLUB_SPEND_TOO_LOW with what is missing.
func (s *Store) JoinClub(ctx context.Context, v domain.Viewer, clubID int64) (domain.Membership, error) {
	if _, err := s.ClubByID(ctx, v, clubID); err != nil {
		return domain.Membership{}, err
	}
	return s.moveMember(ctx, v, clubID, v.CustomerID, domain.MemberJoin, "")
}

// LeaveClub ends the viewer's membership, withdraws a request or declines an invitation. Refusal: CLUB_STEP for somebody who has nothing to leave.
func (s *Store) LeaveClub(ctx context.Context, v domain.Viewer, clubID int64) (domain.Membership, error) {
	if _, err := s.ClubByID(ctx, v, clubID); err != nil {
		return domain.Membership{}, err
	}
	return s.moveMember(ctx, v, clubID, v.CustomerID, domain.MemberLeave, "")
}

// DecideMember does what moderators and staff may do about a customer: approve, decline, invite, ban, unban. To anybody else the club does not exist, and
// for a moderator who is not staff, nobody who never had to do with the club: ids must not be probes for names. A ban needs a reason. Refusal: CLUB_STEP when the state does not allow it.
func (s *Store) DecideMember(ctx context.Context, v domain.Viewer, clubID, customerID int64, action domain.MemberAction, reason string) (domain.Membership, error) {
	if refused := domain.CheckText(reason, action == domain.MemberBan, domain.MaxReason, "reason"); refused != nil {
		return domain.Membership{}, refused
	}
	if err := s.mayModerate(ctx, v, clubID); err != nil {
		return domain.Membership{}, err
	}
	switch was, err := s.Membership(ctx, clubID, customerID); {
	case err != nil:
		return domain.Membership{}, err
	case was.State == "" && !v.IsStaff():
		return domain.Membership{}, errUnknownCustomer
	}
	return s.moveMember(ctx, v, clubID, customerID, action, reason)
}

// errUnknownCustomer is the refusal of a customer who does not exist, or whose existence is none of the caller's business.
var errUnknownCustomer = domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"customerId"}, Rule: "customer"})

// mayModerate is ErrNotFound unless the viewer is staff or a moderator of the club.
func (s *Store) mayModerate(ctx context.Context, v domain.Viewer, clubID int64) error {
	if v.IsStaff() {
		return nil
	}
	m, err := s.Membership(ctx, clubID, v.CustomerID)
	if err == nil && !m.Moderator {
		err = domain.ErrNotFound
	}
	return err
}

// SetModerator makes a member a moderator, or ends that. Refusal: CLUB_STEP for somebody who is no member.
func (s *Store) SetModerator(ctx context.Context, v domain.Viewer, clubID, customerID int64, moderator bool) (m domain.Membership, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		err := tx.get(ctx, &m, `
update club_member m
   set moderator = $3
 where m.club_id = $1 and m.customer_id = $2 and m.state = 'MEMBER'
returning `+memberColumns, clubID, customerID, moderator)
		if errors.Is(err, domain.ErrNotFound) {
			return domain.Refuse(domain.Refusal{Code: domain.CodeClubStep})
		}
		if err != nil {
			return err
		}
		return tx.audit(ctx, v, "clubModeratorSet", fmt.Sprintf("club:%d customer:%d", clubID, customerID), "", map[string]bool{"moderator": moderator})
	})
	return m, err
}

// moveMember takes a step of a membership with everything that belongs to it.
func (s *Store) moveMember(ctx context.Context, v domain.Viewer, clubID, customerID int64, action domain.MemberAction, reason string) (next domain.Membership, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		wallets, err := tx.lockWallets(ctx, customerID)
		if err != nil {
			return err
		}
		if _, exists := wallets[customerID]; !exists {
			return errUnknownCustomer
		}
		club, err := tx.clubByID(ctx, clubID)
		if err != nil {
			return err
		}
		was, progress, err := tx.standing(ctx, club, customerID)
		if err != nil {
			return err
		}
		if next, err = club.Take(was, action, progress, tx.now); err != nil || next == was {
			return err
		}
		if reason != "" {
			next.Reason = &reason
		}
		if v.CustomerID != customerID {
			err := tx.audit(ctx, v, "member"+string(action), fmt.Sprintf("club:%d customer:%d", clubID, customerID), reason, map[string]int64{"by": v.CustomerID})
			if err != nil {
				return err
			}
		}
		return tx.writeMembers(ctx, memberChange{was: was, now: next, own: v.CustomerID == customerID})
	})
	return next, err
}

// standing reads how a customer stands to a club and to its amount.
func (t *Tx) standing(ctx context.Context, c domain.Club, customerID int64) (m domain.Membership, p domain.SpendProgress, err error) {
	m, err = membership(ctx, t.list, c.ID, customerID)
	if err != nil || c.Entry != domain.EntryBySpend {
		return m, p, err
	}
	var spent []domain.Spent
	if err := t.list(ctx, &spent, spentSQL, customerID, c.Spend.Since(t.now)); err != nil {
		return m, p, err
	}
	return m, c.Spend.Progress(m, spent, t.now), nil
}
