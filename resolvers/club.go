package resolvers

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r queryResolver) Clubs(ctx context.Context) ([]domain.Club, error) {
	return notNull(r.store.Clubs(ctx, graph.ViewerFrom(ctx)))
}

func (r queryResolver) Club(ctx context.Context, id *domain.GID, slug *string) (*domain.Club, error) {
	v := graph.ViewerFrom(ctx)
	switch {
	case id != nil && slug == nil:
		return nullable(r.store.ClubByID(ctx, v, id.Of("Club")))
	case slug != nil && id == nil:
		return nullable(r.store.ClubBySlug(ctx, v, *slug))
	}
	return nil, domain.Errorf(domain.Invalid, "give the id or the slug of the club")
}

func (clubResolver) Description(ctx context.Context, c *domain.Club) (*string, error) {
	return told(c.Description.In(graph.LocaleFrom(ctx))), nil
}

func (clubResolver) PictureURL(_ context.Context, c *domain.Club, width int64) (*string, error) {
	return told(c.Picture.URLFor(width)), nil
}

func (clubResolver) Spend(_ context.Context, c *domain.Club) (*model.ClubSpend, error) {
	if c.Entry != domain.EntryBySpend {
		return nil, nil
	}
	return &model.ClubSpend{Amount: domain.Money{Minor: c.Spend.NeedMinor, CurrencyCode: c.CurrencyCode},
		PeriodDays: c.Spend.PeriodDays, GraceDays: c.Spend.GraceDays}, nil
}

func (clubResolver) Privileges(_ context.Context, c *domain.Club) (model.ClubPrivileges, error) {
	given := domain.Benefits{Clubs: []domain.Club{*c}}.Best()
	p := model.ClubPrivileges{Prices: make([]model.ClubPrice, len(c.Privileges.Prices)), PointsPercent: given.PointsPercent,
		Support: given.Support, EarlyBookingHours: given.EarlyBookingHours}
	for i, price := range c.Privileges.Prices {
		p.Prices[i] = clubPrice(price, c.CurrencyCode)
	}
	return p, nil
}

func clubPrice(p domain.ClubPrice, currency string) model.ClubPrice {
	shown := model.ClubPrice{For: p}
	if p.PriceMinor != nil {
		shown.Price = &domain.Money{Minor: *p.PriceMinor, CurrencyCode: currency}
	} else {
		percent := domain.PercentText(p.Share)
		shown.Percent = &percent
	}
	return shown
}

func (r clubResolver) Rules(ctx context.Context, c *domain.Club) ([]string, error) {
	return r.clubRules(ctx, *c)
}

func (r deskResolver) ClubRulesPreview(ctx context.Context, _ *model.Desk, in model.ClubRulesPreviewInput) (model.ClubRulesPreview, error) {
	draft := domain.ClubDraft{Entry: &in.Entry}
	refused := readClub(&draft, in.Spend, in.Privileges)
	b, err := r.business(ctx)
	if err != nil {
		return model.ClubRulesPreview{}, err
	}
	club := domain.Club{CurrencyCode: b.CurrencyCode}.Draw(draft, time.Time{})
	preview := model.ClubRulesPreview{Rules: []string{}}
	if refused = append(refused, club.CheckRules()...); refused != nil {
		preview.UserErrors = model.UserErrors(refused, graph.LocaleFrom(ctx))
		return preview, nil
	}
	preview.Rules, err = r.clubRules(ctx, club)
	preview.UserErrors = []model.UserError{}
	return preview, err
}

func (r *Resolver) clubRules(ctx context.Context, c domain.Club) ([]string, error) {
	l := graph.LocaleFrom(ctx)
	names := make([]string, 0, len(c.Privileges.Prices))
	for _, p := range c.Privileges.Prices {
		name, err := r.nameOf(ctx, p)
		if err != nil {
			return nil, err
		}
		names = append(names, name.In(l))
	}
	next := 0
	return domain.ClubRules(c, func(domain.ClubPrice) string { next++; return names[next-1] }, l), nil
}

