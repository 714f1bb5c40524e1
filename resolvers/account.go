package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r queryResolver) Viewer(ctx context.Context) (domain.Viewer, error) {
	return graph.ViewerFrom(ctx), nil
}

func (r viewerResolver) Customer(ctx context.Context, v *domain.Viewer) (*domain.Customer, error) {
	return find(ctx, r.load(ctx).customers, v.CustomerID)
}

func (r viewerResolver) Staff(ctx context.Context, v *domain.Viewer) (*domain.StaffMember, error) {
	return find(ctx, r.load(ctx).staff, v.StaffID)
}

func (r mutationResolver) SignInStart(ctx context.Context, in model.SignInStartInput) (model.SignInStartPayload, error) {
	sent, err := r.store.StartSignIn(ctx, domain.SignInStart{
		Channel: in.Channel, Address: in.Address, Locale: graph.LocaleFrom(ctx), IP: graph.ClientFrom(ctx).IP,
	})
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.SignInStartPayload{UserErrors: refused}, err
	}
	return model.SignInStartPayload{ResendAt: &sent.ResendAt, ExpiresAt: &sent.ExpiresAt, UserErrors: []model.UserError{}}, nil
}

func (r mutationResolver) SignInComplete(ctx context.Context, in model.SignInCompleteInput) (model.SignInPayload, error) {
	cookie, err := cookieFor(ctx, in.Keep)
	if err != nil {
		return model.SignInPayload{}, err
	}
	signedIn, err := r.store.CompleteSignIn(ctx, domain.SignInComplete{
		Channel: in.Channel, Address: in.Address, Code: in.Code,
		Locale: value(in.Locale).Or(graph.LocaleFrom(ctx)), TimeZone: in.TimeZone, UserAgent: graph.ClientFrom(ctx).UserAgent,
	})
	return r.signInPayload(ctx, cookie, signedIn, err)
}

func (r mutationResolver) SignInWithFirebase(ctx context.Context, in model.SignInWithFirebaseInput) (model.SignInPayload, error) {
	cookie, err := cookieFor(ctx, in.Keep)
	if err != nil {
		return model.SignInPayload{}, err
	}
	if r.identities == nil {
		return r.signInPayload(ctx, nil, domain.SignedIn{}, domain.Refuse(domain.Refusal{Code: domain.CodeTokenInvalid, Field: []string{"idToken"}}))
	}
	who, err := r.identities.Verify(ctx, in.IDToken)
	if err != nil {
		return r.signInPayload(ctx, nil, domain.SignedIn{}, err)
	}
	who.Locale = value(in.Locale).Or(graph.LocaleFrom(ctx))
	who.TimeZone = in.TimeZone
	who.UserAgent = graph.ClientFrom(ctx).UserAgent
	signedIn, err := r.store.SignInAs(ctx, who)
	return r.signInPayload(ctx, cookie, signedIn, err)
}

// SessionRefresh answers a refresh by cookie with a cookie only: a script that got into the page shall not read a token by asking for it.
func (r mutationResolver) SessionRefresh(ctx context.Context, in model.SessionRefreshInput) (model.SignInPayload, error) {
	if in.RefreshToken != nil {
		cookie, err := cookieFor(ctx, in.Keep)
		if err != nil {
			return model.SignInPayload{}, err
		}
		signedIn, err := r.store.RefreshSession(ctx, *in.RefreshToken, domain.KeepToken)
		return r.signInPayload(ctx, cookie, signedIn, err)
	}
	cookie, err := graph.RefreshCookieFrom(ctx)
	if err != nil {
		return model.SignInPayload{}, err
	}
	signedIn, err := r.store.RefreshSession(ctx, cookie.Token(), domain.KeepCookie)
	return r.signInPayload(ctx, cookie, signedIn, err)
}

