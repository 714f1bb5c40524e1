package domain

import (
	"slices"
	"strconv"
	"time"
)

// ClubEntry is how one becomes a member of a club.
type ClubEntry string

// The ways into a club.
const (
	EntryOpen      ClubEntry = "OPEN"
	EntryByRequest ClubEntry = "BY_REQUEST"
	EntryByInvite  ClubEntry = "BY_INVITE"
	EntryBySpend   ClubEntry = "BY_SPEND"
)

// ClubPosting is who may write posts in a club. Every member may comment.
type ClubPosting string

// Who writes posts.
const (
	PostingStaff   ClubPosting = "STAFF"
	PostingMembers ClubPosting = "MEMBERS"
)

// SupportClass is which queue of the support a customer stands in.
type SupportClass string

// The classes of support, lowest first.
const (
	SupportStandard SupportClass = "STANDARD"
	SupportPriority SupportClass = "PRIORITY"
	SupportVIP      SupportClass = "VIP"
)

func (s SupportClass) rank() int {
	return slices.Index([]SupportClass{SupportStandard, SupportPriority, SupportVIP}, s)
}

// Club is a circle of customers who get privileges and a feed.
type Club struct {
	ID           int64
	Slug         string
	Name         Text
	Description  Text
	Picture      Picture
	Entry        ClubEntry
	Spend        SpendRule // of BY_SPEND; zero for others
	Posting      ClubPosting
	Privileges   Privileges
	Position     int64
	Version      int64
	MembersCount int64
	CreatedAt    time.Time
	ArchivedAt   *time.Time
	CurrencyCode string
}

// GID is the club's global id.
func (c Club) GID() GID { return GID{"Club", c.ID} }

// Privileges is what members of a club get. The zero value gives nothing.
type Privileges struct {
	Prices []ClubPrice `json:"prices,omitempty"`
	// PointsPercent is how many points an order earns compared with the usual: 200 is twice as many. 0 and 100 are the usual.
	PointsPercent int64 `json:"pointsPercent,omitempty"`
	// Support is the queue of the support; empty for the usual one.
	Support SupportClass `json:"support,omitempty"`
	// EarlyBookingHours is how long before everybody else members may book.
	EarlyBookingHours int64 `json:"earlyBookingHours,omitempty"`
}

// ClubPrice is a better price on what it names: one variant, one product, one category, or everything when nothing is named. Either Share is taken
// off the usual price, in basis points and floored, or the price is PriceMinor.
type ClubPrice struct {
	VariantID  int64  `json:"variantId,omitempty"`
	ProductID  int64  `json:"productId,omitempty"`
	CategoryID int64  `json:"categoryId,omitempty"`
	Share      int64  `json:"share,omitempty"`
	PriceMinor *int64 `json:"price,omitempty"`
}

// Of is the price for a line; ok is false when the line is not meant. It is never above the usual price.
func (p ClubPrice) Of(l OfferLine) (minor int64, ok bool) {
	switch {
	case p.VariantID != 0 && p.VariantID != l.VariantID,
		p.ProductID != 0 && p.ProductID != l.ProductID,
		p.CategoryID != 0 && p.CategoryID != l.CategoryID:
		return 0, false
	case p.PriceMinor != nil:
		return min(*p.PriceMinor, l.PriceMinor), true
	}
	return l.PriceMinor - ShareFloor(l.PriceMinor, p.Share), true
}

// The bounds of privileges.
const (
	MaxClubPrices        = 200
	MaxPointsPercent     = 1_000
	MaxEarlyBookingHours = 24 * 90
)

// check lists what is wrong with the price; field paths begin with path.
func (p ClubPrice) check(path ...string) (refused Refused) {
	named := 0
	for _, id := range []int64{p.VariantID, p.ProductID, p.CategoryID} {
		if id != 0 {
			named++
		}
	}
	byPrice := p.PriceMinor != nil
	switch {
	case named > 1:
		refused = append(refused, Refusal{Code: CodeInvalid, Field: path, Rule: "clubTarget"})
	case byPrice == (p.Share != 0), byPrice && p.VariantID == 0 && p.ProductID == 0:
		refused = append(refused, Refusal{Code: CodeInvalid, Field: path, Rule: "clubPrice"})
	case byPrice && *p.PriceMinor < 0, p.Share < 0:
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: path, Limit: 0})
	case p.Share > 10_000:
		refused = append(refused, Refusal{Code: CodeTooLarge, Field: path, Limit: 100})
	}
	return refused
}

// Benefits is what a customer gets on an order from all their clubs. Privileges never stack: for each line the best single price
// counts, and for the order the best single multiplier of points.
type Benefits struct {
	Clubs  []Club             // those the customer is a member of
	Offers []Offer            // of those clubs
	Used   map[int64]OfferUse // what was ordered with them so far, by offer
	Now    time.Time
}

