package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// Node reads any object by its id. What does not exist and what is not the caller's to see are the same: null.
func (r queryResolver) Node(ctx context.Context, id domain.GID) (model.Node, error) {
	v := graph.ViewerFrom(ctx)
	l := r.load(ctx)
	switch id.Kind {
	case "Category":
		return shown(find(ctx, l.categories, id.N))(always)
	case "Product":
		return shown(find(ctx, l.products, id.N))(func(p domain.Product) bool { return onOffer(v, p) })
	case "ProductVariant":
		return r.variantNode(ctx, v, id.N)
	case "Customer":
		return shown(find(ctx, l.customers, id.N))(func(c domain.Customer) bool { return v.MaySee(c.ID) })
	case "StaffMember":
		return shown(find(ctx, l.staff, id.N))(func(domain.StaffMember) bool { return v.IsStaff() })
	case "Session":
		return among(r.ownSessions(ctx, v))(id)
	case "Club":
		if !v.SignedIn() {
			return nil, nil
		}
		club, err := nullable(r.store.ClubByID(ctx, v, id.N))
		return shown(club, err)(always)
	case "Post", "Comment":
		return r.postNode(ctx, v, id)
	case "Device":
		return shown(one(ctx, r.store.DevicesByID, id.N))(func(d domain.Device) bool { return ownDevice(v, d) })
	case "Order":
		return shown(find(ctx, l.orders, id.N))(func(o domain.Order) bool { return maySeeOrder(v, o) })
	case "Wallet":
		return r.walletNode(ctx, v, id.N)
	case "OrderLine":
		return r.lineNode(ctx, v, id.N)
	case "TimelineEntry":
		return r.timelineNode(ctx, v, id.N)
	case "WalletEntry":
		return shown(one(ctx, r.store.WalletEntriesByID, id.N))(func(e domain.WalletEntry) bool { return v.MaySee(e.CustomerID) })
	case "EarningRule":
		return shown(one(ctx, r.store.EarningRulesByID, id.N))(func(domain.EarningRuleDates) bool { return v.IsStaff() })
	case "Review":
		return shown(one(ctx, r.store.ReviewsByID, id.N))(func(review domain.Review) bool { return review.MaySee(v) })
	case "ReferralPerson":
		return r.referralNode(ctx, v, id.N)
	case "Family":
		family, err := nullable(r.store.FamilyByID(ctx, v, id.N))
		return shown(family, err)(always)
	case "FamilyMember":
		member, err := nullable(r.store.FamilyMember(ctx, v, id.N))
		return shown(member, err)(always)
	case "FamilyInvitation":
		invitation, err := nullable(r.store.FamilyInvitation(ctx, v, id.N))
		return shown(invitation, err)(always)
	case "PointsTransfer":
		transfer, err := nullable(r.store.PointsTransfer(ctx, v, id.N))
		return shown(transfer, err)(always)
	case "Import":
		return shown(one(ctx, r.store.ImportsByID, id.N))(func(domain.Import) bool { return v.Role.AtLeast(domain.Admin) })
	case "PointLot":
		return shown(one(ctx, r.store.LotsByID, id.N))(func(l domain.Lot) bool { return v.MaySee(l.CustomerID) })
	}
	return nil, nil
}

// shown makes a node of an object that was found and may be seen.
func shown[T model.Node](found *T, err error) func(may func(T) bool) (model.Node, error) {
	return func(may func(T) bool) (model.Node, error) {
		if found == nil || err != nil || !may(*found) {
			return nil, err
		}
		return *found, nil
	}
}

func always[T any](T) bool { return true }

// among finds the node in a short list of the viewer's own.
func among[T model.Node](own []T, err error) func(id domain.GID) (model.Node, error) {
	return func(id domain.GID) (model.Node, error) {
		for _, n := range own {
			if n.GID() == id {
				return n, err
			}
		}
		return nil, err
	}
}

// onOffer says whether the viewer may see a product: what is on offer is for all, the rest for staff.
func onOffer(v domain.Viewer, p domain.Product) bool {
	return p.Status == domain.ProductActive || v.IsStaff()
}

func (r *Resolver) variantNode(ctx context.Context, v domain.Viewer, id int64) (model.Node, error) {
	variant, err := find(ctx, r.load(ctx).variants, id)
	if variant == nil || err != nil {
		return nil, err
	}
	product, err := find(ctx, r.load(ctx).products, variant.ProductID)
	if product == nil || err != nil || !onOffer(v, *product) || !variant.Active && !v.IsStaff() {
		return nil, err
	}
	return *variant, nil
}

func (r *Resolver) ownSessions(ctx context.Context, v domain.Viewer) ([]domain.Session, error) {
	if !v.SignedIn() {
		return nil, nil
	}
	return r.store.Sessions(ctx, v)
}

// one reads a single object by a verb that reads sets.
func one[T any](ctx context.Context, read func(context.Context, []int64) (map[int64]T, error), id int64) (*T, error) {
	found, err := read(ctx, []int64{id})
	if v, exists := found[id]; exists && err == nil {
		return &v, nil
	}
	return nil, err
}

func ownDevice(v domain.Viewer, d domain.Device) bool {
	return d.CustomerID != nil && v.MaySee(*d.CustomerID) || d.StaffID != nil && v.StaffID == *d.StaffID
}

func (r *Resolver) lineNode(ctx context.Context, v domain.Viewer, id int64) (model.Node, error) {
	line, err := one(ctx, r.store.LinesByID, id)
	if line == nil || err != nil {
		return nil, err
	}
	order, err := find(ctx, r.load(ctx).orders, line.OrderID)
	if order == nil || err != nil || !maySeeOrder(v, *order) {
		return nil, err
	}
	return *line, nil
}

func (r *Resolver) timelineNode(ctx context.Context, v domain.Viewer, id int64) (model.Node, error) {
	entry, err := one(ctx, r.store.TimelineByID, id)
	if entry == nil || err != nil || !entry.Public && !v.IsStaff() {
		return nil, err
	}
	order, err := find(ctx, r.load(ctx).orders, entry.OrderID)
	if order == nil || err != nil || !maySeeOrder(v, *order) {
		return nil, err
	}
	return *entry, nil
}

// walletNode reads the wallet of a customer, who has the same number.
func (r *Resolver) walletNode(ctx context.Context, v domain.Viewer, customerID int64) (model.Node, error) {
	if !v.MaySee(customerID) {
		return nil, nil
	}
	customer, err := find(ctx, r.load(ctx).customers, customerID)
	if customer == nil || err != nil {
		return nil, err
	}
	return r.wallet(ctx, customerID)
}
