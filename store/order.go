package store

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the verbs that place and move orders; order_sql.go holds their statements, order_read.go the lists.
// Locks are taken in the order idempotency key, order, wallet, the customer's figures, stock.

// PreviewOrder computes what an order would cost and earn. It writes nothing; what would be refused stands beside the quote. Lines that
// cannot be looked at all, for example none or too many, are refused as an error.
func (s *Store) PreviewOrder(ctx context.Context, v domain.Viewer, asks []domain.LineAsk, spend int64) (domain.Quote, domain.Refused, error) {
	lines, refused := domain.CheckLines(asks)
	if len(lines) == 0 {
		return domain.Quote{}, refused, refused
	}
	terms, err := s.terms(ctx)
	if err != nil {
		return domain.Quote{}, nil, err
	}
	var means struct {
		Active     int64         `db:"active"`
		Clubs      pq.Int64Array `db:"clubs"`
		FirstOrder bool          `db:"first_order"`
	}
	err = s.get(ctx, &means, spendableSQL, v.CustomerID, s.now())
	if err != nil {
		return domain.Quote{}, nil, err
	}
	benefits := terms.benefits(means.Clubs, s.now())
	var rows []offerRow
	if err := s.list(ctx, &rows, offerSQL, askedVariants(lines), offerIDs(benefits.Offers), v.CustomerID); err != nil {
		return domain.Quote{}, nil, err
	}
	benefits.Used = usedOffers(rows)
	priced := benefits.Price(offerLines(lines, rows))
	earning := benefits.Earning(terms.earning(s.now()), means.FirstOrder)
	quote, more := domain.PriceOrder(terms.business, earning, priced, spend, means.Active, s.now())
	return quote, append(refused, more...), nil
}

// PlaceOrder places an order of the viewer: takes stock, holds points, promises a date, records it all and tells of it, in one transaction.
// The same key with the same input answers with the first order again, another input with Conflict. Refusals: everything that
// domain.CheckDraft and domain.PriceOrder refuse; nothing is written then.
func (s *Store) PlaceOrder(ctx context.Context, v domain.Viewer, d domain.OrderDraft) (domain.Order, error) {
	if v.CustomerID == 0 {
		return domain.Order{}, domain.Errorf(domain.Forbidden, "only customers place orders")
	}
	lines, refused := domain.CheckDraft(d)
	if refused != nil {
		return domain.Order{}, s.refuseAll(ctx, v, d, refused)
	}
	key, err := newOnce(v, "orderPlace", d.IdempotencyKey, d)
	if err != nil {
		return domain.Order{}, err
	}
	var order domain.Order
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		order, err = tx.placeOrder(ctx, v, key, d, lines)
		return err
	})
	return order, err
}

// refuseAll adds to the refusals of a draft what the catalogue and the wallet refuse of it, so that a form shows everything at once.
func (s *Store) refuseAll(ctx context.Context, v domain.Viewer, d domain.OrderDraft, refused domain.Refused) error {
	_, more, err := s.PreviewOrder(ctx, v, d.Lines, d.SpendPoints)
	if err != nil && domain.AsRefused(err) == nil {
		return err
	}
	for _, r := range more {
		if !slices.ContainsFunc(refused, func(have domain.Refusal) bool { return have.Code == r.Code && slices.Equal(have.Field, r.Field) }) {
			refused = append(refused, r)
		}
	}
	return refused
}

