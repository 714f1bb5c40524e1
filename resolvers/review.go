package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r productResolver) Rating(ctx context.Context, p *domain.Product) (domain.ProductRating, error) {
	rating, err := find(ctx, r.load(ctx).ratings, p.ID)
	return value(rating), err
}

func (r productResolver) Reviews(ctx context.Context, p *domain.Product, first *int64, after *string) (model.ReviewConnection, error) {
	ask, err := page(first, after, nil, nil)
	if err != nil {
		return model.ReviewConnection{}, err
	}
	l, err := r.store.ReviewsOfProduct(ctx, p.ID, ask)
	return reviewConnection(l), err
}

func (r productResolver) OwnReview(ctx context.Context, p *domain.Product) (*domain.Review, error) {
	v := graph.ViewerFrom(ctx)
	if v.CustomerID == 0 {
		return nil, nil
	}
	return nullable(r.store.OwnReview(ctx, v.CustomerID, p.ID))
}

func (r deskResolver) Reviews(ctx context.Context, _ *model.Desk, first *int64, after *string) (model.ReviewConnection, error) {
	ask, err := page(first, after, nil, nil)
	if err != nil {
		return model.ReviewConnection{}, err
	}
	l, err := r.store.Reviews(ctx, ask)
	return reviewConnection(l), err
}

func reviewConnection(l domain.List[domain.Review]) model.ReviewConnection {
	return model.ReviewConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, v domain.Review) model.ReviewEdge {
			return model.ReviewEdge{Cursor: cursor, Node: v}
		})}
}

func (r customerResolver) ProductsToReview(ctx context.Context, c *domain.Customer) ([]domain.Product, error) {
	ids, err := r.store.ProductsToReview(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	bought, err := r.load(ctx).products.LoadAll(ctx, ids)
	products := []domain.Product{}
	for _, p := range bought {
		if onOffer(graph.ViewerFrom(ctx), p) {
			products = append(products, p)
		}
	}
	return products, err
}

func (r reviewResolver) Product(ctx context.Context, v *domain.Review) (*domain.Product, error) {
	p, err := find(ctx, r.load(ctx).products, v.ProductID)
	if p == nil || !onOffer(graph.ViewerFrom(ctx), *p) {
		return nil, err
	}
	return p, nil
}

func (reviewResolver) Author(_ context.Context, v *domain.Review) (*string, error) {
	return told(v.Author()), nil
}

func (reviewResolver) Mine(ctx context.Context, v *domain.Review) (bool, error) {
	return v.Mine(graph.ViewerFrom(ctx)), nil
}

func (reviewResolver) HiddenReason(ctx context.Context, v *domain.Review) (*string, error) {
	if !graph.ViewerFrom(ctx).MaySee(v.CustomerID) {
		return nil, nil
	}
	return v.HiddenReason, nil
}

func (r mutationResolver) ReviewCreate(ctx context.Context, in model.ReviewCreateInput) (model.ReviewPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ReviewPayload{}, err
	}
	written, err := r.store.CreateReview(ctx, v, domain.ReviewDraft{IdempotencyKey: in.IdempotencyKey, ProductID: in.ProductID.Of("Product"), Rating: in.Rating, Text: in.Text})
	return reviewPayload(ctx, written, err)
}

func (r mutationResolver) ReviewEdit(ctx context.Context, in model.ReviewEditInput) (model.ReviewPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ReviewPayload{}, err
	}
	edited, err := r.store.EditReview(ctx, v, in.ReviewID.Of("Review"), domain.ReviewDraft{Rating: in.Rating, Text: in.Text})
	return reviewPayload(ctx, edited, err)
}

func (r mutationResolver) ReviewHide(ctx context.Context, in model.ReviewHideInput) (model.ReviewPayload, error) {
	hidden, err := r.store.HideReview(ctx, graph.ViewerFrom(ctx), in.ReviewID.Of("Review"), in.Hidden, in.TakePointsBack, in.Reason)
	return reviewPayload(ctx, hidden, err)
}

func reviewPayload(ctx context.Context, v domain.Review, err error) (model.ReviewPayload, error) {
	review, refused, err := outcome(ctx, v, err)
	return model.ReviewPayload{Review: review, UserErrors: refused}, err
}
