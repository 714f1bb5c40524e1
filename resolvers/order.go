package resolvers

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r queryResolver) OrderPreview(ctx context.Context, in model.OrderPreviewInput) (model.OrderPreview, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.OrderPreview{}, err
	}
	quote, refused, err := r.store.PreviewOrder(ctx, v, linesAsked(in.Lines), value(in.SpendPoints))
	if nothing := domain.AsRefused(err); nothing != nil {
		refused = nothing
	} else if err != nil {
		return model.OrderPreview{}, err
	}
	if quote.CurrencyCode == "" {
		b, err := r.business(ctx)
		if err != nil {
			return model.OrderPreview{}, err
		}
		quote.CurrencyCode = b.CurrencyCode
	}
	money := func(minor int64) domain.Money { return domain.Money{Minor: minor, CurrencyCode: quote.CurrencyCode} }
	preview := model.OrderPreview{Lines: make([]model.OrderPreviewLine, len(quote.Lines)), Subtotal: money(quote.SubtotalMinor),
		PointsSpent: quote.PointsSpent, MaxPoints: quote.MaxPoints, Total: money(quote.TotalMinor), PointsToEarn: quote.PointsToEarn,
		PromisedAt: quote.PromisedAt, UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}
	for i, l := range quote.Lines {
		preview.Lines[i] = model.OrderPreviewLine{VariantID: l.VariantID, Quantity: l.Quantity, PriceName: told(l.PriceName.In(graph.LocaleFrom(ctx))),
			UnitPrice: money(l.PriceMinor), Subtotal: money(l.SubtotalMinor), Total: money(l.TotalMinor)}
	}
	return preview, nil
}

func linesAsked(lines []model.OrderLineInput) []domain.LineAsk {
	asked := make([]domain.LineAsk, len(lines))
	for i, l := range lines {
		asked[i] = domain.LineAsk{VariantID: l.VariantID.Of("ProductVariant"), Quantity: l.Quantity, At: i}
	}
	return asked
}

func (r orderPreviewLineResolver) Variant(ctx context.Context, l *model.OrderPreviewLine) (domain.Variant, error) {
	return need(ctx, r.load(ctx).variants, l.VariantID)
}

func (r mutationResolver) OrderPlace(ctx context.Context, in model.OrderPlaceInput) (model.OrderPlacePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.OrderPlacePayload{}, err
	}
	var expected *int64
	if in.ExpectedTotal != nil {
		total, refused := priceOf(*in.ExpectedTotal, "expectedTotal")
		if refused != nil {
			return model.OrderPlacePayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
		}
		expected = &total
	}
	placed, err := r.store.PlaceOrder(ctx, v, domain.OrderDraft{
		ExpectedMinor:  expected,
		IdempotencyKey: in.IdempotencyKey, Lines: linesAsked(in.Lines), SpendPoints: value(in.SpendPoints),
		Note: value(in.Note), Locale: value(in.Locale),
	})
	order, refused, err := outcome(ctx, placed, err)
	return model.OrderPlacePayload{Order: order, UserErrors: refused}, err
}

func (r mutationResolver) OrderCancel(ctx context.Context, in model.OrderCancelInput) (model.OrderPayload, error) {
	cancelled, err := r.store.CancelOrder(ctx, graph.ViewerFrom(ctx), domain.OrderCancel{
		IdempotencyKey: in.IdempotencyKey, OrderID: in.OrderID.Of("Order"), Reason: value(in.Reason),
	})
	return orderPayload(ctx, cancelled, err)
}

func (r mutationResolver) OrderAdvance(ctx context.Context, in model.OrderAdvanceInput) (model.OrderPayload, error) {
	advanced, err := r.store.AdvanceOrder(ctx, graph.ViewerFrom(ctx), domain.OrderAdvance{
		IdempotencyKey: in.IdempotencyKey, OrderID: in.OrderID.Of("Order"), Action: in.Action,
		Reason: value(in.Reason), ExpectedVersion: in.ExpectedVersion,
	})
	return orderPayload(ctx, advanced, err)
}

func (r mutationResolver) OrderPromise(ctx context.Context, in model.OrderPromiseInput) (model.OrderPayload, error) {
	promised, err := r.store.PromiseOrder(ctx, graph.ViewerFrom(ctx), domain.OrderPromise{
		IdempotencyKey: value(in.IdempotencyKey), OrderID: in.OrderID.Of("Order"), PromisedAt: in.PromisedAt,
		Reason: in.Reason, ExpectedVersion: in.ExpectedVersion,
	})
	return orderPayload(ctx, promised, err)
}

func (r mutationResolver) OrderRefund(ctx context.Context, in model.OrderRefundInput) (model.OrderPayload, error) {
	refund := domain.OrderRefund{IdempotencyKey: in.IdempotencyKey, OrderID: in.OrderID.Of("Order"),
		Reason: in.Reason, Restock: in.Restock == nil || *in.Restock}
	if in.Lines != nil {
		refund.Lines = make([]domain.RefundAsk, len(in.Lines))
	}
	for i, l := range in.Lines {
		refund.Lines[i] = domain.RefundAsk{LineID: l.LineID.Of("OrderLine"), Quantity: l.Quantity, At: i}
	}
	refunded, err := r.store.RefundOrder(ctx, graph.ViewerFrom(ctx), refund)
	return orderPayload(ctx, refunded, err)
}

