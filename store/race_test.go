package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
)

// until waits for a condition, looking often; it fails the test after half a minute.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); <-tick.C {
		if holds() {
			return
		}
	}
	t.Fatalf("waited too long until %s", what)
}

// exec runs raw SQL in the shop's database.
func (s shop) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := s.DB().ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (s shop) count(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	must(t, s.DB().GetContext(t.Context(), &n, query, args...))
	return n
}

// behind runs statements in a transaction of their own, lets work run into their locks, and commits once it waits.
func (s shop) behind(t *testing.T, statements []string, work func() error) error {
	t.Helper()
	tx, err := s.DB().BeginTxx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback()
	for _, statement := range statements {
		if _, err := tx.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- work() }()
	until(t, "the work waits for the lock", func() bool {
		return s.count(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) > 0
	})
	must(t, tx.Commit())
	return <-done
}

// healthy fails the test when the doctor finds anything.
func (s shop) healthy(t *testing.T) {
	t.Helper()
	found, checked, err := s.Examine(t.Context())
	must(t, err)
	if checked < 20 {
		t.Errorf("only %d rules were checked", checked)
	}
	for _, f := range found {
		t.Errorf("%s: %s: %d, %s", f.Check, f.Rule, f.Count, strings.Join(f.IDs, "; "))
	}
}

func TestPlaceOrder_TakesStockThatArrivedWhileItWaitedForTheLock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.exec(t, `update stock set on_hand = 0 where variant_id = $1`, s.honey.ID)
	err := s.behind(t, []string{fmt.Sprintf("update stock set on_hand = 5 where variant_id = %d", s.honey.ID)}, func() error {
		_, err := s.PlaceOrder(context.Background(), s.customer, domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, 2)}})
		return err
	})
	must(t, err)
	if left := s.stock(t, s.honey); left != 3 {
		t.Errorf("%d in stock after 2 of 5 were ordered, want 3", left)
	}
}

func TestPlaceOrder_RefusesStockThatWentWhileItWaitedForTheLock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	err := s.behind(t, []string{fmt.Sprintf("update stock set on_hand = 1 where variant_id = %d", s.honey.ID)}, func() error {
		_, err := s.PlaceOrder(context.Background(), s.customer, domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, 2)}})
		return err
	})
	if r := domain.AsRefused(err); r == nil || r[0].Code != domain.CodeOutOfStock || r[0].Available != 1 {
		t.Errorf("got %v, want OUT_OF_STOCK with 1 left", err)
	}
	if left := s.stock(t, s.honey); left != 1 {
		t.Errorf("%d in stock, want 1", left)
	}
}

func TestAddCustomer_FindsWhoWasAddedWhileItWaited(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var id int64
	err := s.behind(t, []string{`insert into customer (name, email, locale, created_at) values ('Борис', 'boris@example.com', 'ru', now())`}, func() (err error) {
		id, err = s.AddCustomer(context.Background(), domain.NewCustomer{Name: "Борис", Email: "boris@example.com", Locale: domain.RU})
		return err
	})
	must(t, err)
	if had := s.count(t, `select id from customer where email = 'boris@example.com'`); id != had {
		t.Errorf("customer %d was found, want %d", id, had)
	}
}

func TestCompleteSignIn_OfWhoIsErasedMeanwhileMakesANewCustomer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	code := s.startSignIn(t, "anna@example.com")
	erase := fmt.Sprintf(`update customer set name = null, email = null, erased_at = now() where id = %d`, s.customer.CustomerID)
	var in domain.SignedIn
	err := s.behind(t, []string{erase}, func() (err error) {
		in, err = s.enter("anna@example.com", code)
		return err
	})
	must(t, err)
	if in.Viewer.CustomerID == s.customer.CustomerID || in.Viewer.CustomerID == 0 {
		t.Errorf("signed in as customer %d, who was erased", in.Viewer.CustomerID)
	}
	if n := s.count(t, `select count(*) from session where customer_id = $1 and ended_at is null`, s.customer.CustomerID); n != 0 {
		t.Errorf("%d open sessions of an erased customer", n)
	}
}

func TestClaimReferral_AtOneMomentKeepsTheMostInvited(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	one := int64(1)
	s.setTariff(t, domain.ReferralTariff{Open: true, Levels: []int64{500}, MaxInvited: &one})
	p := s.crowd(t, 3)
	code := s.codeOf(t, p[0])
	first := []string{ // what a claim of p[1] writes
		fmt.Sprintf(`select 1 from customer where id = %d for no key update`, p[1].CustomerID),
		fmt.Sprintf(`select 1 from wallet where customer_id = %d for update`, p[0].CustomerID),
		fmt.Sprintf(`insert into referral (customer_id, inviter_id, state, claimed_at, created_at) values (%d, %d, 'ACTIVE', now(), now())`, p[1].CustomerID, p[0].CustomerID),
		fmt.Sprintf(`update customer set invited = true where id = %d`, p[1].CustomerID),
		fmt.Sprintf(`insert into referral_level (customer_id, level, people) values (%d, 1, 1)`, p[0].CustomerID),
	}
	err := s.behind(t, first, func() error {
		_, err := s.ClaimReferral(context.Background(), p[2], domain.ReferralClaim{Code: code})
		return err
	})
	wantReason(t, err, domain.ReferralLimitReached)
	s.sound(t)
}

