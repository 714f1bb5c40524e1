package demo

import (
	"fmt"
	"slices"
	"time"

	"kabinet/domain"
)

// checker collects what is wrong with a business, so that an author sees all of it at once.
type checker struct {
	problems   []error
	categories map[string]bool
	variants   map[string]Variant
	customers  map[string]Customer
	staff      map[string]bool
}

// check answers every reason why a business is not complete and consistent.
func check(b *Business) []error {
	k := &checker{
		categories: make(map[string]bool),
		variants:   make(map[string]Variant),
		customers:  make(map[string]Customer),
		staff:      make(map[string]bool),
	}
	k.profile(b.Profile)
	for _, p := range b.Products {
		k.product(p)
	}
	for _, c := range b.Customers {
		k.customer(c)
	}
	for _, c := range b.Customers {
		inviter, known := k.customers[c.InvitedBy]
		k.expect(c.InvitedBy == "" || known && b.JoinedAgo(inviter) > b.JoinedAgo(c), "customer %s: invited by %q, who is unknown or came later", c.Key, c.InvitedBy)
		k.expect(c.Flagged.Empty() || c.InvitedBy != "", "customer %s: the invitation is flagged, but there is none", c.Key)
	}
	for _, s := range b.Staff {
		k.expect(s.Key != "" && !k.staff[s.Key] && s.Key != ByCustomer, "staff key %q is empty or taken", s.Key)
		k.expect(s.Name != "" && s.Email != "" && s.Role.AtLeast(domain.Operator), "staff %s lacks a name, e-mail or role", s.Key)
		k.staff[s.Key] = true
	}
	for i, g := range b.Gifts {
		c, known := k.customers[g.Customer]
		k.expect(known, "gift %d: unknown customer %q", i+1, g.Customer)
		k.expect(g.Points > 0 && g.GivenAgo <= c.JoinedAgo, "gift %d to %s: no points, or before they joined", i+1, g.Customer)
		k.text(g.Reason, "gift %d: reason", i+1)
	}
	for _, o := range b.Orders {
		k.order(o)
	}
	for _, c := range b.Clubs {
		k.club(c)
	}
	k.earning(b.Earning, b.Clubs)
	return k.problems
}

func (k *checker) club(c Club) {
	k.text(c.Name, "club %s: name", c.Slug)
	k.text(c.Description, "club %s: description", c.Slug)
	k.expect((c.Entry == domain.EntryBySpend) == (c.Spend.NeedMinor > 0), "club %s: an amount is for clubs BY_SPEND", c.Slug)
	for _, d := range c.Discounts {
		k.expect(d.Category == "" || k.categories[d.Category], "club %s: unknown category %q", c.Slug, d.Category)
	}
	for _, key := range append(append([]string{}, c.Members...), c.Asking...) {
		_, known := k.customers[key]
		k.expect(known, "club %s: unknown customer %q", c.Slug, key)
	}
	for _, o := range c.Offers {
		k.text(o.Name, "club %s: offer", c.Slug)
		_, known := k.variants[o.SKU]
		k.expect(known && o.Share > 0 && o.Lasts > 0, "club %s: an offer on %q lacks a share or its time", c.Slug, o.SKU)
	}
	for _, p := range c.Posts {
		k.post(c, p)
	}
	k.expect(c.Moderator == "" || len(c.Members) > 0, "club %s: a moderator must be a member", c.Slug)
}

func (k *checker) post(c Club, p Post) {
	_, known := k.customers[p.By]
	k.expect((known || k.staff[p.By]) && p.Text != "", "club %s: a post by %q lacks a text or an author", c.Slug, p.By)
	for _, scene := range p.Pictures {
		err := checkPicture(scene.Draws)
		k.expect(err == nil && scene.Alt != "", "club %s: a picture by %q: %v, described as %q", c.Slug, p.By, err, scene.Alt)
	}
	for _, sku := range p.Offers {
		k.expect(slices.ContainsFunc(c.Offers, func(o Offer) bool { return o.SKU == sku }), "club %s: a post by %q shows no offer of it: %q", c.Slug, p.By, sku)
	}
	for _, comment := range p.Comments {
		k.post(c, comment)
	}
}

func (k *checker) expect(ok bool, format string, args ...any) {
	if !ok {
		k.problems = append(k.problems, fmt.Errorf(format, args...))
	}
}

func (k *checker) text(t domain.Text, format string, args ...any) {
	k.expect(t.RU != "" && t.EN != "", "%s lacks a language", fmt.Sprintf(format, args...))
}

func (k *checker) zone(name, of string) {
	_, err := time.LoadLocation(name)
	k.expect(err == nil && name != "", "%s: unknown time zone %q", of, name)
}

