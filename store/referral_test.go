package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
)

// codeOf is a customer's referral code.
func (s shop) codeOf(t *testing.T, v domain.Viewer) string {
	t.Helper()
	r, err := s.Referral(t.Context(), v.CustomerID)
	must(t, err)
	return r.Code
}

// invite lets one customer take the invitation of another.
func (s shop) invite(t *testing.T, inviter, invited domain.Viewer) {
	t.Helper()
	_, err := s.ClaimReferral(t.Context(), invited, domain.ReferralClaim{Code: s.codeOf(t, inviter)})
	must(t, err)
}

func (s shop) refuses(t *testing.T, inviter, invited domain.Viewer, why domain.ReferralRefusal) {
	t.Helper()
	_, err := s.ClaimReferral(t.Context(), invited, domain.ReferralClaim{Code: s.codeOf(t, inviter)})
	wantReason(t, err, why)
}

func wantReason(t *testing.T, err error, why domain.ReferralRefusal) {
	t.Helper()
	if refused := domain.AsRefused(err); len(refused) != 1 || refused[0].Code != domain.CodeReferralRefused || refused[0].Rule != string(why) {
		t.Errorf("got %v %+v, want %s", err, refused, why)
	}
}

// buys lets a customer order so many massages for 2,000.00 each and have them completed.
func (s shop) buys(t *testing.T, v domain.Viewer, key string, massages int64) domain.Order {
	t.Helper()
	o, err := s.PlaceOrder(t.Context(), v, domain.OrderDraft{IdempotencyKey: key, Lines: []domain.LineAsk{line(s.massage, massages)}})
	must(t, err)
	return s.advance(t, o, toCompletion...)
}

func (s shop) takeBack(t *testing.T, o domain.Order, key string, quantity int64) {
	t.Helper()
	lines, err := s.LinesByOrder(t.Context(), []int64{o.ID})
	must(t, err)
	_, err = s.RefundOrder(t.Context(), s.staff, domain.OrderRefund{IdempotencyKey: key, OrderID: o.ID, Reason: "не подошло",
		Lines: []domain.RefundAsk{{LineID: lines[o.ID][0].ID, Quantity: quantity}}})
	must(t, err)
}

func (s shop) setTariff(t *testing.T, tariff domain.ReferralTariff) {
	t.Helper()
	_, err := s.SetReferralTariff(t.Context(), s.staff, tariff)
	must(t, err)
	s.clock.Add(time.Second)
}

func (s shop) stats(t *testing.T, v domain.Viewer) domain.ReferralStats {
	t.Helper()
	stats, err := s.ReferralStats(t.Context(), []int64{v.CustomerID})
	must(t, err)
	return stats[v.CustomerID]
}

func (s shop) sound(t *testing.T) {
	t.Helper()
	findings, checked, err := s.Examine(t.Context())
	must(t, err)
	if len(findings) > 0 || checked < 30 {
		t.Errorf("%d checks, findings %+v", checked, findings)
	}
}

// people adds customers whose addresses are not alike.
func (s shop) crowd(t *testing.T, n int) []domain.Viewer {
	t.Helper()
	names := []string{"vera", "gleb", "daria", "evgeny", "zhanna", "zakhar", "inna", "kirill", "larisa", "maxim"}
	all := make([]domain.Viewer, n)
	for i := range all {
		all[i] = s.newCustomer(t, fmt.Sprintf("%s@host%c.example.com", names[i%len(names)], 'a'+i))
	}
	return all
}

func TestClaimReferral_RefusesWithTheReason(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 5)
	s.refuses(t, p[0], p[0], domain.ReferralSelf)
	_, err := s.ClaimReferral(t.Context(), p[0], domain.ReferralClaim{Code: "NOBODYSX"})
	wantReason(t, err, domain.ReferralUnknownCode)
	s.invite(t, p[0], p[1])
	s.invite(t, p[1], p[2])
	s.refuses(t, p[2], p[0], domain.ReferralOwnDescendant)
	s.refuses(t, p[1], p[0], domain.ReferralOwnDescendant)
	s.refuses(t, p[3], p[1], domain.ReferralAlreadyInvited)
	s.buys(t, p[3], "early", 1)
	s.refuses(t, p[0], p[3], domain.ReferralTooLate)
	one := int64(1)
	s.setTariff(t, domain.ReferralTariff{Open: true, Levels: []int64{500}, MaxInvited: &one})
	s.refuses(t, p[0], p[4], domain.ReferralLimitReached)
	s.setTariff(t, domain.ReferralTariff{Open: false, Levels: []int64{500}})
	s.refuses(t, p[2], p[4], domain.ReferralClosed)
	s.sound(t)
}

