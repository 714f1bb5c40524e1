package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r mutationResolver) CustomerDeleteStart(ctx context.Context, in model.CustomerDeleteStartInput) (model.CustomerDeleteStartPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.CustomerDeleteStartPayload{}, err
	}
	sent, err := r.store.StartDelete(ctx, v, in.Channel, graph.ClientFrom(ctx).IP)
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.CustomerDeleteStartPayload{UserErrors: refused}, err
	}
	return model.CustomerDeleteStartPayload{ResendAt: &sent.ResendAt, ExpiresAt: &sent.ExpiresAt, UserErrors: []model.UserError{}}, nil
}

func (r mutationResolver) CustomerDelete(ctx context.Context, in model.CustomerDeleteInput) (model.CustomerDeletePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.CustomerDeletePayload{}, err
	}
	c, err := r.store.DeleteCustomer(ctx, v, domain.CustomerDelete{Channel: in.Channel, Code: in.Code})
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.CustomerDeletePayload{UserErrors: refused}, err
	}
	if cookie, none := graph.RefreshCookieFrom(ctx); none == nil {
		cookie.Drop()
	}
	return model.CustomerDeletePayload{DeleteAt: c.DeleteAt, UserErrors: []model.UserError{}}, nil
}
