package main

import (
	"context"
	"encoding/json"
	"fmt"

	"kabinet/domain"
	"kabinet/store"
)

// family lets the first two customers be a family and one of them transfer points to the other.
func (f *demoFiller) family(ctx context.Context) error {
	first, second := f.customers[f.demo.Customers[0].Key], f.customers[f.demo.Customers[1].Key]
	invitation, err := f.st.InviteToFamily(ctx, first, domain.FamilyInvite{})
	if err != nil {
		return fmt.Errorf("family: %w", err)
	}
	if _, err := f.st.AcceptFamily(ctx, second, 0, *invitation.Code); err != nil {
		return fmt.Errorf("family: %w", err)
	}
	if err := f.transfer(ctx, first, second, 50); err != nil {
		return fmt.Errorf("transfer of points: %w", err)
	}
	return nil
}

// transfer transfers points with the code that would have been sent. The letter is too old to be sent when the demo is served.
func (f *demoFiller) transfer(ctx context.Context, from, to domain.Viewer, points int64) error {
	t, err := f.st.StartTransfer(ctx, from, domain.PointsTransferStart{IdempotencyKey: "demo-transfer", ReceiverID: to.CustomerID, Points: points})
	if err != nil {
		return err
	}
	var sent []byte
	if err := f.st.DB().GetContext(ctx, &sent, `select args from job where kind = $1 order by id desc limit 1`, store.JobCode); err != nil {
		return fmt.Errorf("find the code: %w", err)
	}
	var letter store.CodeLetter
	if err := json.Unmarshal(sent, &letter); err != nil {
		return fmt.Errorf("read the code: %w", err)
	}
	code, err := f.st.OpenCode(letter)
	if err != nil {
		return err
	}
	_, err = f.st.CompleteTransfer(ctx, from, t.ID, code)
	return err
}
