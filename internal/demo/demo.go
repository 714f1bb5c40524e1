// Package demo holds two believable businesses to show Kabinet with: a lake resort and a clinic, in Russian and English.
// It only parses and checks their content and draws their pictures; writing them anywhere is the caller's work. Every moment
// is told relative to "now", so that a demo never grows old.
package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"kabinet/domain"
)

// DefaultPreset is the business shown when none is asked for.
const DefaultPreset = "resort"

// Presets lists the names that Load knows, the default first.
func Presets() []string { return []string{DefaultPreset, "clinic"} }

// Business is everything about one demo business. What Load answers is complete and consistent: both languages of every
// text are there, and every slug, SKU and key that is referred to exists.
type Business struct {
	Profile
	Products  []Product
	Customers []Customer
	Staff     []Staff
	Gifts     []Gift
	Orders    []Order // oldest first
	Clubs     []Club
	Earning   Earning
}

// Profile is what a business says of itself and the rules it set.
type Profile struct {
	Name         domain.Text `yaml:"name"`
	Description  domain.Text `yaml:"description"`
	CurrencyCode string      `yaml:"currency"`
	TimeZone     string      `yaml:"timeZone"`    // IANA name
	OrderPrefix  string      `yaml:"orderPrefix"` // of order numbers, for example "R-"
	Contact      Contact     `yaml:"contact"`
	Settings     Settings    `yaml:"settings"`
	Categories   []Category  `yaml:"categories"` // in the order to show them
}

// Contact is how to reach the business.
type Contact struct {
	Phone   string      `yaml:"phone"` // E.164
	Email   string      `yaml:"email"`
	Address domain.Text `yaml:"address"`
	Hours   domain.Text `yaml:"hours"`
}

// Settings are the rules of bonus points. Shares are in basis points: 500 is 5 %.
type Settings struct {
	PointMinor         int64 `yaml:"pointMinor"`   // what a point is worth when spent, minor units
	PointsShare        int64 `yaml:"pointsShare"`  // the largest share of an order that points may pay
	EarningShare       int64 `yaml:"earningShare"` // the share of what was paid that comes back as points
	ReturnWindowDays   int64 `yaml:"returnWindowDays"`
	PointsLifetimeDays int64 `yaml:"pointsLifetimeDays"`
}

// Category is a group of products.
type Category struct {
	Slug    string      `yaml:"slug"`
	Name    domain.Text `yaml:"name"`
	Palette string      `yaml:"palette"` // the colours of its products' pictures
}

// Product is goods or a service on offer.
type Product struct {
	Slug        string             `yaml:"slug"`
	Kind        domain.ProductKind `yaml:"kind"`
	Category    string             `yaml:"category"` // slug
	Motif       string             `yaml:"motif"`    // one of Motifs
	Name        domain.Text        `yaml:"name"`
	Description domain.Text        `yaml:"description"`
	Attributes  []domain.Attribute `yaml:"attributes"`
	Variants    []Variant          `yaml:"variants"`
	Expect      Expectation        `yaml:"whatToExpect"`
	Picture     string             `yaml:"-"` // the motif in the category's palette, for Draw
}

// Variant is what can be ordered of a product.
type Variant struct {
	SKU        string      `yaml:"sku"`
	Name       domain.Text `yaml:"name"`
	PriceMinor int64       `yaml:"price"` // minor units
	Stock      *int64      `yaml:"stock"` // before any of the Orders was placed; nil for services
}

// Expectation is what a customer should know before ordering. It converts to domain.Expectation.
type Expectation struct {
	LeadTimeMinutes int64         `yaml:"leadTimeMinutes"`
	DurationMinutes int64         `yaml:"durationMinutes"` // 0 for goods
	HowToPrepare    domain.Text   `yaml:"howToPrepare"`    // may be empty for goods
	Documents       []domain.Text `yaml:"documents"`       // what to bring; may be empty
}

// Customer is a person who buys from the business.
type Customer struct {
	Key       string        `yaml:"key"` // how Gifts and Orders refer to them
	Name      string        `yaml:"name"`
	Phone     string        `yaml:"phone"` // E.164
	Email     string        `yaml:"email"`
	Locale    domain.Locale `yaml:"locale"`
	TimeZone  string        `yaml:"timeZone"`  // IANA name
	JoinedAgo Span          `yaml:"joinedAgo"` // before the person's first gift and order
	InvitedBy string        `yaml:"invitedBy"` // key of a customer who came earlier; empty when nobody invited them
	Flagged   domain.Text   `yaml:"flagged"`   // why the staff looks at the invitation since yesterday; empty when it does not
}

// Staff is a person who works for the business.
type Staff struct {
	Key    string           `yaml:"key"` // how Steps refer to them
	Name   string           `yaml:"name"`
	Email  string           `yaml:"email"`
	Role   domain.StaffRole `yaml:"role"`
	OnDuty bool             `yaml:"onDuty"`
	Locale domain.Locale    `yaml:"locale"`
}

// Gift is points given by hand.
type Gift struct {
	Customer string      `yaml:"customer"` // key
	Points   int64       `yaml:"points"`
	GivenAgo Span        `yaml:"givenAgo"`
	Reason   domain.Text `yaml:"reason"`
}

