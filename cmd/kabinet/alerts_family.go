package main

import (
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
func (a audience) ofFamily() ([]push.Message, error) {
	f := push.Facts{Customer: a.event.Family.Name, Now: a.now()}
	return a.address(familyKinds[a.event.Kind], f, nil, a.devices, a.customer.Locale, a.zone(), "kabinet://family")
}