// nameOf is the name of what a price is for; empty for everything.
func (r *Resolver) nameOf(ctx context.Context, p domain.ClubPrice) (domain.Text, error) {
	load := r.load(ctx)
	if p.CategoryID != 0 {
		category, err := find(ctx, load.categories, p.CategoryID)
		return value(category).Name, err
	}
	variant, err := find(ctx, load.variants, p.VariantID)
	if err != nil {
		return domain.Text{}, err
	}
	if variant != nil {
		p.ProductID = variant.ProductID
	}
	product, err := find(ctx, load.products, p.ProductID)
	return domain.OfferLine{ProductName: value(product).Name, VariantName: value(variant).Name}.Name(), err
}

func (r clubPriceResolver) Variant(ctx context.Context, p *model.ClubPrice) (*domain.Variant, error) {
	return find(ctx, r.load(ctx).variants, p.For.VariantID)
}

func (r clubPriceResolver) Product(ctx context.Context, p *model.ClubPrice) (*domain.Product, error) {
	product, err := find(ctx, r.load(ctx).products, p.For.ProductID)
	if product == nil || !onOffer(graph.ViewerFrom(ctx), *product) {
		return nil, err
	}
	return product, nil
}

func (r clubPriceResolver) Category(ctx context.Context, p *model.ClubPrice) (*domain.Category, error) {
	return find(ctx, r.load(ctx).categories, p.For.CategoryID)
}

func (r clubResolver) Membership(ctx context.Context, c *domain.Club) (*domain.Membership, error) {
	if graph.ViewerFrom(ctx).CustomerID == 0 {
		return nil, nil
	}
	return find(ctx, r.load(ctx).ownMemberships, c.ID)
}

func (r clubResolver) Progress(ctx context.Context, c *domain.Club) (*model.ClubProgress, error) {
	customerID := graph.ViewerFrom(ctx).CustomerID
	if customerID == 0 || c.Entry != domain.EntryBySpend {
		return nil, nil
	}
	m := domain.Membership{ClubID: c.ID, CustomerID: customerID}
	if own, err := find(ctx, r.load(ctx).ownMemberships, c.ID); err != nil {
		return nil, err
	} else if own != nil {
		m = *own
	}
	p, err := r.store.ClubProgress(ctx, *c, m)
	if err != nil {
		return nil, err
	}
	b, err := r.business(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return nil, err
	}
	money := func(minor int64) domain.Money { return domain.Money{Minor: minor, CurrencyCode: c.CurrencyCode} }
	return &model.ClubProgress{Reached: p.Reached, Net: money(p.NetMinor), More: money(p.MoreMinor), By: p.By,
		Text: domain.ProgressText(*c, m, p, zone, graph.LocaleFrom(ctx))}, nil
}

// moderates says whether the viewer may decide in a club.
func (r *Resolver) moderates(ctx context.Context, clubID int64) (bool, error) {
	v := graph.ViewerFrom(ctx)
	if v.IsStaff() || v.CustomerID == 0 {
		return v.IsStaff(), nil
	}
	own, err := find(ctx, r.load(ctx).ownMemberships, clubID)
	return own != nil && own.Moderator, err
}

func (r clubResolver) Members(ctx context.Context, c *domain.Club, first *int64, after *string, state domain.MemberState) (model.ClubMembershipConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.ClubMembershipConnection{}, err
	}
	may, err := r.moderates(ctx, c.ID)
	if err != nil {
		return model.ClubMembershipConnection{}, err
	}
	var l domain.List[domain.Membership]
	if may {
		if l, err = r.store.Members(ctx, domain.MemberFilter{ClubID: c.ID, State: state}, p); err != nil {
			return model.ClubMembershipConnection{}, err
		}
	}
	return model.ClubMembershipConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, m domain.Membership) model.ClubMembershipEdge {
			return model.ClubMembershipEdge{Cursor: cursor, Node: m}
		})}, nil
}

func (r clubMembershipResolver) Club(ctx context.Context, m *domain.Membership) (domain.Club, error) {
	return need(ctx, r.load(ctx).clubs, m.ClubID)
}

func (clubMembershipResolver) CustomerID(_ context.Context, m *domain.Membership) (domain.GID, error) {
	return domain.GID{Kind: "Customer", N: m.CustomerID}, nil
}

