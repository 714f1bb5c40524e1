package resolvers

import (
	"context"
	"errors"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// outcome splits what a verb answered: the entity, or what was refused as user errors in the caller's language, or an error that fails the request.
func outcome[T any](ctx context.Context, entity T, err error) (*T, []model.UserError, error) {
	if err == nil {
		return &entity, []model.UserError{}, nil
	}
	refused, err := refusals(ctx, err)
	return nil, refused, err
}

// refusals is the half of outcome for verbs whose entity is not the payload's.
func refusals(ctx context.Context, err error) ([]model.UserError, error) {
	refused := domain.AsRefused(err)
	if err != nil && refused == nil {
		return nil, err
	}
	return model.UserErrors(refused, graph.LocaleFrom(ctx)), nil
}

// customerFrom is the signed-in customer. Staff who are no customers have no orders and no wallet of their own.
func customerFrom(ctx context.Context) (domain.Viewer, error) {
	v := graph.ViewerFrom(ctx)
	if v.CustomerID == 0 {
		return v, domain.Errorf(domain.Forbidden, "only a customer can do this")
	}
	return v, nil
}

// nullable turns "there is none" into null.
func nullable[T any](v T, err error) (*T, error) {
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &v, nil
}

// told is a text, or null when it is empty.
func told(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// minutes is a number of minutes, or null when it was not told.
func minutes(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// page reads the four arguments of a list.
func page(first *int64, after *string, last *int64, before *string) (domain.Page, error) {
	return domain.NewPage(narrow(first), after, narrow(last), before)
}

func narrow(n *int64) *int {
	if n == nil {
		return nil
	}
	i := int(*n)
	return &i
}

// edges pairs the items of a page with their cursors.
func edges[T, E any](l domain.List[T], edge func(cursor string, node T) E) []E {
	out := make([]E, len(l.Items))
	for i, item := range l.Items {
		out[i] = edge(l.Cursors[i], item)
	}
	return out
}

// nodes is the items of a page; never null.
func nodes[T any](l domain.List[T]) []T {
	if l.Items == nil {
		return []T{}
	}
	return l.Items
}

func pageInfo[T any](l domain.List[T]) model.PageInfo {
	info := model.PageInfo{HasNextPage: l.HasNext, HasPreviousPage: l.HasPrevious}
	if n := len(l.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &l.Cursors[0], &l.Cursors[n-1]
	}
	return info
}