func (t *Tx) placeOrder(ctx context.Context, v domain.Viewer, key once, d domain.OrderDraft, lines []domain.LineAsk) (domain.Order, error) {
	var opened openedOrder
	err := t.get(ctx, &opened, openOrderSQL, key.actor, key.operation, key.key, key.hash[:], t.now, v.CustomerID)
	if err != nil {
		return domain.Order{}, err
	}
	if !opened.Claimed {
		id, err := t.repeated(ctx, key)
		if err != nil {
			return domain.Order{}, err
		}
		return t.orderByID(ctx, id)
	}
	terms, err := t.s.termsOf(ctx, t, opened.CatalogVersion)
	if err != nil {
		return domain.Order{}, err
	}
	benefits := terms.benefits(opened.Clubs, t.now)
	var rows []offerRow
	err = t.list(ctx, &rows, takeStockSQL, askedVariants(lines), askedQuantities(lines), offerIDs(benefits.Offers), v.CustomerID)
	if err != nil {
		return domain.Order{}, err
	}
	benefits.Used = usedOffers(rows)
	lots, active, err := t.spendable(ctx, v.CustomerID, d.SpendPoints)
	if err != nil {
		return domain.Order{}, err
	}
	earning := benefits.Earning(terms.earning(t.now), opened.FirstOrder)
	quote, refused := domain.PriceOrder(terms.business, earning, benefits.Price(offerLines(lines, rows)), d.SpendPoints, active, t.now)
	refused = append(refused, quote.CheckExpected(d.ExpectedMinor)...)
	if refused != nil {
		return domain.Order{}, refused
	}
	order := newOrder(opened, terms.business, v, d, quote, t.now)
	book := domain.NewLotBook(lots)
	takes, _ := book.Hold(quote.PointsSpent)
	p := placement{order: order, quote: quote, takes: takes, key: key, holdDays: terms.business.HoldDays, points: newPointsBatch(nil),
		news: []news{orderNews(domain.EventOrderPlaced, order, domain.ActorCustomer)}}
	if quote.PointsSpent > 0 {
		p.points = newPointsBatch(map[int64]domain.Wallet{v.CustomerID: opened.Wallet})
		move := domain.Move{From: domain.AccountActive, To: domain.AccountHeld, Points: quote.PointsSpent, Cause: domain.CauseOrderHeld}
		if err := p.points.move(v.CustomerID, move, pointsRef{orderID: order.ID}); err != nil {
			return domain.Order{}, err
		}
		p.points.lots = book.Changes()
		p.news = append(p.news, walletNews(p.points.wallet(v.CustomerID), false))
	}
	return order, p.write(ctx, t)
}

// spendable reads the lots that an order can spend from, when it wants to spend. Lots past their date are left to burn.
func (t *Tx) spendable(ctx context.Context, customerID, want int64) (lots []domain.Lot, active int64, err error) {
	if want == 0 {
		return nil, 0, nil
	}
	all, err := t.lots(ctx, customerID)
	if err != nil {
		return nil, 0, err
	}
	for _, l := range all {
		if l.ExpiresAt == nil || l.ExpiresAt.After(t.now) {
			lots = append(lots, l)
			active += l.Remaining
		}
	}
	return lots, active, nil
}

func newOrder(opened openedOrder, b domain.Business, v domain.Viewer, d domain.OrderDraft, q domain.Quote, now time.Time) domain.Order {
	o := domain.Order{
		ID: opened.OrderID, Number: b.NumberPrefix + opened.Number, CustomerID: &v.CustomerID, Source: domain.SourceLive,
		Status: domain.OrderNew, CurrencyCode: q.CurrencyCode, SubtotalMinor: q.SubtotalMinor, PointsSpent: q.PointsSpent,
		PointsWorthMinor: q.PointsWorthMinor, TotalMinor: q.TotalMinor, PointsToEarn: q.PointsToEarn, PromisedAt: q.PromisedAt,
		Locale: d.Locale.Or(opened.Locale), Version: 1, PlacedAt: now,
	}
	if d.Note != "" {
		o.Note = &d.Note
	}
	if q.PromisedAt != nil {
		state := domain.PromiseOpen
		o.PromiseState = &state
	}
	return o
}

// CancelOrder calls off the viewer's own order while the state machine lets a customer do so. Refusal: ACTION_NOT_ALLOWED. Somebody else's order
// is ErrNotFound.
func (s *Store) CancelOrder(ctx context.Context, v domain.Viewer, in domain.OrderCancel) (domain.Order, error) {
	refused := append(domain.CheckKey(in.IdempotencyKey), domain.CheckText(in.Reason, false, domain.MaxReason, "reason")...)
	if refused != nil {
		return domain.Order{}, refused
	}
	return s.changeOrder(ctx, v, "orderCancel", in.IdempotencyKey, in.OrderID, nil, in, func(ctx context.Context, tx *Tx, o domain.Order) (domain.Order, error) {
		mine := o.CustomerID != nil && *o.CustomerID == v.CustomerID
		if !mine && !v.IsStaff() {
			return o, domain.ErrNotFound
		}
		return tx.advance(ctx, o, domain.ActionCancel, actor{kind: actorKind(mine), staffID: staffOf(v, mine), staff: !mine}, in.Reason, "orderId")
	})
}