func (r clubMembershipResolver) Name(ctx context.Context, m *domain.Membership) (string, error) {
	customer, err := find(ctx, r.load(ctx).customers, m.CustomerID)
	return domain.ShortName(value(value(customer).Name)), err
}

func (r clubMembershipResolver) Customer(ctx context.Context, m *domain.Membership) (*domain.Customer, error) {
	if !graph.ViewerFrom(ctx).MaySee(m.CustomerID) {
		return nil, nil
	}
	return find(ctx, r.load(ctx).customers, m.CustomerID)
}

func (r customerResolver) Memberships(ctx context.Context, c *domain.Customer) ([]domain.Membership, error) {
	return notNull(r.store.MembershipsOf(ctx, c.ID))
}

func (r customerResolver) Privileges(ctx context.Context, c *domain.Customer) (model.CustomerPrivileges, error) {
	b, err := r.store.BenefitsOf(ctx, c.ID)
	best := b.Best()
	return model.CustomerPrivileges{PointsPercent: best.PointsPercent, Support: best.Support, EarlyBookingHours: best.EarlyBookingHours}, err
}

func (r mutationResolver) ClubJoin(ctx context.Context, in model.ClubJoinInput) (model.ClubMembershipPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ClubMembershipPayload{}, err
	}
	joined, err := r.store.JoinClub(ctx, v, in.ClubID.Of("Club"))
	return membershipPayload(ctx, joined, err)
}

func (r mutationResolver) ClubLeave(ctx context.Context, in model.ClubLeaveInput) (model.ClubMembershipPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ClubMembershipPayload{}, err
	}
	left, err := r.store.LeaveClub(ctx, v, in.ClubID.Of("Club"))
	return membershipPayload(ctx, left, err)
}

func (r mutationResolver) ClubMemberDecide(ctx context.Context, in model.ClubMemberDecideInput) (model.ClubMembershipPayload, error) {
	if in.Action == domain.MemberJoin || in.Action == domain.MemberLeave {
		refused := domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"action"}, Rule: "action"})
		return membershipPayload(ctx, domain.Membership{}, refused)
	}
	decided, err := r.store.DecideMember(ctx, graph.ViewerFrom(ctx), in.ClubID.Of("Club"), in.CustomerID.Of("Customer"), in.Action, value(in.Reason))
	return membershipPayload(ctx, decided, err)
}

func (r mutationResolver) ClubModeratorSet(ctx context.Context, in model.ClubModeratorSetInput) (model.ClubMembershipPayload, error) {
	set, err := r.store.SetModerator(ctx, graph.ViewerFrom(ctx), in.ClubID.Of("Club"), in.CustomerID.Of("Customer"), in.Moderator)
	return membershipPayload(ctx, set, err)
}

func membershipPayload(ctx context.Context, m domain.Membership, err error) (model.ClubMembershipPayload, error) {
	membership, refused, err := outcome(ctx, m, err)
	return model.ClubMembershipPayload{Membership: membership, UserErrors: refused}, err
}

func (r mutationResolver) ClubCreate(ctx context.Context, in model.ClubCreateInput) (model.ClubPayload, error) {
	draft := domain.ClubDraft{Slug: &in.Slug, Name: &in.Name, Description: in.Description, Entry: &in.Entry, Posting: &in.Posting, Position: &in.Position}
	if in.PictureID != nil {
		id := in.PictureID.Of("Picture")
		draft.PictureID = &id
	}
	refused := append(readClub(&draft, in.Spend, in.Privileges), pictureGiven(in.PictureID)...)
	if refused != nil {
		return clubPayload(ctx, domain.Club{}, refused)
	}
	made, err := r.store.CreateClub(ctx, graph.ViewerFrom(ctx), in.IdempotencyKey, draft)
	return clubPayload(ctx, made, err)
}

