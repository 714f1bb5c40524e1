package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"kabinet/domain"
	"kabinet/internal/demo"
	"kabinet/store"
)

func newDemoCommand() *cobra.Command {
	var preset string
	c := &cobra.Command{
		Use: "demo [--preset NAME]", Short: "Fill an empty database with a demo business", Args: noArgs,
		Long: `Fills an empty database with a believable business in Russian and English: catalogue with pictures, customers, staff, and orders in every
state, told by the same verbs that serve real ones. A database that holds products already is left as it is.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(demo.Presets(), preset) {
				return usageError{fmt.Errorf("--preset is %q: use %s", preset, strings.Join(demo.Presets(), " or "))}
			}
			st, closeStore, err := openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			return fillDemoIfEmpty(cmd.Context(), st, preset, cmd.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&preset, "preset", demo.DefaultPreset, "which business: "+strings.Join(demo.Presets(), " or "))
	return c
}

// fillDemoIfEmpty fills the database unless it holds products.
func fillDemoIfEmpty(ctx context.Context, st *store.Store, preset string, out io.Writer) error {
	if !slices.Contains(demo.Presets(), preset) {
		return usageError{fmt.Errorf("--preset is %q: use %s", preset, strings.Join(demo.Presets(), " or "))}
	}
	anything := domain.ProductFilter{Statuses: []domain.ProductStatus{domain.ProductActive, domain.ProductInDraft, domain.ProductArchived}}
	list, err := st.Products(ctx, anything, domain.ProductSort{}, domain.RU, domain.Page{First: 1}, false)
	if err != nil || len(list.Items) > 0 {
		return err
	}
	b, err := demo.Load(preset)
	if err != nil {
		return err
	}
	begin := time.Now()
	f := demoFiller{demo: b, begin: begin, variants: map[string]int64{}, products: map[string]demoProduct{}, shelves: map[string]int64{}, offers: map[string]int64{}, customers: map[string]domain.Viewer{}, staff: map[string]domain.Viewer{}}
	f.st = st.WithClock(f.now)
	f.set(b.Oldest())
	for _, step := range []func(context.Context) error{f.business, f.eventRules, f.people, f.catalogue, f.orderRules, f.story, f.clubs, f.earning} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if _, err := st.LineUpEvents(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "demo: %s / %s with %d products, %d customers and %d orders (%.1f s)\n",
		b.Name.RU, b.Name.EN, len(b.Products), len(b.Customers), len(b.Orders), time.Since(begin).Seconds())
	_, _ = fmt.Fprintf(out, "  sign in as a customer: %s or %s, as staff: %s; the code is printed here\n",
		b.Customers[0].Email, b.Customers[0].Phone, b.Staff[0].Email)
	return nil
}

// demoFiller tells the story of a demo business to the store, moving the store's clock from the first event to the last.
type demoFiller struct {
	demo      *demo.Business
	st        *store.Store
	begin     time.Time
	at        atomic.Int64 // where the clock stands, in microseconds
	variants  map[string]int64
	products  map[string]demoProduct // by slug
	shelves   map[string]int64       // categories by slug
	offers    map[string]int64       // offers of clubs by SKU
	customers map[string]domain.Viewer
	staff     map[string]domain.Viewer
}

func (f *demoFiller) now() time.Time { return time.UnixMicro(f.at.Load()) }

// set moves the clock to so long before the beginning.
func (f *demoFiller) set(ago time.Duration) { f.at.Store(f.begin.Add(-ago).UnixMicro()) }

func (f *demoFiller) business(ctx context.Context) error {
	b := f.demo
	rules := b.Settings
	err := f.st.SetBusiness(ctx, domain.Business{
		Name: b.Name, Description: b.Description, Address: b.Contact.Address, Phone: b.Contact.Phone, Email: b.Contact.Email,
		CurrencyCode: b.CurrencyCode, TimeZone: b.TimeZone, Country: "RU", Locale: domain.RU, NumberPrefix: b.OrderPrefix, HoldDays: 3,
		Points: domain.PointsProgram{PointMinor: rules.PointMinor, MaxShare: rules.PointsShare, ReturnWindowDays: rules.ReturnWindowDays, LifetimeDays: rules.PointsLifetimeDays, NoticeDays: 14},
		Family: domain.FamilyRules{Transfers: true, DailyLimit: 1_000, MaxSize: 6},
	})
	if err != nil {
		return fmt.Errorf("business: %w", err)
	}
	_, err = f.st.SetReferralTariff(ctx, domain.Viewer{}, domain.ReferralTariff{Open: true, Levels: []int64{500, 200, 100}, InviterPoints: 100, InvitedPoints: 300})
	if err != nil {
		return fmt.Errorf("referrals: %w", err)
	}
	return nil
}

func (f *demoFiller) people(ctx context.Context) error {
	for _, s := range f.demo.Staff {
		m, err := f.st.InviteStaff(ctx, domain.Viewer{}, domain.StaffDraft{Email: s.Email, Name: s.Name, Role: s.Role, Locale: s.Locale})
		if err != nil {
			return fmt.Errorf("staff %s: %w", s.Key, err)
		}
		v := domain.Viewer{StaffID: m.ID, Role: m.Role, Locale: m.Locale}
		f.staff[s.Key] = v
		if _, err := f.st.UpdateStaff(ctx, v, domain.StaffPatch{OnDuty: &s.OnDuty}); err != nil {
			return fmt.Errorf("staff %s: %w", s.Key, err)
		}
	}
	for _, c := range f.demo.Customers {
		f.set(f.demo.JoinedAgo(c))
		id, err := f.st.AddCustomer(ctx, domain.NewCustomer{Name: c.Name, Phone: c.Phone, Email: c.Email, Locale: c.Locale, TimeZone: &c.TimeZone})
		if err != nil {
			return fmt.Errorf("customer %s: %w", c.Key, err)
		}
		f.customers[c.Key] = domain.Viewer{CustomerID: id, Locale: c.Locale}
		if err := f.birthday(ctx, c.Key); err != nil {
			return fmt.Errorf("birthday of %s: %w", c.Key, err)
		}
	}
	f.set(f.demo.Oldest())
	return nil
}

func (f *demoFiller) catalogue(ctx context.Context) error {
	for _, c := range f.demo.Categories {
		made, err := f.st.UpsertCategory(ctx, domain.Viewer{}, c.Slug, c.Name, nil)
		if err != nil {
			return fmt.Errorf("category %s: %w", c.Slug, err)
		}
		f.shelves[c.Slug] = made.ID
	}
	pictures := make([]chan pictureResult, len(f.demo.Products))
	drawing, drawCtx := errgroup.WithContext(ctx)
	drawing.SetLimit(4)
	for i := range pictures {
		pictures[i] = make(chan pictureResult, 1)
	}
	go func() {
		for i, p := range f.demo.Products {
			drawing.Go(func() error {
				sizes, err := drawPicture(drawCtx, p)
				pictures[i] <- pictureResult{sizes, err}
				return err
			})
		}
	}()
	for i, p := range f.demo.Products {
		if err := f.product(ctx, p, f.shelves[p.Category], <-pictures[i]); err != nil {
			return fmt.Errorf("product %s: %w", p.Slug, err)
		}
	}
	return nil
}

// demoProduct is a product with its picture, for clubs to show too.
type demoProduct struct {
	hash  string
	sizes []domain.SizedPicture
}

type pictureResult struct {
	sizes []domain.SizedPicture
	err   error
}

func drawPicture(ctx context.Context, p demo.Product) ([]domain.SizedPicture, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	drawn, err := demo.Pictures(p)
	return sized(drawn), err
}

func sized(drawn []demo.Sized) (sizes []domain.SizedPicture) {
	for _, d := range drawn {
		sizes = append(sizes, domain.SizedPicture{Width: int64(d.Width), Height: int64(d.Height), ContentType: "image/jpeg", Bytes: d.JPEG})
	}
	return sizes
}

// pictureName names a picture by its contents.
func pictureName(sizes []domain.SizedPicture) string {
	sum := sha256.Sum256(sizes[len(sizes)-1].Bytes)
	return hex.EncodeToString(sum[:12])
}

func (f *demoFiller) product(ctx context.Context, p demo.Product, categoryID int64, picture pictureResult) error {
	if picture.err != nil {
		return picture.err
	}
	expect := domain.Expectation(p.Expect)
	draft := domain.ProductDraft{Slug: &p.Slug, Kind: &p.Kind, Name: &p.Name, Description: &p.Description, CategoryID: &categoryID, Attributes: &p.Attributes, Expect: &expect}
	var variants []domain.VariantDraft
	for _, v := range p.Variants {
		variants = append(variants, domain.VariantDraft{SKU: v.SKU, Name: v.Name, PriceMinor: v.PriceMinor, Stock: v.Stock, Active: true})
	}
	author := f.staff[f.demo.Staff[0].Key]
	made, err := f.st.CreateProduct(ctx, author, "demo-"+p.Slug, draft, variants)
	if err != nil {
		return err
	}
	stored, err := f.st.VariantsByProduct(ctx, []int64{made.ID})
	if err != nil {
		return err
	}
	for _, v := range stored[made.ID] {
		f.variants[v.SKU] = v.ID
	}
	hash := pictureName(picture.sizes)
	f.products[p.Slug] = demoProduct{hash, picture.sizes}
	return f.st.AddPicture(ctx, made.ID, p.Name, hash, picture.sizes)
}

// scene is one thing that happens in the story, so long before the beginning.
type scene struct {
	ago time.Duration
	act func(ctx context.Context) error
}

// story lets everything happen in the order of time, with the upkeep of each moment.
func (f *demoFiller) story(ctx context.Context) error {
	var scenes []scene
	for i, g := range f.demo.Gifts {
		scenes = append(scenes, scene{g.GivenAgo.Duration(), func(ctx context.Context) error { return f.gift(ctx, i, g) }})
	}
	for _, c := range f.demo.Customers {
		scenes = append(scenes, f.invitationScenes(c)...)
	}
	for i, o := range f.demo.Orders {
		scenes = append(scenes, f.orderScenes(i, o)...)
	}
	scenes = append(scenes, scene{48 * time.Hour, f.family})
	for ago := f.demo.Oldest(); ago > 0; ago -= 12 * time.Hour {
		scenes = append(scenes, scene{ago, func(context.Context) error { return nil }})
	}
	slices.SortStableFunc(scenes, func(a, b scene) int { return int(b.ago - a.ago) })
	for _, s := range append(scenes, scene{0, func(context.Context) error { return nil }}) {
		f.set(s.ago)
		if err := errors.Join(f.upkeep(ctx), s.act(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// upkeep lets points mature and expire and promises break, as the periodic jobs do.
func (f *demoFiller) upkeep(ctx context.Context) error {
	for _, do := range []func(context.Context) (int, error){f.st.MaturePoints, f.st.MatureRewards, f.st.NoticeExpiry, f.st.ExpirePoints, f.st.BreakPromises} {
		if _, err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// invitationScenes lets a customer take an invitation on joining, and the staff look at it a day ago.
func (f *demoFiller) invitationScenes(c demo.Customer) (scenes []scene) {
	if c.InvitedBy == "" {
		return nil
	}
	customer := f.customers[c.Key]
	scenes = append(scenes, scene{f.demo.JoinedAgo(c), func(ctx context.Context) error {
		inviter, err := f.st.Referral(ctx, f.customers[c.InvitedBy].CustomerID)
		if err == nil {
			show := domain.NameFirst
			_, err = f.st.ClaimReferral(ctx, customer, domain.ReferralClaim{Code: inviter.Code, ShowName: &show})
		}
		if err != nil {
			return fmt.Errorf("invitation of %s: %w", c.Key, err)
		}
		return nil
	}})
	if c.Flagged.Empty() {
		return scenes
	}
	return append(scenes, scene{24 * time.Hour, func(ctx context.Context) error {
		decision := domain.ReferralDecide{CustomerID: customer.CustomerID, Decision: domain.DecideFlag, Reason: c.Flagged.In(customer.Locale)}
		if _, err := f.st.DecideReferral(ctx, f.staff[f.demo.Staff[0].Key], decision); err != nil {
			return fmt.Errorf("flag the invitation of %s: %w", c.Key, err)
		}
		return nil
	}})
}

func (f *demoFiller) gift(ctx context.Context, i int, g demo.Gift) error {
	customer := f.customers[g.Customer]
	_, _, err := f.st.AdjustWallet(ctx, f.staff[f.demo.Staff[0].Key], domain.WalletAdjust{
		IdempotencyKey: fmt.Sprintf("demo-gift-%d", i), CustomerID: customer.CustomerID, Points: g.Points, Reason: g.Reason.In(customer.Locale)})
	if err != nil {
		return fmt.Errorf("gift %d: %w", i, err)
	}
	return nil
}

func (f *demoFiller) orderScenes(i int, o demo.Order) []scene {
	placed := new(domain.Order)
	customer := f.customers[o.Customer]
	place := func(ctx context.Context) (err error) {
		draft := domain.OrderDraft{IdempotencyKey: fmt.Sprintf("demo-%d", i), SpendPoints: o.SpendPoints, Note: o.Note.In(customer.Locale)}
		for n, l := range o.Lines {
			draft.Lines = append(draft.Lines, domain.LineAsk{VariantID: f.variants[l.SKU], Quantity: l.Quantity, At: n})
		}
		if *placed, err = f.st.PlaceOrder(ctx, customer, draft); err != nil {
			return fmt.Errorf("order %d: %w", i, err)
		}
		return nil
	}
	scenes := []scene{{o.PlacedAgo.Duration(), place}}
	for n, step := range o.Steps {
		act := func(ctx context.Context) error {
			if err := f.step(ctx, *placed, customer, fmt.Sprintf("demo-%d-%d", i, n), step); err != nil {
				return fmt.Errorf("order %d, step %d: %w", i, n, err)
			}
			return nil
		}
		scenes = append(scenes, scene{o.PlacedAgo.Duration() - step.After.Duration(), act})
	}
	return scenes
}

func (f *demoFiller) step(ctx context.Context, o domain.Order, customer domain.Viewer, key string, step demo.Step) (err error) {
	reason := step.Reason.In(customer.Locale)
	by := f.staff[step.By]
	switch {
	case step.Do == domain.ActionCancel && step.By == demo.ByCustomer:
		_, err = f.st.CancelOrder(ctx, customer, domain.OrderCancel{IdempotencyKey: key, OrderID: o.ID, Reason: reason})
	case step.Do == domain.ActionPromise:
		_, err = f.st.PromiseOrder(ctx, by, domain.OrderPromise{IdempotencyKey: key, OrderID: o.ID, PromisedAt: o.PlacedAt.Add(step.Promise.Duration()), Reason: reason})
	case step.Do == domain.ActionRefund:
		asks, err := f.refundLines(ctx, o, step.Lines)
		if err != nil {
			return err
		}
		_, err = f.st.RefundOrder(ctx, by, domain.OrderRefund{IdempotencyKey: key, OrderID: o.ID, Lines: asks, Reason: reason, Restock: true})
		return err
	default:
		_, err = f.st.AdvanceOrder(ctx, by, domain.OrderAdvance{IdempotencyKey: key, OrderID: o.ID, Action: step.Do, Reason: reason})
	}
	return err
}

// refundLines finds the order lines that a refund names by SKU; nil for the whole order.
func (f *demoFiller) refundLines(ctx context.Context, o domain.Order, named []demo.Line) ([]domain.RefundAsk, error) {
	lines, err := f.st.LinesByOrder(ctx, []int64{o.ID})
	if err != nil {
		return nil, err
	}
	var asks []domain.RefundAsk
	for _, n := range named {
		for _, l := range lines[o.ID] {
			if l.SKU == n.SKU {
				asks = append(asks, domain.RefundAsk{LineID: l.ID, Quantity: n.Quantity, At: len(asks)})
			}
		}
	}
	return asks, nil
}
