package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r customerResolver) Family(ctx context.Context, c *domain.Customer) (*domain.Family, error) {
	return nullable(r.store.FamilyOf(ctx, c.ID))
}

func (r customerResolver) FamilyInvitations(ctx context.Context, c *domain.Customer) ([]domain.FamilyInvited, error) {
	return notNull(r.store.FamilyInvitationsFor(ctx, c.ID))
}

func (r customerResolver) PointsTransfers(ctx context.Context, c *domain.Customer, first *int64, after *string) (model.PointsTransferConnection, error) {
	return r.pointsTransfers(ctx, c.ID, first, after)
}

func (r deskResolver) PointsTransfers(ctx context.Context, _ *model.Desk, first *int64, after *string) (model.PointsTransferConnection, error) {
	return r.pointsTransfers(ctx, 0, first, after)
}

func (r *Resolver) pointsTransfers(ctx context.Context, customerID int64, first *int64, after *string) (model.PointsTransferConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.PointsTransferConnection{}, err
	}
	l, err := r.store.PointsTransfers(ctx, customerID, p)
	return model.PointsTransferConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, t domain.PointsTransfer) model.PointsTransferEdge {
			return model.PointsTransferEdge{Cursor: cursor, Node: t}
		})}, err
}

func (r deskResolver) Families(ctx context.Context, _ *model.Desk, first *int64, after *string) (model.FamilyConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.FamilyConnection{}, err
	}
	l, err := r.store.Families(ctx, p)
	return model.FamilyConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, f domain.Family) model.FamilyEdge {
			return model.FamilyEdge{Cursor: cursor, Node: f}
		})}, err
}

func (r familyResolver) Members(ctx context.Context, f *domain.Family) ([]domain.FamilyMember, error) {
	members, err := r.load(ctx).familyMembers.Load(ctx, f.ID)
	return notNull(members, err)
}

func (r familyResolver) Invitations(ctx context.Context, f *domain.Family) ([]domain.FamilyInvited, error) {
	return notNull(r.store.FamilyInvitations(ctx, f.ID))
}

func (familyMemberResolver) Own(ctx context.Context, m *domain.FamilyMember) (bool, error) {
	return graph.ViewerFrom(ctx).CustomerID == m.CustomerID, nil
}

func (r familyMemberResolver) Customer(ctx context.Context, m *domain.FamilyMember) (*domain.Customer, error) {
	return r.forStaff(ctx, m.CustomerID)
}

// customerName is what a customer is called; null when they have not told.
func (r *Resolver) customerName(ctx context.Context, customerID int64) (*string, error) {
	c, err := find(ctx, r.load(ctx).customers, customerID)
	if c == nil || err != nil {
		return nil, err
	}
	return c.Name, nil
}

func (r familyInvitationResolver) InviterName(ctx context.Context, i *domain.FamilyInvited) (*string, error) {
	return r.customerName(ctx, i.InviterID)
}

func (pointsTransferResolver) Sent(ctx context.Context, t *domain.PointsTransfer) (bool, error) {
	return graph.ViewerFrom(ctx).CustomerID == t.SenderID, nil
}

func (r pointsTransferResolver) SenderName(ctx context.Context, t *domain.PointsTransfer) (*string, error) {
	return r.customerName(ctx, t.SenderID)
}

func (r pointsTransferResolver) ReceiverName(ctx context.Context, t *domain.PointsTransfer) (*string, error) {
	return r.customerName(ctx, t.ReceiverID)
}

func (r pointsTransferResolver) Sender(ctx context.Context, t *domain.PointsTransfer) (*domain.Customer, error) {
	return r.forStaff(ctx, t.SenderID)
}

func (r pointsTransferResolver) Receiver(ctx context.Context, t *domain.PointsTransfer) (*domain.Customer, error) {
	return r.forStaff(ctx, t.ReceiverID)
}

func (r mutationResolver) FamilyInvite(ctx context.Context, in model.FamilyInviteInput) (model.FamilyInvitePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.FamilyInvitePayload{}, err
	}
	made, err := r.store.InviteToFamily(ctx, v, domain.FamilyInvite{Channel: value(in.Channel), Address: value(in.Address)})
	invitation, refused, err := outcome(ctx, made, err)
	return model.FamilyInvitePayload{Invitation: invitation, UserErrors: refused}, err
}

func (r mutationResolver) FamilyAccept(ctx context.Context, in model.FamilyAcceptInput) (model.FamilyAcceptPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.FamilyAcceptPayload{}, err
	}
	accepted, err := r.store.AcceptFamily(ctx, v, value(in.InvitationID).Of("FamilyInvitation"), value(in.Code))
	family, refused, err := outcome(ctx, accepted, err)
	return model.FamilyAcceptPayload{Family: family, UserErrors: refused}, err
}

func (r mutationResolver) FamilyDecline(ctx context.Context, in model.FamilyDeclineInput) (model.FamilyDeclinePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.FamilyDeclinePayload{}, err
	}
	err = r.store.DeclineFamily(ctx, v, in.InvitationID.Of("FamilyInvitation"))
	id, refused, err := outcome(ctx, in.InvitationID, err)
	return model.FamilyDeclinePayload{InvitationID: id, UserErrors: refused}, err
}

func (r mutationResolver) FamilyLeave(ctx context.Context, in model.FamilyLeaveInput) (model.FamilyLeavePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.FamilyLeavePayload{}, err
	}
	err = r.store.LeaveFamily(ctx, v, in.FamilyID.Of("Family"))
	id, refused, err := outcome(ctx, in.FamilyID, err)
	return model.FamilyLeavePayload{FamilyID: id, UserErrors: refused}, err
}

func (r mutationResolver) PointsTransferStart(ctx context.Context, in model.PointsTransferStartInput) (model.PointsTransferStartPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.PointsTransferStartPayload{}, err
	}
	started, err := r.store.StartTransfer(ctx, v, domain.PointsTransferStart{IdempotencyKey: in.IdempotencyKey, ReceiverID: in.To.Of("FamilyMember"),
		Points: in.Points, Locale: graph.LocaleFrom(ctx)})
	transfer, refused, err := outcome(ctx, started, err)
	if transfer == nil {
		return model.PointsTransferStartPayload{UserErrors: refused}, err
	}
	ends := transfer.CreatedAt.Add(domain.CodeLifetime)
	return model.PointsTransferStartPayload{Transfer: transfer, Channel: &transfer.Channel, ExpiresAt: &ends, UserErrors: refused}, err
}

func (r mutationResolver) PointsTransferComplete(ctx context.Context, in model.PointsTransferCompleteInput) (model.PointsTransferCompletePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.PointsTransferCompletePayload{}, err
	}
	done, err := r.store.CompleteTransfer(ctx, v, in.TransferID.Of("PointsTransfer"), in.Code)
	transfer, refused, err := outcome(ctx, done, err)
	if transfer == nil {
		return model.PointsTransferCompletePayload{UserErrors: refused}, err
	}
	w, err := r.wallet(ctx, v.CustomerID)
	return model.PointsTransferCompletePayload{Transfer: transfer, Wallet: &w, UserErrors: refused}, err
}
