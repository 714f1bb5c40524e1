package domain_test

import (
	"testing"

	"kabinet/domain"
)

func TestAuditSubject_GoesThereAndBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"Customer", "Product", "ProductVariant", "Category", "Club", "StaffMember", "Post", "EarningRule"} {
		want := domain.GID{Kind: kind, N: 12}
		if got, ok := (domain.AuditEntry{Subject: domain.AuditSubject(want)}).SubjectID(); !ok || got != want {
			t.Errorf("%v became %v, %v", want, got, ok)
		}
	}
	for _, subject := range []string{"business", "club:1 customer:2", "offer:3", ""} {
		if id, ok := (domain.AuditEntry{Subject: subject}).SubjectID(); ok {
			t.Errorf("%q is %v", subject, id)
		}
	}
	if got := domain.AuditSubject(domain.GID{Kind: "Wallet", N: 1}); got != "" {
		t.Errorf("a wallet is %q", got)
	}
}