// AdvanceOrder takes a step that staff may take now. Refusals: ACTION_NOT_ALLOWED; a missing reason for CANCEL. A stale ExpectedVersion is Conflict.
func (s *Store) AdvanceOrder(ctx context.Context, v domain.Viewer, in domain.OrderAdvance) (domain.Order, error) {
	refused := append(domain.CheckKey(in.IdempotencyKey), domain.CheckText(in.Reason, in.Action == domain.ActionCancel, domain.MaxReason, "reason")...)
	if in.Action == domain.ActionPromise || in.Action == domain.ActionRefund {
		refused = append(refused, domain.Refusal{Code: domain.CodeInvalid, Field: []string{"action"}, Rule: "action"})
	}
	if refused != nil {
		return domain.Order{}, refused
	}
	return s.changeOrder(ctx, v, "orderAdvance", in.IdempotencyKey, in.OrderID, in.ExpectedVersion, in, func(ctx context.Context, tx *Tx, o domain.Order) (domain.Order, error) {
		return tx.advance(ctx, o, in.Action, actor{kind: domain.ActorStaff, staffID: v.StaffID, staff: true}, in.Reason, "action")
	})
}

// PromiseOrder promises another date. Refusals: a date that does not lie ahead; ACTION_NOT_ALLOWED. A stale ExpectedVersion is Conflict.
func (s *Store) PromiseOrder(ctx context.Context, v domain.Viewer, in domain.OrderPromise) (domain.Order, error) {
	refused := domain.CheckText(in.Reason, true, domain.MaxReason, "reason")
	refused = append(refused, domain.CheckText(in.IdempotencyKey, false, domain.MaxIdempotency, "idempotencyKey")...)
	if refused != nil {
		return domain.Order{}, refused
	}
	in.PromisedAt = in.PromisedAt.UTC().Truncate(time.Microsecond)
	return s.changeOrder(ctx, v, "orderPromise", in.IdempotencyKey, in.OrderID, in.ExpectedVersion, in, func(ctx context.Context, tx *Tx, o domain.Order) (domain.Order, error) {
		if !in.PromisedAt.After(tx.now) {
			return o, domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"promisedAt"}, Rule: "past"})
		}
		step, ok := domain.FindStep(o.Status, domain.ActionPromise, true)
		if !ok {
			return o, domain.NotAllowed(o.Status, true, "orderId")
		}
		o = o.Take(step, tx.now)
		state := domain.PromiseOpen
		o.PromisedAt, o.PromiseState = &in.PromisedAt, &state
		if _, err := tx.exec(ctx, promiseSQL, o.ID, in.PromisedAt, tx.now, in.Reason, v.StaffID); err != nil {
			return o, err
		}
		return o, tx.finishStep(ctx, o, step, actor{kind: domain.ActorStaff, staffID: v.StaffID, staff: true}, in.Reason, domain.TimelineData{PromisedAt: o.PromisedAt})
	})
}

// RefundOrder gives money and points back for lines of a completed order and takes back what they earned. Refusals: those of
// domain.PlanRefund; ACTION_NOT_ALLOWED.
func (s *Store) RefundOrder(ctx context.Context, v domain.Viewer, in domain.OrderRefund) (domain.Order, error) {
	refused := append(domain.CheckKey(in.IdempotencyKey), domain.CheckText(in.Reason, true, domain.MaxReason, "reason")...)
	if refused != nil {
		return domain.Order{}, refused
	}
	return s.changeOrder(ctx, v, "orderRefund", in.IdempotencyKey, in.OrderID, nil, in, func(ctx context.Context, tx *Tx, o domain.Order) (domain.Order, error) {
		return tx.refund(ctx, v, o, in)
	})
}

