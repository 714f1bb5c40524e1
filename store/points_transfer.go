package store

import (
	"context"
	"slices"

	"kabinet/domain"
)

// StartTransfer asks for points to be transferred to a member of the caller's family and sends the caller a one-time code. A transfer that waited for its
// code ends. Nothing moves yet. Refusals: those of domain.FamilyRules.CheckTransfer; NO_CHANNEL; TOO_MANY_TRIES as for codes that sign in.
func (s *Store) StartTransfer(ctx context.Context, v domain.Viewer, in domain.PointsTransferStart) (started domain.PointsTransfer, err error) {
	if refused := domain.CheckKey(in.IdempotencyKey); refused != nil {
		return started, refused
	}
	b, err := s.Business(ctx)
	if err != nil {
		return started, err
	}
	customers, err := s.CustomersByID(ctx, []int64{v.CustomerID, in.ReceiverID})
	if err != nil {
		return started, err
	}
	sender := customers[v.CustomerID]
	address, reachable := s.addressOf(sender)
	if !reachable {
		return started, domain.RefuseFamily(domain.FamilyNoChannel, "to")
	}
	letter, err := s.newLetter(address.Channel, in.Locale.Or(sender.Locale))
	if err != nil {
		return started, err
	}
	letter.Address, letter.Points, letter.Receiver = address.Value, in.Points, valueOr(customers[in.ReceiverID].Name, "")
	key, err := newOnce(v, "pointsTransferStart", in.IdempotencyKey, in)
	if err != nil {
		return started, err
	}
	var id int64
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		var repeat bool
		if id, repeat, err = tx.claim(ctx, key); err != nil || repeat {
			return err
		}
		if id, err = tx.startTransfer(ctx, sender, in, b, letter); err != nil {
			return err
		}
		return tx.settle(ctx, key, id)
	})
	if err != nil {
		return started, err
	}
	return s.PointsTransfer(ctx, v, id)
}

// addressOf is where a code for a customer goes: to the phone when messages can be sent, else to the e-mail address.
func (s *Store) addressOf(c domain.Customer) (domain.Address, bool) {
	for _, a := range []domain.Address{{Channel: domain.ChannelSMS, Value: valueOr(c.Phone, "")}, {Channel: domain.ChannelEmail, Value: valueOr(c.Email, "")}} {
		if a.Value != "" && slices.Contains(s.channels, a.Channel) {
			return a, true
		}
	}
	return domain.Address{}, false
}

func (t *Tx) startTransfer(ctx context.Context, sender domain.Customer, in domain.PointsTransferStart, b domain.Business, letter CodeLetter) (id int64, err error) {
	wallets, err := t.lockWallets(ctx, sender.ID)
	if err != nil {
		return 0, err
	}
	asked := domain.PointsTransfer{SenderID: sender.ID, ReceiverID: in.ReceiverID, Points: in.Points}
	if _, err := t.checkTransfer(ctx, wallets[sender.ID], asked, b); err != nil {
		return 0, err
	}
	if _, err := t.exec(ctx, `update points_transfer set state = 'ENDED', ended_at = $2 where sender_id = $1 and state = 'WAITING'`, sender.ID, t.now); err != nil {
		return 0, err
	}
	err = t.get(ctx, &id, `
insert into points_transfer (sender_id, receiver_id, points, channel, created_at)
values ($1, $2, $3, $4, $5)
returning id`, sender.ID, in.ReceiverID, in.Points, letter.Channel, t.now)
	if err != nil {
		return 0, err
	}
	_, err = t.sendCode(ctx, domain.Address{Channel: letter.Channel, Value: letter.Address}, codeUse{codeToTransfer, id}, "", letter)
	return id, err
}

// checkTransfer refuses what must not be transferred and returns the lots that can. The wallet of the sender is locked, so what was sent today stands still.
func (t *Tx) checkTransfer(ctx context.Context, w domain.Wallet, p domain.PointsTransfer, b domain.Business) ([]domain.Lot, error) {
	lots, err := t.lots(ctx, p.SenderID)
	if err != nil {
		return nil, err
	}
	lots = slices.DeleteFunc(lots, func(l domain.Lot) bool { return l.ExpiresAt != nil && !l.ExpiresAt.After(t.now) })
	facts := domain.TransferFacts{Points: p.Points, Debt: w.Debt, SenderSelf: p.SenderID == p.ReceiverID}
	for _, l := range lots {
		facts.Spendable += l.Remaining
	}
	err = t.get(ctx, &facts.SentToday, `
select coalesce(sum(points), 0)::bigint
  from points_transfer
 where sender_id = $1 and state = 'DONE' and ended_at >= $2`, p.SenderID, domain.DayOf(t.now, b.Zone()))
	if err != nil {
		return nil, err
	}
	var families []int64
	err = t.list(ctx, &families, `select family_id from family_member where customer_id = any($1) order by customer_id for share`, []int64{p.SenderID, p.ReceiverID})
	facts.Together = len(families) == 2 && families[0] == families[1]
	if err != nil {
		return nil, err
	}
	return lots, b.Family.CheckTransfer(facts)
}

