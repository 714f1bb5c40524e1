package main

import (
	"context"

	"kabinet/domain"
	"kabinet/push"
)

// ofReferral tells one side of a referral: the inviter that somebody joined, the invited that they are welcome, both of what the staff decided.
func (a audience) ofReferral(ctx context.Context) ([]push.Message, error) {
	n := a.event.Referral
	f := push.Facts{Customer: deref(n.Name), Reason: n.Reason, Now: a.now()}
	kind, told := map[domain.EventKind]string{
		domain.EventReferralJoined:   push.ReferralJoined,
		domain.EventReferralFlagged:  push.ReferralFlagged,
		domain.EventReferralApproved: push.ReferralApproved,
		domain.EventReferralVoided:   push.ReferralVoided,
	}[a.event.Kind]
	if !told {
		return nil, nil
	}
	if kind == push.ReferralJoined && a.event.CustomerID == n.CustomerID {
		tariff, err := a.st.ReferralTariff(ctx)
		if err != nil {
			return nil, err
		}
		kind, f.Points = push.ReferralWelcome, int(tariff.InvitedPoints)
	}
	return a.word(kind, f, a.devices, a.customer.Locale, a.zone())
}
