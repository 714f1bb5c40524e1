// Package resolvers gives the schema its meaning: GraphQL in, one verb of the store, GraphQL out. One file per domain, as in the
// schema. Who may call a field at all is said in the schema by @auth and @role; whose objects a caller may see is decided here: what is
// somebody else's does not exist.
package resolvers

import (
	"context"
	"io"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/internal/live"
	"kabinet/store"
)

// Tokens makes access tokens.
type Tokens interface {
	// Issue makes a token that stands for the viewer and says when it ends.
	Issue(v domain.Viewer) (token string, expiresAt time.Time, err error)
}

// Identities proves people whom another service has signed in.
type Identities interface {
	// Verify reads the ID token of that service. A token that is not valid is a refusal with TOKEN_INVALID.
	Verify(ctx context.Context, idToken string) (domain.Identity, error)
}

// Pictures takes pictures in.
type Pictures interface {
	// Upload makes a clean picture of a file. Refusals say what is wrong with it.
	Upload(ctx context.Context, v domain.Viewer, idempotencyKey string, file io.Reader) (domain.Picture, error)
}

// Live is the stream of what happens.
type Live interface {
	// Follow has who follow a topic until ctx ends. With after, what was missed comes first, in order and exactly once; when the cursor is too old, one event
	// of the kind GAP. It ends when the subscriber is too slow or the server stops, too; the client then resumes by its last cursor. With an error who is never
	// called.
	Follow(ctx context.Context, topic domain.Topic, after *domain.Cursor, who live.Subscriber) error
}

// Resolver is the root of all resolvers.
type Resolver struct {
	store      *store.Store
	live       Live
	tokens     Tokens
	identities Identities
	pictures   Pictures
	imports    Imports
	publicURL  string
	webPush    *domain.WebPush // nil when pushes to browsers are not set up
}

var _ graph.ResolverRoot = (*Resolver)(nil)

// New makes the root. identities may be nil: signInWithFirebase is then refused.
func New(st *store.Store, live Live, tokens Tokens, identities Identities) *Resolver {
	return &Resolver{store: st, live: live, tokens: tokens, identities: identities}
}

// At is the root with links that begin with an address, such as https://cabinet.example.com. Without it links are relative.
func (r *Resolver) At(publicURL string) *Resolver {
	at := *r
	at.publicURL = publicURL
	return &at
}

// WithWebPush is the root that tells browsers how to register for pushes.
func (r *Resolver) WithWebPush(w *domain.WebPush) *Resolver {
	with := *r
	with.webPush = w
	return &with
}

// Showing is the root with a place for pictures. Without it uploads fail.
func (r *Resolver) Showing(pictures Pictures) *Resolver {
	showing := *r
	showing.pictures = pictures
	return &showing
}

// The resolvers of each type; they share the root's means.
type (
	queryResolver            struct{ *Resolver }
	mutationResolver         struct{ *Resolver }
	subscriptionResolver     struct{ *Resolver }
	businessResolver         struct{ *Resolver }
	viewerResolver           struct{ *Resolver }
	customerResolver         struct{ *Resolver }
	staffMemberResolver      struct{ *Resolver }
	sessionResolver          struct{}
	categoryResolver         struct{}
	pictureResolver          struct{}
	productResolver          struct{ *Resolver }
	productVariantResolver   struct{ *Resolver }
	whatToExpectResolver     struct{}
	orderResolver            struct{ *Resolver }
	orderLineResolver        struct{ *Resolver }
	orderPreviewLineResolver struct{ *Resolver }
	timelineEntryResolver    struct{ *Resolver }
	walletResolver           struct{ *Resolver }
	walletEntryResolver      struct{ *Resolver }
	walletStatementResolver  struct{ *Resolver }
	pointsLiabilityResolver  struct{ *Resolver }
	expiringMonthResolver    struct{}
	earningRuleResolver      struct{ *Resolver }
	reviewResolver           struct{ *Resolver }
	referralResolver         struct{ *Resolver }
	referralBranchResolver   struct{}
	referralPersonResolver   struct{ *Resolver }
	referralRewardResolver   struct{ *Resolver }
	referralTariffResolver   struct{}
	topInviterResolver       struct{ *Resolver }
	productEventResolver     struct{ *Resolver }
	clubResolver             struct{ *Resolver }
	clubPriceResolver        struct{ *Resolver }
	clubMembershipResolver   struct{ *Resolver }
	spendBandResolver        struct{}
	postResolver             struct{ *Resolver }
	commentResolver          struct{ *Resolver }
	contentReportResolver    struct{ *Resolver }
	postEventResolver        struct{ *Resolver }
	quietHoursResolver       struct{}
	dashboardResolver        struct{ *Resolver }
	dashboardDayResolver     struct{ *Resolver }
	productSalesResolver     struct{ *Resolver }
	clubGrowthResolver       struct{ *Resolver }
	cohortResolver           struct{}
	reportedContentResolver  struct{ *Resolver }
	auditEntryResolver       struct{ *Resolver }
	familyResolver           struct{ *Resolver }
	familyMemberResolver     struct{ *Resolver }
	familyInvitationResolver struct{ *Resolver }
	pointsTransferResolver   struct{ *Resolver }
	deskResolver             struct{ *Resolver }
)