func orderPayload(ctx context.Context, o domain.Order, err error) (model.OrderPayload, error) {
	order, refused, err := outcome(ctx, o, err)
	return model.OrderPayload{Order: order, UserErrors: refused}, err
}

// orders reads a page of orders, of one customer or of all.
func (r *Resolver) orders(
	ctx context.Context, customerID *int64, ask listAsk, where *model.OrderWhere, orderBy *model.OrderOrder,
) (model.OrderConnection, error) {
	p, err := ask.page()
	if err != nil {
		return model.OrderConnection{}, err
	}
	filter := orderFilter(where)
	filter.CustomerID = customerID
	sort := domain.OrderSort{Field: string(model.OrderOrderFieldPlacedAt), Desc: true}
	if orderBy != nil {
		sort = domain.OrderSort{Field: string(orderBy.Field), Desc: orderBy.Direction == model.OrderDirectionDesc}
	}
	l, err := r.store.Orders(ctx, filter, sort, p)
	if err != nil {
		return model.OrderConnection{}, err
	}
	return model.OrderConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, o domain.Order) model.OrderEdge { return model.OrderEdge{Cursor: cursor, Node: o} })}, nil
}

func orderFilter(where *model.OrderWhere) (f domain.OrderFilter) {
	if where == nil {
		return f
	}
	if s := where.Status; s != nil {
		f.Statuses = either(s.Eq, s.OneOf)
	}
	f.PlacedFrom, f.PlacedTo = interval(where.PlacedAt)
	f.PromisedFrom, f.PromisedTo = interval(where.PromisedAt)
	return f
}

// tick is the smallest step of a stored instant.
const tick = time.Microsecond

// interval turns conditions on an instant into [from, to). Instants are stored by the microsecond, so "after t" is "from the next one".
func interval(c *model.DateTimeFilter) (from, to *time.Time) {
	if c == nil {
		return nil, nil
	}
	later := func(a, b *time.Time) *time.Time {
		if a == nil || b != nil && b.After(*a) {
			return b
		}
		return a
	}
	sooner := func(a, b *time.Time) *time.Time {
		if a == nil || b != nil && b.Before(*a) {
			return b
		}
		return a
	}
	return later(c.Gte, next(c.Gt)), sooner(c.Lt, next(c.Lte))
}

func next(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	n := t.Truncate(tick).Add(tick)
	return &n
}

func (r orderResolver) Lines(ctx context.Context, o *domain.Order) ([]domain.OrderLine, error) {
	return r.load(ctx).linesOf.Load(ctx, o.ID)
}

func (r orderResolver) Promises(ctx context.Context, o *domain.Order) ([]domain.Promise, error) {
	return r.load(ctx).promisesOf.Load(ctx, o.ID)
}

func (r orderResolver) Timeline(ctx context.Context, o *domain.Order, first *int64, after *string) (model.TimelineConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.TimelineConnection{}, err
	}
	l, err := r.store.Timeline(ctx, o.ID, !graph.ViewerFrom(ctx).IsStaff(), p)
	if err != nil {
		return model.TimelineConnection{}, err
	}
	return model.TimelineConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, e domain.TimelineEntry) model.TimelineEdge {
			return model.TimelineEdge{Cursor: cursor, Node: e}
		})}, nil
}

func (orderResolver) AvailableActions(ctx context.Context, o *domain.Order) ([]domain.OrderAction, error) {
	return domain.AvailableActions(o.Status, graph.ViewerFrom(ctx).IsStaff()), nil
}

func (r orderResolver) Customer(ctx context.Context, o *domain.Order) (*domain.Customer, error) {
	if o.CustomerID == nil || !graph.ViewerFrom(ctx).MaySee(*o.CustomerID) {
		return nil, nil
	}
	return find(ctx, r.load(ctx).customers, *o.CustomerID)
}

func (r orderLineResolver) Variant(ctx context.Context, l *domain.OrderLine) (*domain.Variant, error) {
	return find(ctx, r.load(ctx).variants, value(l.VariantID))
}

func (orderLineResolver) PriceName(ctx context.Context, l *domain.OrderLine) (*string, error) {
	return told(l.PriceName.In(graph.LocaleFrom(ctx))), nil
}

// Text tells dates in the business's zone, where the promise is to be kept.
func (r timelineEntryResolver) Text(ctx context.Context, e *domain.TimelineEntry) (string, error) {
	b, err := r.business(ctx)
	if err != nil {
		return "", err
	}
	zone, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return "", err
	}
	return domain.TimelineText(*e, graph.LocaleFrom(ctx), zone), nil
}
