package resolvers

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/graph/model"
)

func (r deskResolver) AuditTrail(ctx context.Context, _ *model.Desk, first *int64, after *string, where *model.AuditWhere) (model.AuditEntryConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.AuditEntryConnection{}, err
	}
	filter, none := auditFilter(where)
	var l domain.List[domain.AuditEntry]
	if !none {
		if l, err = r.store.AuditTrail(ctx, filter, p); err != nil {
			return model.AuditEntryConnection{}, err
		}
	}
	return model.AuditEntryConnection{Nodes: nodes(l), PageInfo: pageInfo(l), Edges: edges(l, func(cursor string, e domain.AuditEntry) model.AuditEntryEdge {
		return model.AuditEntryEdge{Cursor: cursor, Node: e}
	})}, nil
}

// auditFilter reads the conditions; none says that nothing can meet them, since an id is of nothing that the audit speaks of.
func auditFilter(where *model.AuditWhere) (f domain.AuditFilter, none bool) {
	if where == nil {
		return f, false
	}
	if where.StaffID != nil {
		f.StaffID = where.StaffID.Of("StaffMember")
		none = f.StaffID == 0
	}
	if where.SubjectID != nil {
		f.Subject = domain.AuditSubject(*where.SubjectID)
		none = none || f.Subject == ""
	}
	if where.At != nil {
		f.From, f.To = since(where.At), until(where.At)
	}
	return f, none
}

// since is the first instant that a filter lets through; instants are told to the microsecond.
func since(f *model.DateTimeFilter) *time.Time {
	if f.Gt != nil && (f.Gte == nil || !f.Gt.Before(*f.Gte)) {
		next := f.Gt.Add(time.Microsecond)
		return &next
	}
	return f.Gte
}

// until is the first instant after all that a filter lets through.
func until(f *model.DateTimeFilter) *time.Time {
	if f.Lte != nil && (f.Lt == nil || f.Lte.Before(*f.Lt)) {
		next := f.Lte.Add(time.Microsecond)
		return &next
	}
	return f.Lt
}

func (r auditEntryResolver) Staff(ctx context.Context, e *domain.AuditEntry) (*domain.StaffMember, error) {
	return find(ctx, r.load(ctx).staff, e.StaffID)
}

func (auditEntryResolver) SubjectID(_ context.Context, e *domain.AuditEntry) (*domain.GID, error) {
	if id, ok := e.SubjectID(); ok {
		return &id, nil
	}
	return nil, nil
}

func (auditEntryResolver) Reason(_ context.Context, e *domain.AuditEntry) (*string, error) {
	return told(e.Reason), nil
}

func (auditEntryResolver) Before(_ context.Context, e *domain.AuditEntry) (*string, error) {
	return told(e.Before), nil
}