// Price puts the best price on each line, with the name of the club or offer that gives it. Whoever comes first wins a tie, clubs before
// offers, so that no piece of a limited offer is used up for nothing.
func (b Benefits) Price(lines []OfferLine) []OfferLine {
	priced := slices.Clone(lines)
	for i, l := range lines {
		for _, c := range b.Clubs {
			for _, p := range c.Privileges.Prices {
				if minor, meant := p.Of(l); meant && minor < priced[i].PriceMinor {
					priced[i].PriceMinor, priced[i].PriceName = minor, c.Name
				}
			}
		}
	}
	b.offers(priced, lines)
	return priced
}

// Earning is what an order of the customer earns by: of the rules in force those that hold for them, with the best multiplier. first says whether it is the
// customer's first order.
func (b Benefits) Earning(rules []EarningRule, first bool) Earning {
	e := Earning{Percent: b.Best().PointsPercent}
	for _, r := range rules {
		member := slices.ContainsFunc(b.Clubs, func(c Club) bool { return c.ID == r.ClubID })
		if r.Kind.OfOrders() && (r.Kind != EarnClub || member) && (r.Kind != EarnFirstOrder || first) {
			e.Rules = append(e.Rules, r)
		}
	}
	return e
}

// Best is what the clubs give beside prices: the best of each.
func (b Benefits) Best() Privileges {
	best := Privileges{PointsPercent: 100, Support: SupportStandard}
	for _, c := range b.Clubs {
		p := c.Privileges
		best.PointsPercent = max(best.PointsPercent, p.PointsPercent)
		best.EarlyBookingHours = max(best.EarlyBookingHours, p.EarlyBookingHours)
		if p.Support.rank() > best.Support.rank() {
			best.Support = p.Support
		}
	}
	return best
}

// ClubDraft is a club as staff describe it. Nil fields stay as they are in an update.
type ClubDraft struct {
	Slug        *string
	Name        *Text
	Description *Text
	Entry       *ClubEntry
	Spend       *SpendRule
	Posting     *ClubPosting
	Privileges  *Privileges
	Position    *int64
	Archived    *bool
	PictureID   *int64 `json:",omitempty"` // 0 takes the picture away
}

// Draw is the club with the draft's changes. A club that is not BY_SPEND has no rule of spending.
func (c Club) Draw(d ClubDraft, now time.Time) Club {
	set(&c.Slug, d.Slug)
	set(&c.Name, d.Name)
	set(&c.Description, d.Description)
	set(&c.Entry, d.Entry)
	set(&c.Spend, d.Spend)
	set(&c.Posting, d.Posting)
	set(&c.Privileges, d.Privileges)
	set(&c.Position, d.Position)
	if c.Entry != EntryBySpend {
		c.Spend = SpendRule{}
	}
	if d.Archived != nil && *d.Archived != (c.ArchivedAt != nil) {
		c.ArchivedAt = nil
		if *d.Archived {
			c.ArchivedAt = &now
		}
	}
	return c
}

func set[T any](field *T, v *T) {
	if v != nil {
		*field = *v
	}
}

// Check lists what is wrong with the club as a whole, all at once.
func (c Club) Check() (refused Refused) {
	if len(c.Slug) > 100 || !slugForm.MatchString(c.Slug) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"slug"}, Rule: "slug"})
	}
	if c.Name.Empty() {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"name"}, Rule: "name"})
	}
	for _, l := range []Locale{RU, EN} {
		refused = append(refused, CheckText(c.Name.In(l), false, 100, "name")...)
		refused = append(refused, CheckText(c.Description.In(l), false, 5_000, "description")...)
	}
	return append(refused, c.CheckRules()...)
}

// CheckRules lists what is wrong with how one enters the club and with what it gives.
func (c Club) CheckRules() (refused Refused) {
	if c.Entry == EntryBySpend {
		refused = append(refused, within(c.Spend.NeedMinor, 1, MaxMinor, "spend", "amount")...)
		refused = append(refused, within(c.Spend.PeriodDays, 0, 3_650, "spend", "periodDays")...)
		refused = append(refused, within(c.Spend.GraceDays, 0, 365, "spend", "graceDays")...)
	}
	p := c.Privileges
	if p.PointsPercent != 0 {
		refused = append(refused, within(p.PointsPercent, 100, MaxPointsPercent, "privileges", "pointsPercent")...)
	}
	refused = append(refused, within(p.EarlyBookingHours, 0, MaxEarlyBookingHours, "privileges", "earlyBookingHours")...)
	refused = append(refused, within(int64(len(p.Prices)), 0, MaxClubPrices, "privileges", "prices")...)
	for i, price := range p.Prices {
		refused = append(refused, price.check("privileges", "prices", strconv.Itoa(i))...)
	}
	return refused
}

// within refuses a number outside [least, most].
func within(n, least, most int64, field ...string) Refused {
	switch {
	case n < least:
		return Refused{{Code: CodeTooSmall, Field: field, Limit: least}}
	case n > most:
		return Refused{{Code: CodeTooLarge, Field: field, Limit: most}}
	}
	return nil
}