// Query resolves what can be read.
func (r *Resolver) Query() graph.QueryResolver { return queryResolver{r} }

// Mutation resolves what can be changed.
func (r *Resolver) Mutation() graph.MutationResolver { return mutationResolver{r} }

// Subscription resolves what can be followed.
func (r *Resolver) Subscription() graph.SubscriptionResolver { return subscriptionResolver{r} }

// Business resolves the fields of a business.
func (r *Resolver) Business() graph.BusinessResolver { return businessResolver{r} }

// Viewer resolves the fields of a viewer.
func (r *Resolver) Viewer() graph.ViewerResolver { return viewerResolver{r} }

// Customer resolves the fields of a customer.
func (r *Resolver) Customer() graph.CustomerResolver { return customerResolver{r} }

// StaffMember resolves the fields of a staff member.
func (r *Resolver) StaffMember() graph.StaffMemberResolver { return staffMemberResolver{r} }

// Session resolves the fields of a session.
func (r *Resolver) Session() graph.SessionResolver { return sessionResolver{} }

// Product resolves the fields of a product.
func (r *Resolver) Product() graph.ProductResolver { return productResolver{r} }

// Picture resolves fields of pictures.
func (r *Resolver) Picture() graph.PictureResolver { return pictureResolver{} }

// Category resolves fields of categories.
func (r *Resolver) Category() graph.CategoryResolver { return categoryResolver{} }

// ProductVariant resolves the fields of a variant.
func (r *Resolver) ProductVariant() graph.ProductVariantResolver { return productVariantResolver{r} }

// WhatToExpect resolves the fields of an expectation.
func (r *Resolver) WhatToExpect() graph.WhatToExpectResolver { return whatToExpectResolver{} }

// Order resolves the fields of an order.
func (r *Resolver) Order() graph.OrderResolver { return orderResolver{r} }

// OrderLine resolves the fields of an order line.
func (r *Resolver) OrderLine() graph.OrderLineResolver { return orderLineResolver{r} }

// OrderPreviewLine resolves the fields of a priced line.
func (r *Resolver) OrderPreviewLine() graph.OrderPreviewLineResolver {
	return orderPreviewLineResolver{r}
}

// TimelineEntry resolves the fields of a timeline entry.
func (r *Resolver) TimelineEntry() graph.TimelineEntryResolver { return timelineEntryResolver{r} }

// Wallet resolves the fields of a wallet.
func (r *Resolver) Wallet() graph.WalletResolver { return walletResolver{r} }

// WalletEntry resolves the fields of a movement of points.
func (r *Resolver) WalletEntry() graph.WalletEntryResolver { return walletEntryResolver{r} }

// WalletStatement resolves the fields of a statement.
func (r *Resolver) WalletStatement() graph.WalletStatementResolver { return walletStatementResolver{r} }

// PointsLiability resolves the fields of what the business owes in points.
func (r *Resolver) PointsLiability() graph.PointsLiabilityResolver { return pointsLiabilityResolver{r} }

// ExpiringMonth resolves the fields of a month's expiring points.
func (r *Resolver) ExpiringMonth() graph.ExpiringMonthResolver { return expiringMonthResolver{} }

// Review resolves the fields of a review.
func (r *Resolver) Review() graph.ReviewResolver { return reviewResolver{r} }