// Order is the story of one order, told from the moment it was placed.
type Order struct {
	Customer    string      `yaml:"customer"` // key
	PlacedAgo   Span        `yaml:"placedAgo"`
	Lines       []Line      `yaml:"lines"`
	SpendPoints int64       `yaml:"spendPoints"` // 0 for none
	Note        domain.Text `yaml:"note"`        // the customer's words; empty when there are none
	Steps       []Step      `yaml:"steps"`       // in the order they happened, all of them in the past
}

// Line is how many of what.
type Line struct {
	SKU      string `yaml:"sku"`
	Quantity int64  `yaml:"quantity"`
}

// ByCustomer in Step.By stands for the person whose order it is.
const ByCustomer = "customer"

// Step is one thing that happened to an order.
type Step struct {
	After   Span               `yaml:"after"` // since the order was placed
	Do      domain.OrderAction `yaml:"do"`
	By      string             `yaml:"by"`      // key of a staff member, or ByCustomer
	Reason  domain.Text        `yaml:"reason"`  // of CANCEL, PROMISE and REFUND, fit for the customer to read
	Promise Span               `yaml:"promise"` // of PROMISE: the promised moment, since the order was placed
	Lines   []Line             `yaml:"lines"`   // of REFUND: what was paid back; empty means the whole order
}

// Club is a circle of customers.
type Club struct {
	Slug        string             `yaml:"slug"`
	Name        domain.Text        `yaml:"name"`
	Description domain.Text        `yaml:"description"`
	Picture     string             `yaml:"picture"` // slug of a product whose picture it shows
	Entry       domain.ClubEntry   `yaml:"entry"`
	Posting     domain.ClubPosting `yaml:"posting"`
	Spend       struct {
		NeedMinor  int64 `yaml:"need"`
		PeriodDays int64 `yaml:"periodDays"`
		GraceDays  int64 `yaml:"graceDays"`
	} `yaml:"spend"`
	Discounts []struct {
		Category string `yaml:"category"` // slug; empty for everything
		Share    int64  `yaml:"share"`    // basis points
	} `yaml:"discounts"`
	PointsPercent     int64               `yaml:"pointsPercent"`
	Support           domain.SupportClass `yaml:"support"`
	EarlyBookingHours int64               `yaml:"earlyBookingHours"`
	Moderator         string              `yaml:"moderator"` // key of a member; empty for none
	Members           []string            `yaml:"members"`   // keys of those who joined by themselves
	Asking            []string            `yaml:"asking"`    // keys of those who wait for an answer
	Posts             []Post              `yaml:"posts"`     // the oldest first
	Offers            []Offer             `yaml:"offers"`
}

// Offer is a better price for the members of a club for a time.
type Offer struct {
	Name        domain.Text `yaml:"name"`
	SKU         string      `yaml:"sku"`
	Share       int64       `yaml:"share"` // basis points off
	Lasts       Span        `yaml:"lasts"` // from now on
	PerCustomer *int64      `yaml:"perCustomer"`
	Total       *int64      `yaml:"total"`
}

// Post is something written in a club, in Markdown, and what was written below it.
type Post struct {
	By       string   `yaml:"by"` // key of a member or of a staff member
	Title    string   `yaml:"title"`
	Text     string   `yaml:"text"`
	Pinned   bool     `yaml:"pinned"`
	Likes    []string `yaml:"likes"`    // keys of members
	Comments []Post   `yaml:"comments"` // of comments: replies
	Pictures []Scene  `yaml:"pictures"` // of posts
	Offers   []string `yaml:"offers"`   // SKUs of the club's offers that a post shows
}

// Scene is a picture that is drawn for a post: what Draw paints, and words for it.
type Scene struct {
	Draws string `yaml:"draws"` // motif/palette
	Alt   string `yaml:"alt"`
}

// Span is a length of time, written in days, hours and minutes: "26d", "72h", "2d4h", "90m".
type Span time.Duration

// Duration is the span as the standard library knows it; a day is 24 hours.
func (s Span) Duration() time.Duration { return time.Duration(s) }

// UnmarshalYAML reads a span and refuses a negative one.
func (s *Span) UnmarshalYAML(node *yaml.Node) error {
	text := node.Value
	var days int
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.Atoi(before)
		if err != nil {
			return fmt.Errorf("line %d: %q is not a length of time such as 2d4h", node.Line, node.Value)
		}
		days, text = n, after
	}
	var rest time.Duration
	if text != "" {
		var err error
		if rest, err = time.ParseDuration(text); err != nil {
			return fmt.Errorf("line %d: %q is not a length of time such as 2d4h", node.Line, node.Value)
		}
	}
	if days < 0 || rest < 0 {
		return fmt.Errorf("line %d: %q is negative", node.Line, node.Value)
	}
	*s = Span(time.Duration(days)*24*time.Hour + rest)
	return nil
}

// JoinedAgo is how long ago a customer came: so long before the person's first gift or order.
func (b *Business) JoinedAgo(c Customer) time.Duration {
	var first time.Duration
	for _, g := range b.Gifts {
		if g.Customer == c.Key {
			first = max(first, g.GivenAgo.Duration())
		}
	}
	for _, o := range b.Orders {
		if o.Customer == c.Key {
			first = max(first, o.PlacedAgo.Duration())
		}
	}
	return first + c.JoinedAgo.Duration()
}

// Oldest is how long ago the story begins, a day before the first person comes.
func (b *Business) Oldest() time.Duration {
	var oldest time.Duration
	for _, c := range b.Customers {
		oldest = max(oldest, b.JoinedAgo(c))
	}
	return oldest + 24*time.Hour
}