func (k *checker) profile(p Profile) {
	k.text(p.Name, "name")
	k.text(p.Description, "description")
	k.text(p.Contact.Address, "address")
	k.text(p.Contact.Hours, "hours")
	k.zone(p.TimeZone, "business")
	k.expect(p.CurrencyCode != "" && p.OrderPrefix != "" && p.Contact.Phone != "" && p.Contact.Email != "",
		"the business lacks a currency, order prefix, phone or e-mail")
	s := p.Settings
	k.expect(min(s.PointMinor, s.PointsShare, s.EarningShare, s.ReturnWindowDays, s.PointsLifetimeDays) > 0, "a setting is missing")
	for _, c := range p.Categories {
		k.text(c.Name, "category %s", c.Slug)
		k.expect(c.Slug != "" && !k.categories[c.Slug], "category %q is empty or repeated", c.Slug)
		k.categories[c.Slug] = true
	}
}

func (k *checker) product(p Product) {
	k.text(p.Name, "product %s: name", p.Slug)
	k.text(p.Description, "product %s: description", p.Slug)
	k.expect(k.categories[p.Category], "product %s: unknown category %q", p.Slug, p.Category)
	if err := checkPicture(p.Picture); err != nil {
		k.expect(false, "product %s: %w", p.Slug, err)
	}
	for _, a := range p.Attributes {
		k.text(a.Name, "product %s: attribute", p.Slug)
		k.text(a.Value, "product %s: attribute %s", p.Slug, a.Name.EN)
	}
	for i, d := range p.Expect.Documents {
		k.text(d, "product %s: document %d", p.Slug, i+1)
	}
	service := p.Kind == domain.Service
	k.expect(service || p.Kind == domain.Goods, "product %s: unknown kind %q", p.Slug, p.Kind)
	k.expect(p.Expect.LeadTimeMinutes > 0, "product %s: no lead time", p.Slug)
	k.expect(service == (p.Expect.DurationMinutes > 0), "product %s: a service has a duration, goods have none", p.Slug)
	if service || !p.Expect.HowToPrepare.Empty() {
		k.text(p.Expect.HowToPrepare, "product %s: howToPrepare", p.Slug)
	}
	k.expect(len(p.Variants) > 0, "product %s: no variants", p.Slug)
	for _, v := range p.Variants {
		_, taken := k.variants[v.SKU]
		k.text(v.Name, "variant %s", v.SKU)
		k.expect(v.SKU != "" && !taken, "product %s: SKU %q is empty or taken", p.Slug, v.SKU)
		k.expect(v.PriceMinor > 0, "variant %s: no price", v.SKU)
		k.expect(service == (v.Stock == nil), "variant %s: goods have a stock, services have none", v.SKU)
		k.variants[v.SKU] = v
	}
}

func (k *checker) customer(c Customer) {
	_, taken := k.customers[c.Key]
	k.expect(c.Key != "" && !taken, "customer key %q is empty or taken", c.Key)
	k.expect(c.Name != "" && c.Phone != "" && c.Email != "", "customer %s lacks a name, phone or e-mail", c.Key)
	_, known := domain.ParseLocale(string(c.Locale))
	k.expect(known, "customer %s: unknown locale %q", c.Key, c.Locale)
	k.zone(c.TimeZone, "customer "+c.Key)
	k.customers[c.Key] = c
}

func (k *checker) order(o Order) {
	id := fmt.Sprintf("order of %s placed %s ago", o.Customer, o.PlacedAgo.Duration())
	c, known := k.customers[o.Customer]
	k.expect(known, "%s: unknown customer", id)
	k.expect(o.PlacedAgo > 0 && o.PlacedAgo <= c.JoinedAgo, "%s: in the future, or before they joined", id)
	k.expect(len(o.Lines) > 0, "%s: no lines", id)
	k.lines(id, o.Lines)
	if !o.Note.Empty() {
		k.text(o.Note, "%s: note", id)
	}
	var last Span
	for _, s := range o.Steps {
		k.expect(s.After > last && s.After <= o.PlacedAgo, "%s: %s after %s is out of order or in the future", id, s.Do, s.After.Duration())
		k.expect(k.staff[s.By] || s.By == ByCustomer, "%s: %s by unknown %q", id, s.Do, s.By)
		explained := s.Do == domain.ActionCancel || s.Do == domain.ActionPromise || s.Do == domain.ActionRefund
		if explained {
			k.text(s.Reason, "%s: reason of %s", id, s.Do)
		}
		k.expect(explained || s.Reason.Empty(), "%s: %s takes no reason", id, s.Do)
		k.expect((s.Do == domain.ActionPromise) == (s.Promise > s.After), "%s: %s: a promise, and only a promise, names a later moment", id, s.Do)
		k.expect(s.Do == domain.ActionRefund || len(s.Lines) == 0, "%s: %s takes no lines", id, s.Do)
		k.lines(id, s.Lines)
		last = s.After
	}
}

func (k *checker) lines(id string, lines []Line) {
	for _, l := range lines {
		_, known := k.variants[l.SKU]
		k.expect(known, "%s: unknown SKU %q", id, l.SKU)
		k.expect(l.Quantity > 0, "%s: %s: quantity %d", id, l.SKU, l.Quantity)
	}
}
