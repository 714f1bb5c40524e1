package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph/model"
)

// Everything here is behind @role(is: OPERATOR) of Query.desk.

func (r queryResolver) Desk(context.Context) (model.Desk, error) { return model.Desk{}, nil }

func (r deskResolver) Orders(
	ctx context.Context, _ *model.Desk, first *int64, after *string, last *int64, before *string, where *model.OrderWhere, orderBy *model.OrderOrder,
) (model.OrderConnection, error) {
	return r.orders(ctx, nil, listAsk{first, after, last, before}, where, orderBy)
}

func (r deskResolver) Order(ctx context.Context, _ *model.Desk, number string) (*domain.Order, error) {
	return nullable(r.store.OrderByNumber(ctx, number))
}

func (r deskResolver) Customers(
	ctx context.Context, _ *model.Desk, first *int64, after *string, search *string, orderBy *model.CustomerOrder,
) (model.CustomerConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.CustomerConnection{}, err
	}
	sort := domain.CustomerSort{Field: string(model.CustomerOrderFieldCreatedAt), Desc: true}
	if orderBy != nil {
		sort = domain.CustomerSort{Field: string(orderBy.Field), Desc: orderBy.Direction == model.OrderDirectionDesc}
	}
	l, err := r.store.Customers(ctx, value(search), sort, p)
	if err != nil {
		return model.CustomerConnection{}, err
	}
	return model.CustomerConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, c domain.Customer) model.CustomerEdge {
			return model.CustomerEdge{Cursor: cursor, Node: c}
		})}, nil
}

func (r deskResolver) Customer(ctx context.Context, _ *model.Desk, id domain.GID) (*domain.Customer, error) {
	return find(ctx, r.load(ctx).customers, id.Of("Customer"))
}

func (r deskResolver) Products(
	ctx context.Context, _ *model.Desk, first *int64, after *string, last *int64, before *string, where *model.ProductWhere, search *string, orderBy *model.ProductOrder,
) (model.ProductConnection, error) {
	statuses := []domain.ProductStatus{domain.ProductActive, domain.ProductInDraft, domain.ProductArchived}
	if where != nil && where.Status != nil && where.Status.OneOf != nil {
		statuses = where.Status.OneOf
	}
	return r.products(ctx, statuses, listAsk{first, after, last, before}, where, search, orderBy)
}

func (r deskResolver) Product(ctx context.Context, _ *model.Desk, slug string) (*domain.Product, error) {
	return nullable(r.store.ProductBySlug(ctx, slug))
}

func (r deskResolver) Staff(ctx context.Context, _ *model.Desk, left bool) ([]domain.StaffMember, error) {
	return notNull(r.store.StaffMembers(ctx, left))
}

func (r deskResolver) SalesFigures(ctx context.Context, _ *model.Desk, source string) (*domain.SalesFigures, error) {
	return nullable(r.store.SalesFigures(ctx, source))
}

func (r deskResolver) StaysFigures(ctx context.Context, _ *model.Desk, source string) (*domain.StaysFigures, error) {
	return nullable(r.store.StaysFigures(ctx, source))
}
