package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

func TestStatementLink_OpensThePaperForAWhileAndForNobodyWhoMadeItUp(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	begin := s.clock.Now()
	s.clock.Add(time.Hour)
	s.give(t, s.customer, 500)
	o := s.place(t, "k", 100, line(s.honey, 1))
	s.clock.Add(time.Hour)
	st, err := s.Statement(t.Context(), s.customer.CustomerID, begin, begin.Add(100*24*time.Hour))
	must(t, err)
	link, err := s.StatementLink(t.Context(), st, domain.EN)
	must(t, err)
	paper, err := s.StatementPaper(t.Context(), link.Ticket)
	must(t, err)
	if len(paper.Lines) != 2 || paper.Lines[1].OrderNumber != o.Number || paper.Lines[1].After.Active != 400 || paper.Opening.Active != 0 || paper.Locale != domain.EN ||
		*paper.Customer.Email != "anna@example.com" || !paper.To.Equal(s.clock.Now()) {
		t.Errorf("the paper says %+v", paper)
	}

	letter := strings.NewReplacer("A", "B", "B", "A").Replace(link.Ticket)
	other := storetest.OpenAt(t, storetest.DSN(t), func(c *store.Config) { c.Secret = []byte("the secret of somebody else") })
	foreign, err := other.StatementLink(t.Context(), st, domain.EN)
	must(t, err)
	for name, ticket := range map[string]string{"nothing": "", "words": "made-up", "another letter": letter, "cut": link.Ticket[:len(link.Ticket)-4], "of another secret": foreign.Ticket} {
		if _, err := s.StatementPaper(t.Context(), ticket); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.clock.Add(domain.PaperLifetime - time.Second)
	if _, err := s.StatementPaper(t.Context(), link.Ticket); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	s.clock.Add(time.Second)
	if _, err := s.StatementPaper(t.Context(), link.Ticket); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("at the end: %v", err)
	}
}

func TestStatementLink_RefusesMoreThanFits(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	at := s.clock.Now().Add(-time.Hour)
	fill := func(n int) {
		s.exec(t, `
insert into transfer (customer_id, from_account, to_account, points, cause, at, active_after, pending_after, held_after, debt_after)
select $1, 'ISSUED', 'ACTIVE', 1, 'ADJUSTED', $2, 1, 0, 0, 0 from generate_series(1, $3)`, s.customer.CustomerID, at, n)
	}
	st := domain.Statement{CustomerID: s.customer.CustomerID, From: at, To: s.clock.Now()}
	fill(domain.MaxStatementLines)
	link, err := s.StatementLink(t.Context(), st, domain.RU)
	must(t, err)
	if paper, err := s.StatementPaper(t.Context(), link.Ticket); err != nil || len(paper.Lines) != domain.MaxStatementLines {
		t.Errorf("%d lines, %v", len(paper.Lines), err)
	}
	fill(1)
	if _, err := s.StatementLink(t.Context(), st, domain.RU); codeOf(err) != domain.CodeTooLarge {
		t.Errorf("one more: %v", err)
	}
}
