package store_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kabinet/domain"
)

func TestTexts_ThatPostgresCannotHoldAreInvalidAndNoFault(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	draft := func(key, note string) error {
		_, err := s.PlaceOrder(ctx, s.customer, domain.OrderDraft{IdempotencyKey: key, Note: note, Lines: []domain.LineAsk{line(s.honey, 1)}})
		return err
	}
	name := "a\x00b"
	rename := func() error {
		_, err := s.UpdateCustomer(ctx, s.customer, domain.CustomerPatch{Name: new(&name)})
		return err
	}
	describe := func() error {
		_, err := s.UpdateProduct(ctx, s.staff, s.honey.ProductID, nil, domain.ProductDraft{Name: &domain.Text{RU: name}})
		return err
	}
	find := func() error {
		_, err := s.OrderByNumber(ctx, name)
		return err
	}
	search := func() error {
		_, err := s.Customers(ctx, name, domain.CustomerSort{}, domain.Page{First: 1})
		return err
	}
	for what, err := range map[string]error{
		"note": draft("k", name), "key": draft(name, ""), "broken note": draft("k2", "\xff"),
		"customer's name": rename(), "product's name": describe(), "number": find(),
	} {
		if code := domain.CodeOf(err); code != domain.Invalid {
			t.Errorf("%s: %v is %s, want INVALID", what, err, code)
		}
	}
	if err := search(); err != nil && domain.CodeOf(err) != domain.Invalid {
		t.Errorf("search: %v", err)
	}
}

func TestSignIn_AUserAgentOfAnyLengthAndLanguageOpensASession(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, agent := range []string{strings.Repeat("я", 200), "x" + strings.Repeat("я", 200), "\xff\xfe"} {
		if _, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com", UserAgent: agent}); err != nil {
			t.Errorf("%q: %v", agent[:4], err)
		}
	}
}

func TestRegisterDevice_TakesEveryTokenThatItsCheckLetsThrough(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	longest := domain.MaxToken
	token := make([]rune, longest)
	for i := range token {
		token[i] = 0x1F300 + rand.Int32N(1000) // four bytes each, and nothing that could be compressed
	}
	if _, err := s.RegisterDevice(t.Context(), s.customer, domain.DeviceDraft{Token: string(token), Platform: domain.Web}); err != nil {
		t.Errorf("a token of %d characters: %v", longest, err)
	}
}