func TestRecountClubs_LeavesAModeratorWhoWasMadeMeanwhile(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	club := s.club(t, "pines", domain.EntryBySpend, domain.SpendRule{NeedMinor: 100_000, PeriodDays: 30, GraceDays: 10}, domain.Privileges{})
	s.buys(t, s.customer, "a", 1)
	s.clock.Add(31 * oneDay)
	err := s.behind(t, []string{`update club_member set moderator = true`}, func() error {
		_, err := s.RecountClubs(context.Background())
		return err
	})
	must(t, err)
	if m := s.state(t, club, s.customer); !m.Moderator || m.GraceUntil == nil {
		t.Errorf("the member is %+v", m)
	}
	s.clock.Add(11 * oneDay)
	_, err = s.RecountClubs(t.Context())
	must(t, err)
	if m := s.state(t, club, s.customer); m.Moderator || m.State != domain.MemberLapsed {
		t.Errorf("after the grace term: %+v", m)
	}
}

func TestDeleteCustomer_EndsASessionThatIsBeingOpened(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := s.StartDelete(t.Context(), s.customer, domain.ChannelEmail, "")
	must(t, err)
	code := s.lastCode(t, "anna@example.com")
	opening := []string{ // what signing in does
		fmt.Sprintf(`select id from customer where id = %d for key share`, s.customer.CustomerID),
		fmt.Sprintf(`insert into session (customer_id, created_at, last_used_at) values (%d, now(), now())`, s.customer.CustomerID),
	}
	err = s.behind(t, opening, func() error {
		_, err := s.DeleteCustomer(context.Background(), s.customer, domain.CustomerDelete{Channel: domain.ChannelEmail, Code: code})
		return err
	})
	must(t, err)
	if n := s.count(t, `select count(*) from session where ended_at is null`); n != 0 {
		t.Errorf("%d sessions go on of a customer who asked to be erased", n)
	}
}

// Points mature under the lock of the wallet and write down the order that they are of.
func TestRefundOrder_LetsOthersNameTheOrderWhileItWaitsForTheWallet(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	o := s.buys(t, s.customer, "a", 1)
	maturing, err := s.DB().BeginTxx(t.Context(), nil)
	must(t, err)
	defer maturing.Rollback()
	_, err = maturing.Exec(`select 1 from wallet where customer_id = $1 for update`, s.customer.CustomerID)
	must(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := s.RefundOrder(context.Background(), s.staff, domain.OrderRefund{IdempotencyKey: "r", OrderID: o.ID, Reason: "брак"})
		done <- err
	}()
	until(t, "the refund waits for the wallet", func() bool {
		return s.count(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) > 0
	})
	if _, err := maturing.Exec(`select 1 from orders where id = $1 for key share nowait`, o.ID); err != nil {
		t.Errorf("each would wait for the other: %v", err)
	}
	must(t, maturing.Rollback())
	must(t, <-done)
}

func TestCancelOrder_TakesItsOffersInTheOrderInWhichPlacingDoes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	club := s.club(t, "bees", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	_, err := s.JoinClub(t.Context(), s.customer, club.ID)
	must(t, err)
	price := int64(100)
	var offers []int64
	for i, v := range []domain.Variant{s.massage, s.newProduct(t, "sauna", domain.Service, 150_000, nil)} {
		o, err := s.CreateOffer(t.Context(), s.staff, domain.OfferDraft{IdempotencyKey: fmt.Sprint("o", i), ClubID: club.ID, Name: domain.Text{EN: "Offer"},
			Price: domain.ClubPrice{VariantID: v.ID, PriceMinor: &price}, EndsAt: s.clock.Now().Add(time.Hour)})
		must(t, err)
		offers = append(offers, o.ID)
	}
	sauna := s.count(t, `select id from variant where sku = 'sauna'`)
	o := s.place(t, "k", 0, line(s.massage, 1), domain.LineAsk{VariantID: sauna, Quantity: 1})
	s.exec(t, `delete from club_offer_use`)
	for _, id := range []int64{offers[1], offers[0]} { // as they may stand in the table
		s.exec(t, `insert into club_offer_use (offer_id, order_id, customer_id, quantity) values ($1, $2, $3, 1)`, id, o.ID, s.customer.CustomerID)
	}
	placing, err := s.DB().BeginTxx(t.Context(), nil)
	must(t, err)
	defer placing.Rollback()
	_, err = placing.Exec(`select 1 from club_offer_figures where offer_id = $1 for update`, offers[0])
	must(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := s.CancelOrder(context.Background(), s.customer, domain.OrderCancel{IdempotencyKey: "c", OrderID: o.ID})
		done <- err
	}()
	until(t, "the cancellation waits for the offer", func() bool {
		return s.count(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) > 0
	})
	if _, err := placing.Exec(`select 1 from club_offer_figures where offer_id = $1 for update nowait`, offers[1]); err != nil {
		t.Errorf("each would wait for the other: %v", err)
	}
	must(t, placing.Rollback())
	must(t, <-done)
}