func TestClaimReferral_WithOneKeyAnswersTheSameAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 2)
	claim := domain.ReferralClaim{IdempotencyKey: "k", Code: s.codeOf(t, p[0])}
	for range 2 {
		r, err := s.ClaimReferral(t.Context(), p[1], claim)
		must(t, err)
		if r.InviterID == nil || *r.InviterID != p[0].CustomerID {
			t.Errorf("invited by %v", r.InviterID)
		}
	}
	claim.Code = "ANOTHER2"
	if _, err := s.ClaimReferral(t.Context(), p[1], claim); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("another code under the same key: %v", err)
	}
}

func TestReferral_RewardsLevelsAndTheFirstOrder(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setTariff(t, domain.ReferralTariff{Open: true, Levels: []int64{500, 200}, InviterPoints: 50, InvitedPoints: 30})
	p := s.crowd(t, 4)
	s.invite(t, p[2], p[3]) // the lower branch first: a tree is hung below another
	s.invite(t, p[1], p[2])
	s.invite(t, p[0], p[1])
	o := s.buys(t, p[3], "o1", 2) // pays 4,000.00: 200 points of its own
	wantWallet(t, s.wallet(t, p[3]), 0, 200+30, 0, 0)
	wantWallet(t, s.wallet(t, p[2]), 0, 200+50, 0, 0)
	wantWallet(t, s.wallet(t, p[1]), 0, 80, 0, 0)
	wantWallet(t, s.wallet(t, p[0]), 0, 0, 0, 0)
	s.buys(t, p[3], "o2", 1)
	wantWallet(t, s.wallet(t, p[2]), 0, 350, 0, 0)
	s.takeBack(t, o, "half", 1)
	wantWallet(t, s.wallet(t, p[2]), 0, 350-100-25, 0, 0)
	wantWallet(t, s.wallet(t, p[1]), 0, 120-40, 0, 0)
	wantWallet(t, s.wallet(t, p[3]), 0, 300+30-100-15, 0, 0)
	s.sound(t)
	s.clock.Add(15 * 24 * time.Hour)
	n, err := s.MatureRewards(t.Context())
	must(t, err)
	if n == 0 {
		t.Error("nothing matured")
	}
	wantWallet(t, s.wallet(t, p[1]), 80, 0, 0, 0)
	s.takeBack(t, o, "rest", 1)
	wantWallet(t, s.wallet(t, p[1]), 40, 0, 0, 0)
	stats := s.stats(t, p[0])
	if stats.People != 3 || stats.Active != 1 || stats.Orders != 1 || len(stats.ByLevel) != 3 || stats.ByLevel[2].Active != 1 {
		t.Errorf("stats are %+v", stats)
	}
	if got := s.stats(t, p[2]); got.Points != 100 || got.Orders != 1 {
		t.Errorf("stats of the inviter are %+v", got)
	}
	s.sound(t)
}

func TestReferral_PointsPaidPartsEarnNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 2)
	s.invite(t, p[0], p[1])
	s.give(t, p[1], 1_000)
	o, err := s.PlaceOrder(t.Context(), p[1], domain.OrderDraft{IdempotencyKey: "o", SpendPoints: 1_000, Lines: []domain.LineAsk{line(s.massage, 1)}})
	must(t, err)
	s.advance(t, o, toCompletion...)
	wantWallet(t, s.wallet(t, p[0]), 0, 50, 0, 0)
}

func TestReferral_CapsHold(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	one, month := int64(120), int64(150)
	s.setTariff(t, domain.ReferralTariff{Open: true, Levels: []int64{500}, CapPerInvited: &one, CapPerMonth: &month})
	p := s.crowd(t, 3)
	s.invite(t, p[0], p[1])
	s.invite(t, p[0], p[2])
	s.buys(t, p[1], "a", 1)
	wantWallet(t, s.wallet(t, p[0]), 0, 100, 0, 0)
	s.buys(t, p[1], "b", 1)
	wantWallet(t, s.wallet(t, p[0]), 0, 120, 0, 0)
	s.buys(t, p[2], "c", 1)
	wantWallet(t, s.wallet(t, p[0]), 0, 150, 0, 0)
	s.clock.Add(31 * 24 * time.Hour)
	s.buys(t, p[2], "d", 1)
	wantWallet(t, s.wallet(t, p[0]), 0, 240, 0, 0)
	s.sound(t)
}

