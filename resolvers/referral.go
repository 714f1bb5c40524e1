package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
	"kabinet/internal/qr"
)

func (r customerResolver) Referral(ctx context.Context, c *domain.Customer) (domain.Referral, error) {
	return r.store.Referral(ctx, c.ID)
}

func (r *Resolver) referralLink(code string) string { return r.publicURL + "/i/" + code }

func (r referralResolver) Link(_ context.Context, f *domain.Referral) (string, error) {
	return r.referralLink(f.Code), nil
}

func (r referralResolver) QRSVG(_ context.Context, f *domain.Referral) (string, error) {
	return qr.SVG(r.referralLink(f.Code))
}

func (r referralResolver) ShareText(ctx context.Context, f *domain.Referral, language *domain.Locale) (string, error) {
	b, err := r.business(ctx)
	if err != nil {
		return "", err
	}
	tariff, err := r.store.ReferralTariff(ctx)
	return domain.ShareText(b.Name, tariff, r.referralLink(f.Code), f.Code, value(language).Or(graph.LocaleFrom(ctx))), err
}

func (r referralResolver) CanClaim(ctx context.Context, f *domain.Referral) (bool, error) {
	if f.InviterID != nil || f.Bought {
		return false, nil
	}
	tariff, err := r.store.ReferralTariff(ctx)
	return tariff.Open, err
}

func (r referralResolver) InvitedBy(ctx context.Context, f *domain.Referral) (*model.ReferralInviter, error) {
	if f.InviterID == nil {
		return nil, nil
	}
	inviter := &model.ReferralInviter{Since: *f.Since, State: f.State, Reason: f.Reason}
	names, err := r.store.ShownNames(ctx, []int64{*f.InviterID})
	if name, shown := names[*f.InviterID]; shown {
		inviter.Name = &name
	}
	return inviter, err
}

func (r referralResolver) Tariff(ctx context.Context, _ *domain.Referral) (domain.ReferralTariff, error) {
	return r.store.ReferralTariff(ctx)
}

func (referralTariffResolver) Levels(_ context.Context, t *domain.ReferralTariff) ([]domain.Decimal, error) {
	levels := make([]domain.Decimal, len(t.Levels))
	for i, share := range t.Levels {
		levels[i] = domain.PercentText(share)
	}
	return levels, nil
}

func (r referralResolver) Stats(ctx context.Context, f *domain.Referral) (domain.ReferralStats, error) {
	stats, err := r.store.ReferralStats(ctx, []int64{f.CustomerID})
	s := stats[f.CustomerID]
	if s.ByLevel == nil {
		s.ByLevel = []domain.ReferralLevel{}
	}
	return s, err
}

func (r referralResolver) Children(ctx context.Context, f *domain.Referral, first *int64, after *string, orderBy *model.ReferralOrder) (model.ReferralPersonConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.ReferralPersonConnection{}, err
	}
	l, err := r.store.InvitedBy(ctx, f.CustomerID, value(orderBy) == model.ReferralOrderPoints, p)
	return peopleConnection(l), err
}

func peopleConnection(l domain.List[domain.ReferralPerson]) model.ReferralPersonConnection {
	return model.ReferralPersonConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, p domain.ReferralPerson) model.ReferralPersonEdge {
			return model.ReferralPersonEdge{Cursor: cursor, Node: p}
		})}
}

func (r referralResolver) Tree(ctx context.Context, f *domain.Referral, depth *int64) ([]domain.ReferralBranch, error) {
	levels := int64(2)
	if depth != nil {
		levels = *depth
	}
	if levels < 1 || levels > 3 {
		return nil, domain.Errorf(domain.Invalid, "depth is 1 to 3")
	}
	return notNull(r.store.ReferralTree(ctx, f.CustomerID, int(levels)))
}

func (referralBranchResolver) ParentID(_ context.Context, b *domain.ReferralBranch) (*domain.GID, error) {
	if b.Level == 1 {
		return nil, nil
	}
	id := domain.ReferralPerson{CustomerID: b.Person.InviterID}.GID()
	return &id, nil
}

func (r referralResolver) Earnings(ctx context.Context, f *domain.Referral, first *int64, after *string) (model.ReferralRewardConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.ReferralRewardConnection{}, err
	}
	l, err := r.store.ReferralRewards(ctx, f.CustomerID, p)
	return model.ReferralRewardConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, w domain.ReferralReward) model.ReferralRewardEdge {
			return model.ReferralRewardEdge{Cursor: cursor, Node: w}
		})}, err
}

func (r referralRewardResolver) From(ctx context.Context, w *domain.ReferralReward) (*domain.ReferralPerson, error) {
	if w.Level == 0 {
		return nil, nil
	}
	return find(ctx, r.load(ctx).invited, w.BuyerID)
}

func (referralPersonResolver) Name(ctx context.Context, p *domain.ReferralPerson) (*string, error) {
	choice := p.ShowName
	if graph.ViewerFrom(ctx).IsStaff() {
		choice = domain.NameFull
	}
	return domain.ShownName(p.Name, choice), nil
}

func (referralPersonResolver) Active(_ context.Context, p *domain.ReferralPerson) (bool, error) {
	return p.Orders > 0, nil
}

func (referralPersonResolver) Points(ctx context.Context, p *domain.ReferralPerson) (*int64, error) {
	if !graph.ViewerFrom(ctx).MaySee(p.InviterID) {
		return nil, nil
	}
	return &p.Points, nil
}