// changeOrder is the frame of all changes of an order: claims the key, locks the order, checks the version, lets change work, settles the key.
func (s *Store) changeOrder(ctx context.Context, v domain.Viewer, operation, idempotencyKey string, orderID int64, expected *int64, input any,
	change func(context.Context, *Tx, domain.Order) (domain.Order, error)) (domain.Order, error) {
	key, err := newOnce(v, operation, idempotencyKey, input)
	if err != nil {
		return domain.Order{}, err
	}
	var order domain.Order
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if repeat {
			order, err = tx.orderByID(ctx, id)
			return err
		}
		if order, err = tx.lockOrder(ctx, orderID); err != nil {
			return err
		}
		if expected != nil && *expected != order.Version {
			return domain.Errorf(domain.Conflict, "the order was changed meanwhile: it is at version %d", order.Version)
		}
		if order, err = change(ctx, tx, order); err != nil {
			return err
		}
		return tx.settle(ctx, key, order.ID)
	})
	return order, err
}

// actor is who takes a step.
type actor struct {
	kind    domain.ActorKind
	staffID int64
	staff   bool // whether the state machine lets them do what staff may
}

func actorKind(customer bool) domain.ActorKind {
	if customer {
		return domain.ActorCustomer
	}
	return domain.ActorStaff
}

func staffOf(v domain.Viewer, customer bool) int64 {
	if customer {
		return 0
	}
	return v.StaffID
}

// advance takes a step of the state machine with everything that belongs to it. order must be locked.
func (t *Tx) advance(ctx context.Context, o domain.Order, action domain.OrderAction, by actor, reason, field string) (domain.Order, error) {
	step, ok := domain.FindStep(o.Status, action, by.staff)
	if !ok {
		return o, domain.NotAllowed(o.Status, by.staff, field)
	}
	o = o.Take(step, t.now)
	data := domain.TimelineData{}
	switch action {
	case domain.ActionConfirm:
		if _, err := t.exec(ctx, `update hold set expires_at = null where order_id = $1 and state = 'HELD'`, o.ID); err != nil {
			return o, err
		}
	case domain.ActionComplete:
		data.Points = o.PointsToEarn
		var err error
		if o, err = t.complete(ctx, o); err != nil {
			return o, err
		}
	case domain.ActionCancel:
		if reason != "" {
			o.CancelReason = &reason
		}
		if err := t.undoPlacing(ctx, o); err != nil {
			return o, err
		}
	}
	if err := t.finishStep(ctx, o, step, by, reason, data); err != nil || action != domain.ActionComplete {
		return o, err
	}
	return o, t.recountClubs(ctx, *o.CustomerID)
}

// finishStep writes the order after a step, its timeline entry and its event.
func (t *Tx) finishStep(ctx context.Context, o domain.Order, step domain.Step, by actor, reason string, data domain.TimelineData) error {
	if err := t.updateOrder(ctx, o); err != nil {
		return err
	}
	entry := timelineDraft{orderID: o.ID, kind: step.Timeline, actor: by.kind, staffID: by.staffID, reason: reason, data: data}
	if err := t.chronicle(ctx, t.now, entry); err != nil {
		return err
	}
	return t.tell(ctx, orderNews(step.Event, o, by.kind))
}

