package resolvers

import (
	"context"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r queryResolver) Categories(ctx context.Context) ([]domain.Category, error) {
	return notNull(r.store.Categories(ctx))
}

// Products shows the same to everybody, so that the answer can be kept in memory: what is on offer. Staff find the rest under desk.
func (r queryResolver) Products(
	ctx context.Context, first *int64, after *string, last *int64, before *string, where *model.ProductWhere, search *string, orderBy *model.ProductOrder,
) (model.ProductConnection, error) {
	return r.products(ctx, []domain.ProductStatus{domain.ProductActive}, listAsk{first, after, last, before}, where, search, orderBy)
}

func (r queryResolver) Product(ctx context.Context, id *domain.GID, slug *string) (*domain.Product, error) {
	var product *domain.Product
	var err error
	switch {
	case id != nil && slug == nil:
		product, err = find(ctx, r.load(ctx).products, id.Of("Product"))
	case slug != nil && id == nil:
		product, err = nullable(r.store.ProductBySlug(ctx, *slug))
	default:
		err = domain.Errorf(domain.Invalid, "give the id or the slug of the product")
	}
	if product == nil || product.Status != domain.ProductActive {
		return nil, err
	}
	return product, err
}

// listAsk is the four arguments of a list.
type listAsk struct {
	first  *int64
	after  *string
	last   *int64
	before *string
}

func (a listAsk) page() (domain.Page, error) { return page(a.first, a.after, a.last, a.before) }

func (r *Resolver) products(
	ctx context.Context, statuses []domain.ProductStatus, ask listAsk, where *model.ProductWhere, search *string, orderBy *model.ProductOrder,
) (model.ProductConnection, error) {
	p, err := ask.page()
	if err != nil {
		return model.ProductConnection{}, err
	}
	filter, err := productFilter(where)
	if err != nil {
		return model.ProductConnection{}, err
	}
	filter.Statuses, filter.Search = statuses, value(search)
	sort := domain.ProductSort{Field: string(model.ProductOrderFieldPosition)}
	if orderBy != nil {
		sort = domain.ProductSort{Field: string(orderBy.Field), Desc: orderBy.Direction == model.OrderDirectionDesc}
	}
	l, err := r.store.Products(ctx, filter, sort, graph.LocaleFrom(ctx), p, graphql.FieldRequested(ctx, "totalCount"))
	if err != nil {
		return model.ProductConnection{}, err
	}
	c := model.ProductConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, p domain.Product) model.ProductEdge {
			return model.ProductEdge{Cursor: cursor, Node: p}
		})}
	if l.Total != nil {
		total := int64(*l.Total)
		c.TotalCount = &total
	}
	return c, nil
}

func productFilter(where *model.ProductWhere) (f domain.ProductFilter, err error) {
	if where == nil {
		return f, nil
	}
	if where.Kind != nil {
		f.Kinds = where.Kind.OneOf
	}
	if c := where.Category; c != nil {
		f.Categories = either(c.Eq, c.OneOf)
	}
	if where.Price != nil {
		if f.MinPrice, err = priceBound(where.Price.Gte); err != nil {
			return f, err
		}
		f.MaxPrice, err = priceBound(where.Price.Lte)
	}
	return f, err
}

// either joins the operators eq and oneOf: both must hold. Nil means that neither was given; what cannot hold is an empty list.
func either[T comparable](eq *T, oneOf []T) []T {
	switch {
	case eq == nil:
		return oneOf
	case oneOf == nil:
		return []T{*eq}
	}
	for _, v := range oneOf {
		if v == *eq {
			return []T{v}
		}
	}
	return []T{}
}

func priceBound(d *domain.Decimal) (*int64, error) {
	if d == nil {
		return nil, nil
	}
	minor, err := domain.ParseDecimal(string(*d))
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "a price has at most two decimals")
	}
	return &minor, nil
}

func (r productResolver) Category(ctx context.Context, p *domain.Product) (*domain.Category, error) {
	return find(ctx, r.load(ctx).categories, value(p.CategoryID))
}

func (r productResolver) Pictures(ctx context.Context, p *domain.Product) ([]domain.Picture, error) {
	return r.load(ctx).picturesOf.Load(ctx, p.ID)
}

func (r productResolver) Variants(ctx context.Context, p *domain.Product) ([]domain.Variant, error) {
	return r.load(ctx).variantsOf.Load(ctx, p.ID)
}

func (r productResolver) Availability(ctx context.Context, p *domain.Product) (domain.Availability, error) {
	variants, err := r.load(ctx).variantsOf.Load(ctx, p.ID)
	return domain.BestAvailability(variants), err
}

func (r productVariantResolver) Product(ctx context.Context, v *domain.Variant) (domain.Product, error) {
	return need(ctx, r.load(ctx).products, v.ProductID)
}

func (whatToExpectResolver) LeadTimeMinutes(_ context.Context, e *domain.Expectation) (*int64, error) {
	return minutes(e.LeadTimeMinutes), nil
}

func (whatToExpectResolver) DurationMinutes(_ context.Context, e *domain.Expectation) (*int64, error) {
	return minutes(e.DurationMinutes), nil
}