func (referralPersonResolver) Flags(ctx context.Context, p *domain.ReferralPerson) ([]domain.ReferralFlag, error) {
	if !graph.ViewerFrom(ctx).IsStaff() || p.Flags == nil {
		return []domain.ReferralFlag{}, nil
	}
	return p.Flags, nil
}

func (r referralPersonResolver) Customer(ctx context.Context, p *domain.ReferralPerson) (*domain.Customer, error) {
	return r.forStaff(ctx, p.CustomerID)
}

func (r referralPersonResolver) Inviter(ctx context.Context, p *domain.ReferralPerson) (*domain.Customer, error) {
	return r.forStaff(ctx, p.InviterID)
}

// forStaff is a customer for staff and null for others.
func (r *Resolver) forStaff(ctx context.Context, customerID int64) (*domain.Customer, error) {
	if !graph.ViewerFrom(ctx).IsStaff() {
		return nil, nil
	}
	return find(ctx, r.load(ctx).customers, customerID)
}

// referralNode reads an invited person for staff and for those who stand above.
func (r *Resolver) referralNode(ctx context.Context, v domain.Viewer, id int64) (model.Node, error) {
	may := v.IsStaff()
	if !may && v.CustomerID != 0 {
		var err error
		if may, err = r.store.StandsAbove(ctx, v.CustomerID, id); err != nil {
			return nil, err
		}
	}
	return shown(find(ctx, r.load(ctx).invited, id))(func(domain.ReferralPerson) bool { return may })
}

func (r mutationResolver) ReferralClaim(ctx context.Context, in model.ReferralClaimInput) (model.ReferralClaimPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ReferralClaimPayload{}, err
	}
	claimed, err := r.store.ClaimReferral(ctx, v, domain.ReferralClaim{IdempotencyKey: value(in.IdempotencyKey), Code: in.Code, ShowName: in.ShowName})
	referral, refused, err := outcome(ctx, claimed, err)
	return model.ReferralClaimPayload{Referral: referral, UserErrors: refused}, err
}

func (r mutationResolver) ReferralUpdate(ctx context.Context, in model.ReferralUpdateInput) (model.ReferralUpdatePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ReferralUpdatePayload{}, err
	}
	updated, err := r.store.ShowReferralName(ctx, v, in.ShowName)
	referral, refused, err := outcome(ctx, updated, err)
	return model.ReferralUpdatePayload{Referral: referral, UserErrors: refused}, err
}

func (r mutationResolver) ReferralDecide(ctx context.Context, in model.ReferralDecideInput) (model.ReferralDecidePayload, error) {
	id := max(in.CustomerID.Of("Customer"), in.CustomerID.Of("ReferralPerson"))
	decided, err := r.store.DecideReferral(ctx, graph.ViewerFrom(ctx), domain.ReferralDecide{CustomerID: id, Decision: in.Decision, Reason: in.Reason})
	person, refused, err := outcome(ctx, decided, err)
	return model.ReferralDecidePayload{Person: person, UserErrors: refused}, err
}

func (r mutationResolver) ReferralTariffSet(ctx context.Context, in model.ReferralTariffSetInput) (model.ReferralTariffSetPayload, error) {
	tariff := domain.ReferralTariff{Open: in.Open, InviterPoints: in.InviterPoints, InvitedPoints: in.InvitedPoints, CapPerInvited: in.CapPerInvited,
		CapPerMonth: in.CapPerMonth, MaxInvited: in.MaxInvited}
	if in.StartsAt != nil {
		tariff.StartsAt = *in.StartsAt
	}
	for _, percent := range in.Levels {
		share, err := domain.ParseDecimal(string(percent))
		if err != nil {
			refused, err := refusals(ctx, domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"levels"}}))
			return model.ReferralTariffSetPayload{UserErrors: refused}, err
		}
		tariff.Levels = append(tariff.Levels, share)
	}
	made, err := r.store.SetReferralTariff(ctx, graph.ViewerFrom(ctx), tariff)
	set, refused, err := outcome(ctx, made, err)
	return model.ReferralTariffSetPayload{Tariff: set, UserErrors: refused}, err
}

func (r deskResolver) Referral(ctx context.Context, _ *model.Desk, customerID domain.GID) (*domain.Referral, error) {
	return nullable(r.store.Referral(ctx, customerID.Of("Customer")))
}

func (r deskResolver) TopInviters(ctx context.Context, _ *model.Desk, first *int64, after *string, orderBy *model.TopInviterOrder) (model.TopInviterConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.TopInviterConnection{}, err
	}
	l, err := r.store.TopInviters(ctx, value(orderBy) == model.TopInviterOrderPoints, p)
	return model.TopInviterConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, t domain.TopInviter) model.TopInviterEdge {
			return model.TopInviterEdge{Cursor: cursor, Node: t}
		})}, err
}

func (r topInviterResolver) Customer(ctx context.Context, t *domain.TopInviter) (domain.Customer, error) {
	return need(ctx, r.load(ctx).customers, t.CustomerID)
}

func (r deskResolver) FlaggedReferrals(ctx context.Context, _ *model.Desk, first *int64, after *string) (model.ReferralPersonConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.ReferralPersonConnection{}, err
	}
	l, err := r.store.FlaggedReferrals(ctx, p)
	return peopleConnection(l), err
}

func (r deskResolver) ReferralTariffs(ctx context.Context, _ *model.Desk) ([]domain.ReferralTariff, error) {
	return notNull(r.store.ReferralTariffs(ctx))
}
