package demo

import (
	"kabinet/domain"
)

// Lately in Earning.Birthdays stands for the day before yesterday, in 1988.
const Lately = "lately"

// Earning is how points are earned beside the usual share of orders.
type Earning struct {
	Rules     []EarningRule     `yaml:"rules"`
	Birthdays map[string]string `yaml:"birthdays"` // by key of a customer: a date, or Lately
	Reviews   []Review          `yaml:"reviews"`
	Grant     Grant             `yaml:"grant"`
}

// EarningRule is a rule. Those about a club begin today, the others with the story.
type EarningRule struct {
	Kind     domain.EarningKind `yaml:"kind"`
	Share    int64              `yaml:"share"` // basis points; of orders
	Points   int64              `yaml:"points"`
	Category string             `yaml:"category"` // slug
	SKU      string             `yaml:"sku"`      // of a product's variant
	Club     string             `yaml:"club"`     // slug
	Pending  bool               `yaml:"pending"`
}

// Review is what a customer says of something they bought.
type Review struct {
	By     string      `yaml:"by"`  // key of a customer
	SKU    string      `yaml:"sku"` // of a completed order
	Rating int64       `yaml:"rating"`
	Text   string      `yaml:"text"`
	Hidden domain.Text `yaml:"hidden"` // why the staff hid it; empty when it is shown
}

// Grant is points for all members of a club.
type Grant struct {
	Name   domain.Text `yaml:"name"`
	Points int64       `yaml:"points"`
	Club   string      `yaml:"club"`  // slug
	Lasts  Span        `yaml:"lasts"` // until they burn
}

func (k *checker) earning(e Earning, clubs []Club) {
	known := map[string]bool{}
	for _, c := range clubs {
		known[c.Slug] = true
	}
	for _, r := range e.Rules {
		k.expect((r.Share > 0) == r.Kind.OfOrders() && (r.Points > 0) != r.Kind.OfOrders(), "rule %s: a share is for orders, points are for events", r.Kind)
		k.expect(r.Category == "" || k.categories[r.Category], "rule %s: unknown category %q", r.Kind, r.Category)
		k.expect(r.Club == "" || known[r.Club], "rule %s: unknown club %q", r.Kind, r.Club)
	}
	for key := range e.Birthdays {
		_, known := k.customers[key]
		k.expect(known, "birthday of unknown customer %q", key)
	}
	for _, r := range e.Reviews {
		_, customer := k.customers[r.By]
		_, variant := k.variants[r.SKU]
		k.expect(customer && variant && r.Text != "", "review by %q of %q lacks its author, its product or a text", r.By, r.SKU)
	}
	k.expect(known[e.Grant.Club] && e.Grant.Points > 0 && e.Grant.Lasts > 0, "the grant lacks its club, points or time")
	k.text(e.Grant.Name, "grant")
}
