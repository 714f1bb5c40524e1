package resolvers

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/vikstrous/dataloadgen"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/store"
)

// loaderWait is how long a loader gathers keys before it asks the store for all of them at once.
const loaderWait = 500 * time.Microsecond

// loaders ask the store for sets instead of single objects. They remember what they read, so they live as long as one response.
type loaders struct {
	categories *dataloadgen.Loader[int64, domain.Category]
	products   *dataloadgen.Loader[int64, domain.Product]
	rules      *dataloadgen.Loader[int64, domain.EarningRuleDates]
	ratings    *dataloadgen.Loader[int64, domain.ProductRating]
	variants   *dataloadgen.Loader[int64, domain.Variant]
	variantsOf *dataloadgen.Loader[int64, []domain.Variant]
	retiredOf  *dataloadgen.Loader[int64, []domain.Variant]
	picturesOf *dataloadgen.Loader[int64, []domain.Picture]
	picturesIn *dataloadgen.Loader[int64, []domain.Picture] // of posts
	offersIn   *dataloadgen.Loader[int64, []domain.Offer]   // of posts
	orders     *dataloadgen.Loader[int64, domain.Order]
	linesOf    *dataloadgen.Loader[int64, []domain.OrderLine]
	promisesOf *dataloadgen.Loader[int64, []domain.Promise]
	customers  *dataloadgen.Loader[int64, domain.Customer]
	figures    *dataloadgen.Loader[int64, domain.CustomerFigures]
	wallets    *dataloadgen.Loader[int64, domain.Wallet]
	staff      *dataloadgen.Loader[int64, domain.StaffMember]
	invited    *dataloadgen.Loader[int64, domain.ReferralPerson]
	clubs      *dataloadgen.Loader[int64, domain.Club]
	// familyMembers are those of families.
	familyMembers *dataloadgen.Loader[int64, []domain.FamilyMember]
	// ownMemberships are the viewer's, by club.
	ownMemberships *dataloadgen.Loader[int64, domain.Membership]
	// ownOfferUses are what was ordered with offers, by the viewer too.
	ownOfferUses *dataloadgen.Loader[int64, domain.OfferUse]
	// business is asked for once per response, whoever needs it.
	business *dataloadgen.Loader[struct{}, domain.Business]
}

type loadersKey struct{}

// WithLoaders gives a response loaders of its own, which are made when the first of them is needed: a subscriber waits for long.
func (r *Resolver) WithLoaders(ctx context.Context) context.Context {
	return context.WithValue(ctx, loadersKey{}, &laterLoaders{store: r.store})
}

type laterLoaders struct {
	store *store.Store
	once  sync.Once
	made  *loaders
}

func (r *Resolver) load(ctx context.Context) *loaders {
	later, ok := ctx.Value(loadersKey{}).(*laterLoaders)
	if !ok {
		return newLoaders(r.store)
	}
	later.once.Do(func() { later.made = newLoaders(later.store) })
	return later.made
}

func newLoaders(st *store.Store) *loaders {
	return &loaders{
		categories: byID(st.CategoriesByID),
		products:   byID(st.ProductsByID),
		rules:      byID(st.EarningRulesByID),
		ratings:    byID(st.RatingsByProduct),
		variants:   byID(st.VariantsByID),
		variantsOf: listsOf(st.VariantsByProduct),
		retiredOf:  listsOf(st.RetiredVariantsByProduct),
		picturesOf: listsOf(st.PicturesByProduct),
		picturesIn: listsOf(st.PicturesByPost),
		offersIn:   listsOf(st.OffersByPost),
		orders:     byID(st.OrdersByID),
		linesOf:    listsOf(st.LinesByOrder),
		promisesOf: listsOf(st.PromisesByOrder),
		customers:  byID(st.CustomersByID),
		figures:    byID(st.FiguresByCustomer),
		wallets:    byID(st.WalletsByCustomer),
		staff:      byID(st.StaffByID),
		invited:    byID(st.ReferralPeopleByID),
		clubs:      byID(st.ClubsByID),

		familyMembers: listsOf(st.FamilyMembers),
		ownMemberships: byID(func(ctx context.Context, _ []int64) (map[int64]domain.Membership, error) {
			own, err := st.MembershipsOf(ctx, graph.ViewerFrom(ctx).CustomerID)
			byClub := make(map[int64]domain.Membership, len(own))
			for _, m := range own {
				byClub[m.ClubID] = m
			}
			return byClub, err
		}),
		ownOfferUses: byID(func(ctx context.Context, ids []int64) (map[int64]domain.OfferUse, error) {
			return st.OfferUses(ctx, graph.ViewerFrom(ctx).CustomerID, ids)
		}),
		business: dataloadgen.NewMappedLoader(func(ctx context.Context, _ []struct{}) (map[struct{}]domain.Business, error) {
			b, err := st.Business(ctx)
			return map[struct{}]domain.Business{{}: b}, err
		}, dataloadgen.WithWait(0)),
	}
}

func byID[T any](fetch func(context.Context, []int64) (map[int64]T, error)) *dataloadgen.Loader[int64, T] {
	return dataloadgen.NewMappedLoader(fetch, dataloadgen.WithWait(loaderWait))
}

// listsOf makes a loader of lists, where an object without any has the empty list.
func listsOf[T any](fetch func(context.Context, []int64) (map[int64][]T, error)) *dataloadgen.Loader[int64, []T] {
	return byID(func(ctx context.Context, ids []int64) (map[int64][]T, error) {
		found, err := fetch(ctx, ids)
		if err != nil {
			return nil, err
		}
		all := make(map[int64][]T, len(ids))
		for _, id := range ids {
			if all[id] = found[id]; all[id] == nil {
				all[id] = []T{}
			}
		}
		return all, nil
	})
}

// find loads an object by its number; nil when there is none. The number 0 belongs to nothing and is not asked for.
func find[T any](ctx context.Context, l *dataloadgen.Loader[int64, T], id int64) (*T, error) {
	if id == 0 {
		return nil, nil
	}
	v, err := l.Load(ctx, id)
	switch {
	case errors.Is(err, dataloadgen.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &v, nil
}

// need is find for an object that must be there.
func need[T any](ctx context.Context, l *dataloadgen.Loader[int64, T], id int64) (T, error) {
	v, err := find(ctx, l, id)
	if v == nil || err != nil {
		var none T
		if err == nil {
			err = domain.ErrNotFound
		}
		return none, err
	}
	return *v, nil
}
