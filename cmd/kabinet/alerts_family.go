package main

import (
	"context"

	"kabinet/domain"
	"kabinet/push"
)

// familyKinds are the words a customer hears of their family.
var familyKinds = map[domain.EventKind]string{
	domain.EventFamilyInvited: push.FamilyInvited,
	domain.EventFamilyJoined:  push.FamilyJoined,
	domain.EventFamilyLeft:    push.FamilyLeft,
}

// ofFamily tells a customer that somebody invited them, came or left.
func (a audience) ofFamily(ctx context.Context) ([]push.Message, error) {
	devices, err := a.st.DevicesOfCustomer(ctx, a.event.CustomerID)
	if err != nil || len(devices) == 0 {
		return nil, err
	}
	f := push.Facts{Customer: a.event.Family.Name, Now: a.now()}
	return a.address(familyKinds[a.event.Kind], f, nil, devices, a.customer.Locale, a.zone(), "kabinet://family")
}
