package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
)

func (s shop) offer(t *testing.T, c domain.Club, key string, price int64, perCustomer, total *int64) domain.Offer {
	t.Helper()
	o, err := s.CreateOffer(t.Context(), s.staff, domain.OfferDraft{IdempotencyKey: key, ClubID: c.ID, Name: domain.Text{RU: "Мёд недели", EN: "Honey of the week"},
		Price: domain.ClubPrice{VariantID: s.honey.ID, PriceMinor: &price}, EndsAt: s.clock.Now().Add(time.Hour), PerCustomer: perCustomer, Total: total})
	must(t, err)
	return o
}

func TestOffer_LimitsCountPiecesAndACancelledOrderGivesThemBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	club := s.club(t, "bees", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{Prices: []domain.ClubPrice{{Share: 1_000}}})
	three := int64(3)
	s.offer(t, club, "o", 20_000, &three, nil)
	if o := s.place(t, "stranger", 0, line(s.honey, 1)); o.TotalMinor != 35_050 {
		t.Errorf("a stranger pays %d", o.TotalMinor)
	}
	_, err := s.JoinClub(ctx, s.customer, club.ID)
	must(t, err)
	first := s.place(t, "a", 0, line(s.honey, 2))
	if first.TotalMinor != 40_000 {
		t.Errorf("two with the offer cost %d", first.TotalMinor)
	}
	if o := s.place(t, "b", 0, line(s.honey, 2)); o.TotalMinor != 2*31_545 {
		t.Errorf("two where one is left cost %d", o.TotalMinor)
	}
	_, err = s.CancelOrder(ctx, s.customer, domain.OrderCancel{IdempotencyKey: "c", OrderID: first.ID})
	must(t, err)
	if o := s.place(t, "d", 0, line(s.honey, 3)); o.TotalMinor != 60_000 {
		t.Errorf("three after the cancellation cost %d", o.TotalMinor)
	}
	s.healthy(t)
}

func TestCreateOffer_RepeatedAfterItsEndAnswersTheSame(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	club := s.club(t, "bees", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	price := int64(20_000)
	draft := domain.OfferDraft{IdempotencyKey: "o", ClubID: club.ID, Name: domain.Text{EN: "Honey hour"}, Price: domain.ClubPrice{VariantID: s.honey.ID, PriceMinor: &price},
		EndsAt: s.clock.Now().Add(time.Hour)}
	first, err := s.CreateOffer(t.Context(), s.staff, draft)
	must(t, err)
	s.clock.Add(2 * time.Hour)
	if again, err := s.CreateOffer(t.Context(), s.staff, draft); err != nil || again.ID != first.ID {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	draft.IdempotencyKey = "p"
	if _, err := s.CreateOffer(t.Context(), s.staff, draft); codeOf(err) != domain.CodeInvalid {
		t.Errorf("a new one that has ended: %v", err)
	}
}

func TestOffer_ParallelOrdersNeverTakeMoreThanThereIs(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.exec(t, `update stock set on_hand = 1000 where variant_id = $1`, s.honey.ID)
	club := s.club(t, "bees", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	five := int64(5)
	s.offer(t, club, "o", 20_000, nil, &five)
	var cheap int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 12 {
		v := s.newCustomer(t, fmt.Sprintf("c%d@example.com", i))
		_, err := s.JoinClub(t.Context(), v, club.ID)
		must(t, err)
		wg.Go(func() {
			o, err := s.PlaceOrder(context.Background(), v, domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, 1)}})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if o.TotalMinor == 20_000 {
				cheap++
			}
		})
	}
	wg.Wait()
	if cheap != 5 {
		t.Errorf("%d orders got the price of an offer for 5", cheap)
	}
	s.healthy(t)
}

func TestPlaceOrder_RefusesAPriceThatChangedSinceThePreview(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	club := s.club(t, "bees", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	_, err := s.JoinClub(ctx, s.customer, club.ID)
	must(t, err)
	s.offer(t, club, "o", 20_000, nil, nil)
	quote, _, err := s.PreviewOrder(ctx, s.customer, []domain.LineAsk{line(s.honey, 1)}, 0)
	must(t, err)
	if quote.TotalMinor != 20_000 || quote.Lines[0].PriceName.RU != "Мёд недели" {
		t.Errorf("previewed %+v", quote)
	}
	s.clock.Add(time.Hour)
	draft := domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, 1)}, ExpectedMinor: &quote.TotalMinor}
	_, err = s.PlaceOrder(ctx, s.customer, draft)
	if r := domain.AsRefused(err); len(r) != 1 || r[0].Code != domain.CodePriceChanged || r[0].Current.Minor != 35_050 {
		t.Fatalf("got %v", err)
	}
	if left := s.stock(t, s.honey); left != 10 {
		t.Errorf("%d in stock after the refusal", left)
	}
	draft.ExpectedMinor = &domain.AsRefused(err)[0].Current.Minor
	if o, err := s.PlaceOrder(ctx, s.customer, draft); err != nil || o.TotalMinor != 35_050 {
		t.Errorf("placed %+v, %v", o, err)
	}
}