func TestReferral_ABonusThatWasGivenTakesNoRoomUnderTheCaps(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	most := int64(120)
	s.setTariff(t, domain.ReferralTariff{Open: true, Levels: []int64{500}, InviterPoints: 80, CapPerInvited: &most})
	p := s.crowd(t, 2)
	s.invite(t, p[0], p[1])
	first := s.buys(t, p[1], "a", 1)
	wantWallet(t, s.wallet(t, p[0]), 0, 120, 0, 0)
	s.takeBack(t, first, "r", 1)
	wantWallet(t, s.wallet(t, p[0]), 0, 0, 0, 0)
	s.buys(t, p[1], "b", 1) // the bonus of the first order comes once
	wantWallet(t, s.wallet(t, p[0]), 0, 100, 0, 0)
	s.sound(t)
}

func TestReferral_AnOrderCompletedByASlowerClockIsCountedAndUncounted(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 2)
	o := s.orderBy(t, p[1], "a", line(s.massage, 1))
	o = s.advance(t, o, toCompletion[:len(toCompletion)-1]...)
	s.clock.Add(50 * time.Millisecond)
	s.invite(t, p[0], p[1])
	s.clock.Add(-50 * time.Millisecond) // it began before, or another process does it
	o = s.advance(t, o, domain.ActionComplete)
	s.sound(t)
	s.takeBack(t, o, "r", 1)
	if st := s.stats(t, p[0]); st.Orders != 0 || st.Active != 0 {
		t.Errorf("after the refund of the only order: %+v", st.ReferralLevel)
	}
	s.sound(t)
}

func TestReferral_ARefundOfAnImportedOrderChangesNoFigures(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 2)
	s.invite(t, p[0], p[1])
	s.clock.Add(time.Hour)
	s.exec(t, `
with made as (
  insert into orders (number, customer_id, source, import_source, external_number, status, currency, subtotal, total, locale, placed_at, completed_at)
  values ('I-1', $1, 'IMPORT', 'till', '1', 'COMPLETED', 'RUB', 5000, 5000, 'ru', $2, $2)
  returning id
), line as (
  insert into order_line (order_id, position, sku, name, kind, quantity, unit_price, subtotal, total, imported)
  select id, 1, 'till-1', '{"ru": "Мёд"}', 'GOODS', 1, 5000, 5000, 5000, true from made
)
update customer_figures set completed_orders = 1, paid = 5000, last_order_at = $2 where customer_id = $1`, p[1].CustomerID, s.clock.Now())
	o, err := s.OrderByNumber(t.Context(), "I-1")
	must(t, err)
	s.sound(t)
	s.takeBack(t, o, "r", 1)
	s.sound(t)
}

func TestReferral_ASharedDeviceMakesRewardsWaitForApproval(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setTariff(t, domain.ReferralTariff{Open: true, Levels: []int64{500, 100}, InvitedPoints: 30})
	p := s.crowd(t, 4)
	s.invite(t, p[0], p[1])
	s.invite(t, p[1], p[2])
	s.invite(t, p[1], p[3])
	for _, v := range []domain.Viewer{p[1], p[2], p[3]} {
		_, err := s.RegisterDevice(t.Context(), v, domain.DeviceDraft{Token: "one phone", Platform: domain.Android})
		must(t, err)
	}
	s.buys(t, p[2], "o", 1)
	s.buys(t, p[3], "o", 1)
	wantWallet(t, s.wallet(t, p[1]), 0, 0, 0, 0)
	flagged, err := s.FlaggedReferrals(t.Context(), domain.Page{First: 10})
	must(t, err)
	if len(flagged.Items) != 2 || flagged.Items[0].Flags[0] != domain.FlagSameDevice {
		t.Fatalf("flagged are %+v", flagged.Items)
	}
	s.sound(t)
	decide := func(v domain.Viewer, d domain.ReferralDecision) error {
		_, err := s.DecideReferral(t.Context(), s.staff, domain.ReferralDecide{CustomerID: v.CustomerID, Decision: d, Reason: "проверили"})
		return err
	}
	must(t, decide(p[2], domain.DecideApprove))
	must(t, decide(p[3], domain.DecideVoid))
	if domain.AsRefused(decide(p[3], domain.DecideApprove)) == nil {
		t.Error("a voided referral was approved")
	}
	wantWallet(t, s.wallet(t, p[0]), 0, 20, 0, 0)
	wantWallet(t, s.wallet(t, p[1]), 0, 100, 0, 0)
	wantWallet(t, s.wallet(t, p[2]), 0, 100+30, 0, 0)
	wantWallet(t, s.wallet(t, p[3]), 0, 100, 0, 0)
	s.buys(t, p[3], "later", 1)
	wantWallet(t, s.wallet(t, p[1]), 0, 100, 0, 0)
	_, err = s.LineUpEvents(t.Context())
	must(t, err)
	events, _, err := s.EventsAfter(t.Context(), domain.Topic{CustomerID: p[3].CustomerID}, domain.Cursor{}, 100)
	must(t, err)
	told := map[domain.EventKind]bool{}
	for _, e := range events {
		told[e.Kind] = e.Referral != nil
	}
	for _, kind := range []domain.EventKind{domain.EventReferralJoined, domain.EventReferralFlagged, domain.EventReferralVoided} {
		if !told[kind] {
			t.Errorf("%s was not told: %v", kind, told)
		}
	}
	s.sound(t)
}

