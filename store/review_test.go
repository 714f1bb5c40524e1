package store_test

import (
	"fmt"
	"slices"
	"testing"

	"kabinet/domain"
)

func TestReview_ParallelReviewsArePaidOnceWithinTheLimit(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	limit := int64(1)
	s.rule(t, domain.EarningRule{Kind: domain.EarnReview, Points: 50, PerPerson: &limit})
	s.advance(t, s.place(t, "a", 0, line(s.massage, 1), line(s.honey, 1)), toCompletion...)
	reviews := make([]int64, 8)
	atOnce(len(reviews), func(i int) {
		product := []int64{s.massage.ProductID, s.honey.ProductID}[i%2]
		r, err := s.CreateReview(t.Context(), s.customer, domain.ReviewDraft{IdempotencyKey: fmt.Sprint(i), ProductID: product, Rating: 4})
		if err != nil && codeOf(err) != domain.CodeAlreadyExists {
			t.Error(err)
		}
		reviews[i] = r.ID
	})
	slices.Sort(reviews)
	if reviews[5] != 0 || reviews[6] == 0 {
		t.Errorf("written %v, want two", reviews)
	}
	wantWallet(t, s.wallet(t, s.customer), 50, 117, 0, 0)
	s.healthy(t)
}

func TestReview_HiddenForAbuseItsPointsBecomeDebtWhenSpent(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rule(t, domain.EarningRule{Kind: domain.EarnReview, Points: 50})
	s.advance(t, s.place(t, "a", 0, line(s.honey, 1)), toCompletion...)
	r, err := s.CreateReview(t.Context(), s.customer, domain.ReviewDraft{IdempotencyKey: "r", ProductID: s.honey.ProductID, Rating: 5})
	must(t, err)
	s.place(t, "b", 40, line(s.massage, 1))
	atOnce(4, func(int) {
		if _, err := s.HideReview(t.Context(), s.staff, r.ID, true, true, "реклама"); err != nil {
			t.Error(err)
		}
	})
	wantWallet(t, s.wallet(t, s.customer), 0, 17, 40, 40)
	s.healthy(t)
}