func (whatToExpectResolver) HowToPrepare(ctx context.Context, e *domain.Expectation) (*string, error) {
	return told(e.HowToPrepare.In(graph.LocaleFrom(ctx))), nil
}

func (r mutationResolver) ProductCreate(ctx context.Context, in model.ProductCreateInput) (model.ProductPayload, error) {
	draft := domain.ProductDraft{Slug: &in.Slug, Kind: &in.Kind, Name: &in.Name, Description: in.Description,
		Expect: in.WhatToExpect, Status: in.Status, Pictures: shownPictures(in.Pictures)}
	if in.Attributes != nil {
		draft.Attributes = &in.Attributes
	}
	var refused domain.Refused
	if in.CategoryID != nil {
		draft.CategoryID, refused = categoryOf(*in.CategoryID)
	}
	variants := make([]domain.VariantDraft, len(in.Variants))
	for i, v := range in.Variants {
		price, bad := priceOf(v.Price, "variants", strconv.Itoa(i), "price")
		refused = append(refused, bad...)
		variants[i] = domain.VariantDraft{SKU: v.Sku, Name: value(v.Name), PriceMinor: price, Active: true, Stock: v.Stock}
	}
	if len(refused) > 0 {
		return productRefused(ctx, append(domain.CheckProduct(draft, true), refused...))
	}
	created, err := r.store.CreateProduct(ctx, graph.ViewerFrom(ctx), in.IdempotencyKey, draft, variants)
	product, userErrors, err := outcome(ctx, created, err)
	return model.ProductPayload{Product: product, UserErrors: userErrors}, err
}

func (r mutationResolver) ProductUpdate(ctx context.Context, in model.ProductUpdateInput) (model.ProductPayload, error) {
	draft := domain.ProductDraft{Name: in.Name, Description: in.Description, Expect: in.WhatToExpect, Status: in.Status,
		Pictures: shownPictures(in.Pictures)}
	if in.Attributes != nil {
		draft.Attributes = &in.Attributes
	}
	if category, set := in.CategoryID.ValueOK(); set {
		var refused domain.Refused
		draft.CategoryID = new(int64)
		if category != nil {
			draft.CategoryID, refused = categoryOf(*category)
		}
		if refused != nil {
			return productRefused(ctx, append(domain.CheckProduct(draft, false), refused...))
		}
	}
	updated, err := r.store.UpdateProduct(ctx, graph.ViewerFrom(ctx), in.ProductID.Of("Product"), in.ExpectedVersion, draft)
	product, userErrors, err := outcome(ctx, updated, err)
	return model.ProductPayload{Product: product, UserErrors: userErrors}, err
}

func productRefused(ctx context.Context, refused domain.Refused) (model.ProductPayload, error) {
	return model.ProductPayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
}

// categoryOf refuses an id that no category can have; it must not read as 0, which takes a product out of its category.
func categoryOf(id domain.GID) (*int64, domain.Refused) {
	n := id.Of("Category")
	if n == 0 {
		return nil, domain.Refused{{Code: domain.CodeNotFound, Field: []string{"categoryId"}, Rule: "category"}}
	}
	return &n, nil
}

func priceOf(d domain.Decimal, field ...string) (int64, domain.Refused) {
	minor, err := domain.ParseDecimal(string(d))
	if err != nil {
		return 0, domain.Refused{{Code: domain.CodeInvalid, Field: field, Rule: "price"}}
	}
	return minor, nil
}

func (r mutationResolver) VariantUpsert(ctx context.Context, in model.VariantUpsertInput) (model.VariantPayload, error) {
	draft := domain.VariantDraft{SKU: in.Sku, Name: value(in.Name), Active: in.Active == nil || *in.Active}
	var refused domain.Refused
	if draft.PriceMinor, refused = priceOf(in.Price, "price"); refused != nil {
		refused = append(domain.CheckVariant(draft), refused...)
		return model.VariantPayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
	}
	upserted, err := r.store.UpsertVariant(ctx, graph.ViewerFrom(ctx), in.ProductID.Of("Product"), draft)
	variant, userErrors, err := outcome(ctx, upserted, err)
	return model.VariantPayload{Variant: variant, UserErrors: userErrors}, err
}

func (r mutationResolver) CategoryUpsert(ctx context.Context, in model.CategoryUpsertInput) (model.CategoryPayload, error) {
	upserted, err := r.store.UpsertCategory(ctx, graph.ViewerFrom(ctx), in.Slug, in.Name, in.Position)
	category, userErrors, err := outcome(ctx, upserted, err)
	return model.CategoryPayload{Category: category, UserErrors: userErrors}, err
}

func (r mutationResolver) StockAdjust(ctx context.Context, in model.StockAdjustInput) (model.VariantPayload, error) {
	adjusted, err := r.store.AdjustStock(ctx, graph.ViewerFrom(ctx), domain.StockAdjust{
		IdempotencyKey: in.IdempotencyKey, VariantID: in.VariantID.Of("ProductVariant"), Delta: in.Delta, Reason: in.Reason,
	})
	variant, userErrors, err := outcome(ctx, adjusted, err)
	return model.VariantPayload{Variant: variant, UserErrors: userErrors}, err
}