// cookieFor is the cookie to keep the refresh token in; nil when it goes into the answer.
func cookieFor(ctx context.Context, keep domain.SessionKeep) (*graph.RefreshCookie, error) {
	if keep != domain.KeepCookie {
		return nil, nil
	}
	return graph.RefreshCookieFrom(ctx)
}

func (r mutationResolver) signInPayload(ctx context.Context, cookie *graph.RefreshCookie, signedIn domain.SignedIn, err error) (model.SignInPayload, error) {
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.SignInPayload{UserErrors: refused}, err
	}
	token, expiresAt, err := r.tokens.Issue(signedIn.Viewer)
	if err != nil {
		return model.SignInPayload{}, err
	}
	answer := model.SignInPayload{AccessToken: &token, AccessTokenExpiresAt: &expiresAt, Viewer: &signedIn.Viewer, Restored: &signedIn.Restored, UserErrors: []model.UserError{}}
	if cookie != nil {
		cookie.Keep(signedIn.RefreshToken, domain.RefreshLifetime)
	} else {
		answer.RefreshToken = &signedIn.RefreshToken
	}
	return answer, nil
}

func (r mutationResolver) SessionEnd(ctx context.Context, in model.SessionEndInput) (model.SessionEndPayload, error) {
	var wanted int64 // 0 is the present one
	if in.SessionID != nil {
		if wanted = in.SessionID.Of("Session"); wanted == 0 {
			return model.SessionEndPayload{}, domain.ErrNotFound
		}
	}
	v := graph.ViewerFrom(ctx)
	ended, err := r.store.EndSession(ctx, v, wanted)
	if cookie, none := graph.RefreshCookieFrom(ctx); err == nil && none == nil && ended == v.SessionID {
		cookie.Drop()
	}
	id, refused, err := outcome(ctx, domain.Session{ID: ended}.GID(), err)
	return model.SessionEndPayload{SessionID: id, UserErrors: refused}, err
}

func (r mutationResolver) CustomerUpdate(ctx context.Context, in model.CustomerUpdateInput) (model.CustomerUpdatePayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.CustomerUpdatePayload{}, err
	}
	updated, err := r.store.UpdateCustomer(ctx, v, domain.CustomerPatch{
		Name: given(in.Name), Locale: in.Locale, TimeZone: given(in.TimeZone), Birthday: in.Birthday,
	})
	customer, refused, err := outcome(ctx, updated, err)
	return model.CustomerUpdatePayload{Customer: customer, UserErrors: refused}, err
}

// given is nil for an input that was left out, and a pointer to nil for one that was null.
func given[T any](o graphql.Omittable[*T]) **T {
	if v, set := o.ValueOK(); set {
		return &v
	}
	return nil
}

func (r mutationResolver) DeviceRegister(ctx context.Context, in model.DeviceRegisterInput) (model.DeviceRegisterPayload, error) {
	registered, err := r.store.RegisterDevice(ctx, graph.ViewerFrom(ctx), domain.DeviceDraft{
		Token: in.Token, Platform: in.Platform, Name: in.Name, Locale: in.Locale,
	})
	device, refused, err := outcome(ctx, registered, err)
	return model.DeviceRegisterPayload{Device: device, UserErrors: refused}, err
}

func (r mutationResolver) DeviceRemove(ctx context.Context, in model.DeviceRemoveInput) (model.DeviceRemovePayload, error) {
	if in.DeviceID == nil && in.Token == nil {
		refused, err := refusals(ctx, domain.Refuse(domain.Refusal{Code: domain.CodeRequired, Field: []string{"deviceId"}}))
		return model.DeviceRemovePayload{UserErrors: refused}, err
	}
	removed, err := r.store.RemoveDevice(ctx, graph.ViewerFrom(ctx), value(in.DeviceID).Of("Device"), value(in.Token))
	id, refused, err := outcome(ctx, domain.Device{ID: removed}.GID(), err)
	if removed == 0 {
		id = nil
	}
	return model.DeviceRemovePayload{DeviceID: id, UserErrors: refused}, err
}