// CompleteTransfer moves the points of a transfer to the receiver, when the code is right: soonest-expiring first, each part keeping the day on which it
// expires. Doing it again changes nothing. Refusals: those of domain.CheckCode and of domain.FamilyRules.CheckTransfer, looked at anew; TRANSFER_ENDED. A
// transfer of somebody else is ErrNotFound. A wrong try is counted even though it is refused.
func (s *Store) CompleteTransfer(ctx context.Context, v domain.Viewer, id int64, code string) (p domain.PointsTransfer, err error) {
	p, err = s.PointsTransfer(ctx, v, id)
	switch {
	case err != nil:
		return p, err
	case p.SenderID != v.CustomerID:
		return domain.PointsTransfer{}, domain.ErrNotFound
	}
	b, err := s.Business(ctx)
	if err != nil {
		return p, err
	}
	customers, err := s.CustomersByID(ctx, []int64{p.SenderID, p.ReceiverID})
	if err != nil {
		return p, err
	}
	var decision error
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		decision, err = tx.completeTransfer(ctx, p, code, customers, b)
		return err
	})
	if err == nil {
		err = decision
	}
	if err != nil {
		return p, err
	}
	return s.PointsTransfer(ctx, v, id)
}

// completeTransfer does it. decision is why the code was refused; that try stays counted.
func (t *Tx) completeTransfer(ctx context.Context, p domain.PointsTransfer, code string, customers map[int64]domain.Customer, b domain.Business) (decision, err error) {
	wallets, err := t.lockWallets(ctx, p.SenderID, p.ReceiverID)
	if err != nil {
		return nil, err
	}
	if err := t.get(ctx, &p, `select `+transferColumns+` from points_transfer p where p.id = $1 for update`, p.ID); err != nil {
		return nil, err
	}
	switch p.StateAt(t.now) {
	case domain.TransferDone:
		return nil, nil
	case domain.TransferEnded:
		return nil, domain.RefuseFamily(domain.FamilyEnded, "transferId")
	}
	sender := customers[p.SenderID]
	address := domain.Address{Channel: p.Channel, Value: valueOr(sender.Email, "")}
	if p.Channel == domain.ChannelSMS {
		address.Value = valueOr(sender.Phone, "")
	}
	if decision, err = t.takeCode(ctx, address, codeUse{codeToTransfer, p.ID}, code); decision != nil || err != nil {
		return decision, err
	}
	lots, err := t.checkTransfer(ctx, wallets[p.SenderID], p, b)
	if err != nil {
		return nil, err
	}
	return nil, t.moveTransfer(ctx, newPointsBatch(wallets), p, lots, customers)
}

// moveTransfer moves the points and tells both.
func (t *Tx) moveTransfer(ctx context.Context, batch *pointsBatch, p domain.PointsTransfer, lots []domain.Lot, customers map[int64]domain.Customer) error {
	book := domain.NewLotBook(lots)
	takes, _ := book.Burn(p.Points, 0)
	batch.lots = append(batch.lots, book.Changes()...)
	received, settled := domain.ReceiveLots(takes, byKey(lots, func(l domain.Lot) int64 { return l.ID }), batch.wallet(p.ReceiverID).Debt)
	for _, l := range received {
		batch.added = append(batch.added, newLot{customerID: p.ReceiverID, points: l.Points, remaining: l.Remaining, expiresAt: l.ExpiresAt})
	}
	for _, m := range []struct {
		of, other int64
		move      domain.Move
	}{
		{p.SenderID, p.ReceiverID, domain.Move{From: domain.AccountActive, To: domain.AccountFamily, Points: p.Points, Cause: domain.CauseFamilySent}},
		{p.ReceiverID, p.SenderID, domain.Move{From: domain.AccountFamily, To: domain.AccountActive, Points: p.Points, Cause: domain.CauseFamilyReceived}},
	} {
		if err := batch.move(m.of, m.move, pointsRef{reason: valueOr(customers[m.other].Name, "")}); err != nil {
			return err
		}
	}
	if err := batch.move(p.ReceiverID, settleMove(settled), pointsRef{}); err != nil {
		return err
	}
	first, err := t.applyPoints(ctx, batch)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
update points_transfer p
   set state = 'DONE', ended_at = $2,
       sent_entry_id = (select id from transfer where customer_id = p.sender_id and id >= $3 and cause = 'FAMILY_SENT' order by id desc limit 1),
       received_entry_id = (select id from transfer where customer_id = p.receiver_id and id >= $3 and cause = 'FAMILY_RECEIVED' order by id desc limit 1)
 where p.id = $1`, p.ID, t.now, first)
	if err != nil {
		return err
	}
	return t.tell(ctx, walletNews(batch.wallet(p.SenderID), true), walletNews(batch.wallet(p.ReceiverID), true))
}