// EarningRule resolves the fields of an earning rule.
func (r *Resolver) EarningRule() graph.EarningRuleResolver { return earningRuleResolver{r} }

// Referral resolves the fields of a customer's side of the referral programme.
func (r *Resolver) Referral() graph.ReferralResolver { return referralResolver{r} }

// ReferralBranch resolves the fields of a person in a tree.
func (r *Resolver) ReferralBranch() graph.ReferralBranchResolver { return referralBranchResolver{} }

// ReferralPerson resolves the fields of an invited person.
func (r *Resolver) ReferralPerson() graph.ReferralPersonResolver { return referralPersonResolver{r} }

// ReferralReward resolves the fields of a reward.
func (r *Resolver) ReferralReward() graph.ReferralRewardResolver { return referralRewardResolver{r} }

// ReferralTariff resolves the fields of a tariff.
func (r *Resolver) ReferralTariff() graph.ReferralTariffResolver { return referralTariffResolver{} }

// TopInviter resolves the fields of an inviter.
func (r *Resolver) TopInviter() graph.TopInviterResolver { return topInviterResolver{r} }

// ProductEvent resolves the fields of a product's event.
func (r *Resolver) ProductEvent() graph.ProductEventResolver { return productEventResolver{r} }

// Club resolves the fields of a club.
func (r *Resolver) Club() graph.ClubResolver { return clubResolver{r} }

// ClubPrice resolves what a club's price is for.
func (r *Resolver) ClubPrice() graph.ClubPriceResolver { return clubPriceResolver{r} }

// ClubMembership resolves the fields of a membership.
func (r *Resolver) ClubMembership() graph.ClubMembershipResolver { return clubMembershipResolver{r} }

// SpendBand resolves the bounds of a band.
func (r *Resolver) SpendBand() graph.SpendBandResolver { return spendBandResolver{} }

// Post resolves the fields of a post.
func (r *Resolver) Post() graph.PostResolver { return postResolver{r} }

// Comment resolves the fields of a comment.
func (r *Resolver) Comment() graph.CommentResolver { return commentResolver{r} }

// ContentReport resolves what was reported.
func (r *Resolver) ContentReport() graph.ContentReportResolver { return contentReportResolver{r} }

// PostEvent resolves what an event of a feed speaks of.
func (r *Resolver) PostEvent() graph.PostEventResolver { return postEventResolver{r} }

// QuietHours resolves the fields of quiet hours.
func (r *Resolver) QuietHours() graph.QuietHoursResolver { return quietHoursResolver{} }

// Dashboard resolves the figures of a period.
func (r *Resolver) Dashboard() graph.DashboardResolver { return dashboardResolver{r} }

// DashboardDay resolves the fields of a day.
func (r *Resolver) DashboardDay() graph.DashboardDayResolver { return dashboardDayResolver{r} }

// ProductSales resolves the fields of what a product brought in.
func (r *Resolver) ProductSales() graph.ProductSalesResolver { return productSalesResolver{r} }

// ClubGrowth resolves the fields of how a club changed.
func (r *Resolver) ClubGrowth() graph.ClubGrowthResolver { return clubGrowthResolver{r} }

// Cohort resolves the fields of a cohort.
func (r *Resolver) Cohort() graph.CohortResolver { return cohortResolver{} }

// ReportedContent resolves what was reported.
func (r *Resolver) ReportedContent() graph.ReportedContentResolver { return reportedContentResolver{r} }

// AuditEntry resolves the fields of an entry of the audit.
func (r *Resolver) AuditEntry() graph.AuditEntryResolver { return auditEntryResolver{r} }

// Family resolves the fields of a family.
func (r *Resolver) Family() graph.FamilyResolver { return familyResolver{r} }

// FamilyMember resolves the fields of a member of a family.
func (r *Resolver) FamilyMember() graph.FamilyMemberResolver { return familyMemberResolver{r} }

// FamilyInvitation resolves the fields of an invitation into a family.
func (r *Resolver) FamilyInvitation() graph.FamilyInvitationResolver {
	return familyInvitationResolver{r}
}

// PointsTransfer resolves the fields of a transfer of points.
func (r *Resolver) PointsTransfer() graph.PointsTransferResolver { return pointsTransferResolver{r} }

// Desk resolves what staff read.
func (r *Resolver) Desk() graph.DeskResolver { return deskResolver{r} }