func (r mutationResolver) StaffInvite(ctx context.Context, in model.StaffInviteInput) (model.StaffInvitePayload, error) {
	invited, err := r.store.InviteStaff(ctx, graph.ViewerFrom(ctx), domain.StaffDraft{
		Email: in.Email, Name: in.Name, Role: in.Role, Locale: value(in.Locale).Or(domain.RU),
	})
	staff, refused, err := outcome(ctx, invited, err)
	return model.StaffInvitePayload{Staff: staff, UserErrors: refused}, err
}

func (r mutationResolver) StaffRemove(ctx context.Context, in model.StaffRemoveInput) (model.StaffRemovePayload, error) {
	removed, err := r.store.RemoveStaff(ctx, graph.ViewerFrom(ctx), in.StaffID.Of("StaffMember"))
	staff, refused, err := outcome(ctx, removed, err)
	return model.StaffRemovePayload{Staff: staff, UserErrors: refused}, err
}

func (r mutationResolver) StaffUpdate(ctx context.Context, in model.StaffUpdateInput) (model.StaffUpdatePayload, error) {
	updated, err := r.store.UpdateStaff(ctx, graph.ViewerFrom(ctx), domain.StaffPatch{OnDuty: in.OnDuty, Locale: in.Locale})
	staff, refused, err := outcome(ctx, updated, err)
	return model.StaffUpdatePayload{Staff: staff, UserErrors: refused}, err
}

func (customerResolver) ExternalNumber(ctx context.Context, c *domain.Customer) (*string, error) {
	if !graph.ViewerFrom(ctx).IsStaff() {
		return nil, nil
	}
	return c.ExternalNumber, nil
}

func (r customerResolver) Orders(
	ctx context.Context, c *domain.Customer, first *int64, after *string, last *int64, before *string, where *model.OrderWhere, orderBy *model.OrderOrder,
) (model.OrderConnection, error) {
	return r.orders(ctx, &c.ID, listAsk{first, after, last, before}, where, orderBy)
}

func (r customerResolver) Order(ctx context.Context, c *domain.Customer, number string) (*domain.Order, error) {
	o, err := nullable(r.store.OrderByNumber(ctx, number))
	if err != nil || o == nil || value(o.CustomerID) != c.ID {
		return nil, err
	}
	return o, nil
}

func (r customerResolver) Wallet(ctx context.Context, c *domain.Customer) (domain.Wallet, error) {
	return r.wallet(ctx, c.ID)
}

func (r customerResolver) Devices(ctx context.Context, c *domain.Customer) ([]domain.Device, error) {
	return notNull(r.store.DevicesOfCustomer(ctx, c.ID))
}

func (r customerResolver) Sessions(ctx context.Context, c *domain.Customer) ([]domain.Session, error) {
	v := graph.ViewerFrom(ctx)
	if v.CustomerID != c.ID {
		return []domain.Session{}, nil
	}
	return notNull(r.store.Sessions(ctx, v))
}

func (r customerResolver) Figures(ctx context.Context, c *domain.Customer) (*domain.CustomerFigures, error) {
	if !graph.ViewerFrom(ctx).IsStaff() {
		return nil, nil
	}
	figures, err := find(ctx, r.load(ctx).figures, c.ID)
	if figures == nil && err == nil {
		figures = &domain.CustomerFigures{}
	}
	return figures, err
}

func (r staffMemberResolver) Devices(ctx context.Context, s *domain.StaffMember) ([]domain.Device, error) {
	return notNull(r.store.DevicesOfStaff(ctx, s.ID))
}

func (sessionResolver) Current(ctx context.Context, s *domain.Session) (bool, error) {
	return s.ID == graph.ViewerFrom(ctx).SessionID, nil
}

// notNull is a list that is empty instead of null.
func notNull[T any](list []T, err error) ([]T, error) {
	if list == nil && err == nil {
		list = []T{}
	}
	return list, err
}