// complete captures the hold, records what the order earns, adds to the customer's figures, and rewards those who invited the customer. The order that it
// returns is completed no earlier than its customer was invited: whether the order counts for the inviter is told by these two instants, and that of the
// invitation may be drawn later and yet be committed first.
func (t *Tx) complete(ctx context.Context, o domain.Order) (domain.Order, error) {
	terms, err := t.terms(ctx)
	if err != nil {
		return o, err
	}
	chain, err := t.lockBranch(ctx, *o.CustomerID, 0)
	if err != nil {
		return o, err
	}
	var tariff domain.ReferralTariff
	if len(chain) > 0 {
		if o.CompletedAt.Before(chain[0].Since) {
			o.CompletedAt = &chain[0].Since
		}
		if tariff, err = t.referralTariff(ctx); err != nil {
			return o, err
		}
		if _, err := t.lockWallets(ctx, append(aboveOf(chain[:min(len(chain), len(tariff.Levels))]), *o.CustomerID)...); err != nil {
			return o, err
		}
	}
	err = t.withWallet(ctx, *o.CustomerID, func(b *pointsBatch) error {
		if o.PointsSpent > 0 {
			if err := t.endHold(ctx, b, *o.CustomerID, o.ID, true); err != nil {
				return err
			}
		}
		return t.earn(ctx, b, *o.CustomerID, o.ID, terms.business.Points)
	})
	if err != nil {
		return o, err
	}
	if _, err := t.exec(ctx, addPaidSQL, *o.CustomerID, o.TotalMinor, o.PlacedAt); err != nil {
		return o, err
	}
	return o, t.rewardOrder(ctx, o, chain, tariff, terms.business.Points)
}

// undoPlacing gives stock and held points back.
func (t *Tx) undoPlacing(ctx context.Context, o domain.Order) error {
	if o.PointsSpent > 0 {
		err := t.withWallet(ctx, *o.CustomerID, func(b *pointsBatch) error {
			return t.endHold(ctx, b, *o.CustomerID, o.ID, false)
		})
		if err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, restockOrderSQL, o.ID, domain.MaxStock)
	return err
}

// withWallet locks a wallet, lets change collect, writes the batch and tells the customer when points moved.
func (t *Tx) withWallet(ctx context.Context, customerID int64, change func(*pointsBatch) error) error {
	wallets, err := t.lockWallets(ctx, customerID)
	if err != nil {
		return err
	}
	b := newPointsBatch(wallets)
	if err := change(b); err != nil {
		return err
	}
	if _, err := t.applyPoints(ctx, b); err != nil || len(b.moves) == 0 {
		return err
	}
	return t.tell(ctx, walletNews(b.wallet(customerID), false))
}

func (t *Tx) refund(ctx context.Context, v domain.Viewer, o domain.Order, in domain.OrderRefund) (domain.Order, error) {
	step, ok := domain.FindStep(o.Status, domain.ActionRefund, true)
	if !ok {
		return o, domain.NotAllowed(o.Status, true, "orderId")
	}
	lines, err := t.orderLines(ctx, o.ID)
	if err != nil {
		return o, err
	}
	plan, refused := domain.PlanRefund(lines, in.Lines)
	if refused != nil {
		return o, refused
	}
	if plan.Whole {
		step.To = domain.OrderRefunded
	}
	var chain []domain.ReferralLink
	if o.CustomerID != nil {
		if chain, err = t.lockBranch(ctx, *o.CustomerID, 0); err != nil {
			return o, err
		}
		owners, err := t.rewardOwners(ctx, o.ID)
		if err != nil {
			return o, err
		}
		if _, err := t.lockWallets(ctx, append(owners, *o.CustomerID)...); err != nil {
			return o, err
		}
	}
	o = o.Take(step, t.now)
	o.RefundedMinor += plan.MoneyMinor
	refundID, err := t.writeRefund(ctx, v, o, in, plan)
	if err != nil {
		return o, err
	}
	if o.CustomerID != nil {
		err := t.withWallet(ctx, *o.CustomerID, func(b *pointsBatch) error {
			return t.undoPoints(ctx, b, *o.CustomerID, o.ID, refundID, plan)
		})
		if err != nil {
			return o, err
		}
		if err := t.reverseRewards(ctx, o, plan.Whole, chain); err != nil {
			return o, err
		}
	}
	data := domain.TimelineData{RefundedMinor: plan.MoneyMinor, PointsBack: plan.PointsBack, CurrencyCode: o.CurrencyCode}
	if err := t.finishStep(ctx, o, step, actor{kind: domain.ActorStaff, staffID: v.StaffID, staff: true}, in.Reason, data); err != nil || o.CustomerID == nil {
		return o, err
	}
	return o, t.recountClubs(ctx, *o.CustomerID)
}
