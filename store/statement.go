package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// This file is the statement of a wallet on paper: a ticket that names it, and what the paper says to whoever brings the ticket.

// statementTicket is which statement a link opens.
type statementTicket struct {
	CustomerID int64         `json:"c"`
	From       time.Time     `json:"f"`
	To         time.Time     `json:"t"`
	Locale     domain.Locale `json:"l"`
}

// StatementLink makes a link to a statement on paper. A statement that reaches into the future ends now. Refusals: those of domain.CheckStatement.
func (s *Store) StatementLink(ctx context.Context, st domain.Statement, l domain.Locale) (link domain.TimedLink, err error) {
	now := s.now()
	if st.To.After(now) && st.From.Before(now) {
		st.To = now
	}
	var movements int64
	err = s.get(ctx, &movements, `
select count(*)
  from (select 1 from transfer where customer_id = $1 and at >= $2 and at < $3 limit $4) m`, st.CustomerID, st.From, st.To, domain.MaxStatementLines+1)
	if err != nil {
		return link, err
	}
	if refused := domain.CheckStatement(movements); refused != nil {
		return link, refused
	}
	return issueTicket(s, sealedStatement, statementTicket{st.CustomerID, st.From, st.To, l}, now.Add(domain.PaperLifetime))
}

// StatementPaper reads what a statement on paper says. A ticket that was not made here, or has ended, is ErrNotFound.
func (s *Store) StatementPaper(ctx context.Context, ticket string) (p domain.StatementPaper, err error) {
	t, err := readTicket[statementTicket](s, sealedStatement, ticket)
	if err != nil {
		return p, err
	}
	p.MadeAt = s.now()
	p.Locale = t.Locale
	if p.Statement, err = s.Statement(ctx, t.CustomerID, t.From, t.To); err != nil {
		return p, err
	}
	if p.Business, err = s.Business(ctx); err != nil {
		return p, err
	}
	customers, err := s.CustomersByID(ctx, []int64{t.CustomerID})
	if err != nil {
		return p, err
	}
	p.Customer = customers[t.CustomerID]
	p.Lines, err = s.statementLines(ctx, t)
	return p, err
}

func (s *Store) statementLines(ctx context.Context, t statementTicket) ([]domain.StatementLine, error) {
	var rows []struct {
		entryRow
		OrderNumber string `db:"order_number"`
	}
	err := s.list(ctx, &rows, `
select `+entryColumns+`, coalesce(o.number, '') as order_number
  from `+entryFrom+`
  left join orders o on o.id = t.order_id
 where t.customer_id = $1 and t.at >= $2 and t.at < $3
 order by t.id
 limit $4`, t.CustomerID, t.From, t.To, domain.MaxStatementLines)
	lines := make([]domain.StatementLine, len(rows))
	for i, r := range rows {
		lines[i] = domain.StatementLine{WalletEntry: r.entry(), OrderNumber: r.OrderNumber}
	}
	return lines, err
}
