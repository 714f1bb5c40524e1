package resolvers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// The paths below the public address at which files of imports go in and rejected rows come out; the ticket follows.
const (
	ImportUploadPath  = "/import/upload/"
	ImportRejectsPath = "/import/rejects/"
)

// Imports takes files of the business in.
type Imports interface {
	// Receive makes a place for a file and the link that takes it.
	Receive(ctx context.Context, v domain.Viewer, idempotencyKey, name string) (domain.ImportReception, error)
	// Start queues an import after a look at the mapping and the headers. format names a built-in mapping, or is empty.
	Start(ctx context.Context, v domain.Viewer, idempotencyKey, format string, d domain.ImportDraft) (domain.Import, error)
	// Formats are what files of each kind look like.
	Formats(ctx context.Context) ([]domain.ImportFormat, error)
}

// TakingIn is the root with a place for imports. Without it they fail.
func (r *Resolver) TakingIn(imports Imports) *Resolver {
	taking := *r
	taking.imports = imports
	return &taking
}

type (
	importResolver       struct{ *Resolver }
	importFormatResolver struct{}
	importEventResolver  struct{ *Resolver }
)

// Import resolves the fields of an import.
func (r *Resolver) Import() graph.ImportResolver { return importResolver{r} }

// ImportFormat resolves the fields of a format.
func (r *Resolver) ImportFormat() graph.ImportFormatResolver { return importFormatResolver{} }

// ImportEvent resolves the fields of an event of an import.
func (r *Resolver) ImportEvent() graph.ImportEventResolver { return importEventResolver{r} }

func (r deskResolver) Imports(ctx context.Context, _ *model.Desk, first *int64, after *string) (model.ImportConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.ImportConnection{}, err
	}
	l, err := r.store.Imports(ctx, p)
	return model.ImportConnection{Nodes: nodes(l), PageInfo: pageInfo(l), Edges: edges(l, func(cursor string, i domain.Import) model.ImportEdge {
		return model.ImportEdge{Cursor: cursor, Node: i}
	})}, err
}

func (r deskResolver) Import(ctx context.Context, _ *model.Desk, id domain.GID) (*domain.Import, error) {
	return one(ctx, r.store.ImportsByID, id.Of("Import"))
}

func (r deskResolver) ImportFormats(ctx context.Context, _ *model.Desk) ([]domain.ImportFormat, error) {
	return r.imports.Formats(ctx)
}

func (r mutationResolver) ImportFileUpload(ctx context.Context, in model.ImportFileUploadInput) (model.ImportFileUploadPayload, error) {
	place, err := r.imports.Receive(ctx, graph.ViewerFrom(ctx), in.IdempotencyKey, in.Name)
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.ImportFileUploadPayload{UserErrors: refused}, err
	}
	url := r.publicURL + ImportUploadPath + place.Link.Ticket
	return model.ImportFileUploadPayload{File: &place.File, UploadURL: &url, ExpiresAt: &place.Link.ExpiresAt, MaxBytes: &place.MaxBytes,
		UserErrors: []model.UserError{}}, nil
}

func (r mutationResolver) ImportStart(ctx context.Context, in model.ImportStartInput) (model.ImportStartPayload, error) {
	d := domain.ImportDraft{Kind: in.Kind, FileID: in.FileID.Of("ImportFile"), Mapping: value(in.Mapping), Source: strings.TrimSpace(value(in.Source)),
		Since: value(in.Since)}
	if in.MembersFileID != nil {
		d.MembersID = in.MembersFileID.Of("ImportFile")
	}
	if in.ClubID != nil {
		d.ClubID = in.ClubID.Of("Club")
	}
	started, err := r.imports.Start(ctx, graph.ViewerFrom(ctx), in.IdempotencyKey, value(in.Format), d)
	shown, refused, err := outcome(ctx, started, err)
	return model.ImportStartPayload{Import: shown, UserErrors: refused}, err
}

func (r mutationResolver) ImportCancel(ctx context.Context, in model.ImportCancelInput) (model.ImportCancelPayload, error) {
	cancelled, err := r.store.CancelImport(ctx, graph.ViewerFrom(ctx), in.ImportID.Of("Import"))
	shown, refused, err := outcome(ctx, cancelled, err)
	return model.ImportCancelPayload{Import: shown, UserErrors: refused}, err
}

func (r importResolver) Club(ctx context.Context, i *domain.Import) (*domain.Club, error) {
	return find(ctx, r.load(ctx).clubs, i.ClubID)
}

func (importResolver) Since(_ context.Context, i *domain.Import) (*string, error) {
	return told(i.Since), nil
}

func (r importResolver) Staff(ctx context.Context, i *domain.Import) (domain.StaffMember, error) {
	return need(ctx, r.load(ctx).staff, i.StaffID)
}

// Figures reads the figures in the order in which they stand.
func (importResolver) Figures(_ context.Context, i *domain.Import) ([]domain.ImportFigure, error) {
	figures := []domain.ImportFigure{}
	d := json.NewDecoder(strings.NewReader(i.Figures))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("read the figures of import %d: %w", i.ID, err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read the figures of import %d: %w", i.ID, err)
		}
		figure, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read the figures of import %d: %w", i.ID, err)
		}
		figures = append(figures, domain.ImportFigure{Name: fmt.Sprint(name), Value: fmt.Sprint(figure)})
	}
	return figures, nil
}

func (importResolver) Error(ctx context.Context, i *domain.Import) (*model.ImportError, error) {
	if i.Failure == "" {
		return nil, nil
	}
	return &model.ImportError{Code: i.Failure, Message: domain.ImportFailureText(i.Failure, graph.LocaleFrom(ctx)), Detail: i.Detail}, nil
}

func (r importResolver) Rejects(_ context.Context, i *domain.Import) (*model.ImportRejects, error) {
	if i.RejectsAt == nil {
		return nil, nil
	}
	link, err := r.store.RejectsLink(i.ID)
	if err != nil {
		return nil, err
	}
	return &model.ImportRejects{URL: r.publicURL + ImportRejectsPath + link.Ticket, ExpiresAt: link.ExpiresAt}, nil
}

func (importFormatResolver) Mapping(_ context.Context, f *domain.ImportFormat) (*string, error) {
	return told(f.Mapping), nil
}

func (importFormatResolver) MembersSample(_ context.Context, f *domain.ImportFormat) (*string, error) {
	return told(f.MembersSample), nil
}

func (r importEventResolver) Import(ctx context.Context, e *model.ImportEvent) (domain.Import, error) {
	i, err := one(ctx, r.store.ImportsByID, e.ImportID)
	if i == nil {
		return domain.Import{}, err
	}
	return *i, err
}
