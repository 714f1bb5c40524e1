package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph/model"
)

func (r deskResolver) ContentReports(ctx context.Context, _ *model.Desk, first *int64, after *string) (model.ReportedContentConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.ReportedContentConnection{}, err
	}
	l, err := r.store.ModerationQueue(ctx, p)
	if err != nil {
		return model.ReportedContentConnection{}, err
	}
	total, err := r.store.ModerationCount(ctx)
	return model.ReportedContentConnection{Nodes: nodes(l), PageInfo: pageInfo(l), TotalCount: total,
		Edges: edges(l, func(cursor string, c domain.ReportedContent) model.ReportedContentEdge {
			return model.ReportedContentEdge{Cursor: cursor, Node: c}
		})}, err
}

func (r reportedContentResolver) Club(ctx context.Context, c *domain.ReportedContent) (domain.Club, error) {
	return need(ctx, r.load(ctx).clubs, c.ClubID)
}

func (r reportedContentResolver) Post(ctx context.Context, c *domain.ReportedContent) (*domain.Post, error) {
	return contentReportResolver(r).Post(ctx, &domain.PostReport{PostID: c.PostID})
}

func (r reportedContentResolver) Comment(ctx context.Context, c *domain.ReportedContent) (*model.Comment, error) {
	return r.readComment(ctx, c.PostID)
}