func (r mutationResolver) ClubUpdate(ctx context.Context, in model.ClubUpdateInput) (model.ClubPayload, error) {
	draft := domain.ClubDraft{Slug: in.Slug, Name: in.Name, Description: in.Description, Entry: in.Entry, Posting: in.Posting, Position: in.Position,
		Archived: in.Archived}
	var refused domain.Refused
	if given, set := in.PictureID.ValueOK(); set {
		refused = pictureGiven(given)
		draft.PictureID = new(int64)
		if given != nil {
			*draft.PictureID = given.Of("Picture")
		}
	}
	refused = append(refused, readClub(&draft, in.Spend, in.Privileges)...)
	if refused != nil {
		return clubPayload(ctx, domain.Club{}, refused)
	}
	changed, err := r.store.UpdateClub(ctx, graph.ViewerFrom(ctx), in.ClubID.Of("Club"), in.ExpectedVersion, draft)
	return clubPayload(ctx, changed, err)
}

// pictureGiven refuses an id that no picture can have; it must not read as 0, which takes the picture away.
func pictureGiven(id *domain.GID) domain.Refused {
	if id == nil || id.Of("Picture") != 0 {
		return nil
	}
	return domain.Refused{domain.PictureNotFound("pictureId")}
}

func clubPayload(ctx context.Context, c domain.Club, err error) (model.ClubPayload, error) {
	club, refused, err := outcome(ctx, c, err)
	return model.ClubPayload{Club: club, UserErrors: refused}, err
}

// readClub reads the amounts of a draft.
func readClub(d *domain.ClubDraft, spend *model.ClubSpendInput, privileges *model.ClubPrivilegesInput) (refused domain.Refused) {
	if spend != nil {
		need, bad := priceOf(spend.Amount, "spend", "amount")
		refused = append(refused, bad...)
		d.Spend = &domain.SpendRule{NeedMinor: need, PeriodDays: spend.PeriodDays, GraceDays: spend.GraceDays}
	}
	if privileges == nil {
		return refused
	}
	d.Privileges = &domain.Privileges{PointsPercent: privileges.PointsPercent, Support: privileges.Support, EarlyBookingHours: privileges.EarlyBookingHours}
	for i, p := range privileges.Prices {
		price, bad := clubPriceOf(p, "privileges", "prices", strconv.Itoa(i))
		refused = append(refused, bad...)
		d.Privileges.Prices = append(d.Privileges.Prices, price)
	}
	return refused
}

// clubPriceOf reads a price; field paths begin with path. An id of nothing must not read as 0, which means everything.
func clubPriceOf(in model.ClubPriceInput, path ...string) (p domain.ClubPrice, refused domain.Refused) {
	for _, id := range []struct {
		given *domain.GID
		kind  string
		into  *int64
		name  string
	}{{in.VariantID, "ProductVariant", &p.VariantID, "variantId"}, {in.ProductID, "Product", &p.ProductID, "productId"}, {in.CategoryID, "Category", &p.CategoryID, "categoryId"}} {
		if id.given == nil {
			continue
		}
		if *id.into = id.given.Of(id.kind); *id.into == 0 {
			refused = append(refused, domain.Refusal{Code: domain.CodeNotFound, Field: append(append([]string{}, path...), id.name), Rule: "product"})
		}
	}
	if in.Percent != nil {
		share, bad := priceOf(*in.Percent, append(append([]string{}, path...), "percent")...)
		p.Share, refused = share, append(refused, bad...)
	}
	if in.Price != nil {
		minor, bad := priceOf(*in.Price, append(append([]string{}, path...), "price")...)
		p.PriceMinor, refused = &minor, append(refused, bad...)
	}
	return p, refused
}

func (r deskResolver) SpendBands(ctx context.Context, _ *model.Desk, bounds []domain.Decimal, at *model.DateTimeFilter) ([]domain.SpendBand, error) {
	minor := make([]int64, len(bounds))
	for i, b := range bounds {
		bound, err := priceBound(&b)
		if err != nil {
			return nil, err
		}
		minor[i] = *bound
	}
	from, to := interval(at)
	return r.store.SpendBands(ctx, minor, from, to)
}

func (spendBandResolver) From(_ context.Context, b *domain.SpendBand) (*domain.Decimal, error) {
	return boundText(b.FromMinor), nil
}

func (spendBandResolver) To(_ context.Context, b *domain.SpendBand) (*domain.Decimal, error) {
	return boundText(b.ToMinor), nil
}

func boundText(minor *int64) *domain.Decimal {
	if minor == nil {
		return nil
	}
	d := domain.DecimalOf(*minor, 0)
	return &d
}