func TestReferral_SimilarAddressesSharedNetworksAndBurstsAreFlagged(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	a, b := s.newCustomer(t, "petr.petrov@mail.example.com"), s.newCustomer(t, "petrpetrov2@mail.example.com")
	s.invite(t, a, b)
	p := s.crowd(t, domain.ReferralBurst+2)
	for _, v := range p[1:] {
		s.invite(t, p[0], v)
	}
	for address, ip := range map[string]string{"near@one.example.com": "93.184.216.34", "home@two.example.com": "93.184.216.34",
		"proxy@three.example.com": "10.0.0.1", "local@four.example.com": "10.0.0.1"} {
		s.newCustomer(t, address)
		_, err := s.StartSignIn(t.Context(), domain.SignInStart{Channel: domain.ChannelEmail, Address: address, Locale: domain.RU, IP: ip})
		must(t, err)
	}
	s.invite(t, s.newCustomer(t, "near@one.example.com"), s.newCustomer(t, "home@two.example.com"))
	s.invite(t, s.newCustomer(t, "proxy@three.example.com"), s.newCustomer(t, "local@four.example.com"))
	flagged, err := s.FlaggedReferrals(t.Context(), domain.Page{First: 10})
	must(t, err)
	var flags []domain.ReferralFlag
	for _, p := range flagged.Items {
		flags = append(flags, p.Flags...)
	}
	slices.Sort(flags)
	if !slices.Equal(flags, []domain.ReferralFlag{domain.FlagBurst, domain.FlagSameNetwork, domain.FlagSimilarEmail}) {
		t.Errorf("flagged for %v", flags)
	}
}

// Everyone claims everyone's code at once: whatever wins, the graph stays a forest and the figures are those of a walk.
func TestClaimReferral_InParallelKeepsAForest(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 12)
	codes := make([]string, len(p))
	for i, v := range p {
		codes[i] = s.codeOf(t, v)
	}
	var wg sync.WaitGroup
	for i, v := range p {
		for shift := 1; shift < 4; shift++ {
			wg.Go(func() {
				_, err := s.ClaimReferral(context.Background(), v, domain.ReferralClaim{Code: codes[(i+shift)%len(p)]})
				if err != nil && domain.AsRefused(err) == nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			o, err := s.PlaceOrder(context.Background(), v, domain.OrderDraft{IdempotencyKey: "p", Lines: []domain.LineAsk{line(s.massage, 1)}})
			for _, a := range toCompletion {
				if err == nil {
					_, err = s.AdvanceOrder(context.Background(), s.staff, domain.OrderAdvance{IdempotencyKey: o.Number + string(a), OrderID: o.ID, Action: a})
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.sound(t)
}

func TestReferral_ShowsChildrenTreeAndTopInviters(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := s.crowd(t, 5)
	s.invite(t, p[0], p[1])
	s.clock.Add(time.Hour)
	s.invite(t, p[0], p[2])
	s.invite(t, p[1], p[3])
	s.buys(t, p[1], "o", 1)
	latest, err := s.InvitedBy(t.Context(), p[0].CustomerID, false, domain.Page{First: 1})
	must(t, err)
	most, err := s.InvitedBy(t.Context(), p[0].CustomerID, true, domain.Page{First: 1})
	must(t, err)
	if latest.Items[0].CustomerID != p[2].CustomerID || most.Items[0].CustomerID != p[1].CustomerID || !latest.HasNext {
		t.Errorf("latest %+v, most %+v", latest.Items, most.Items)
	}
	if got := most.Items[0]; got.People != 1 || got.Orders != 1 || got.Points != 100 {
		t.Errorf("brought %+v", got)
	}
	tree, err := s.ReferralTree(t.Context(), p[0].CustomerID, 1)
	must(t, err)
	if len(tree) != 2 || tree[1].Hidden != 1 || tree[0].Hidden != 0 {
		t.Errorf("tree is %+v", tree)
	}
	top, err := s.TopInviters(t.Context(), false, domain.Page{First: 10})
	must(t, err)
	if len(top.Items) != 2 || top.Items[0].CustomerID != p[0].CustomerID || top.Items[0].People != 2 {
		t.Errorf("top is %+v", top.Items)
	}
	if _, err := s.ReferralRewards(t.Context(), p[0].CustomerID, domain.Page{First: 10}); err != nil {
		t.Error(err)
	}
}
