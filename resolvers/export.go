package resolvers

import (
	"context"

	"kabinet/graph/model"
)

// ExportPath is where files of customers are served, below the public address; the ticket follows.
const ExportPath = "/export/"

func (r mutationResolver) CustomerExport(ctx context.Context, _ model.CustomerExportInput) (model.CustomerExportPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.CustomerExportPayload{}, err
	}
	link, err := r.store.ExportLink(v.CustomerID)
	if err != nil {
		return model.CustomerExportPayload{}, err
	}
	url := r.publicURL + ExportPath + link.Ticket
	return model.CustomerExportPayload{URL: &url, ExpiresAt: &link.ExpiresAt, UserErrors: []model.UserError{}}, nil
}
