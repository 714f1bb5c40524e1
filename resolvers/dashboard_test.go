package resolvers_test

import (
	"testing"
	"time"

	"kabinet/domain"
)

func TestDesk_DashboardIsForManagers(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id, _ := a.place(t, a.anna, "one")
	a.complete(t, id)
	from, to := time.Now().Add(-36*time.Hour).Format(time.RFC3339), time.Now().Add(time.Hour).Format(time.RFC3339)
	const query = `query($f:DateTime!,$t:DateTime!){desk{dashboard(from:$f,to:$t){days{day completed revenue{amount} net{amount currencyCode} pointsEarned}
		topProducts(first:5){product{slug} quantity revenue{amount}} clubs{club{slug}} cohorts{month customers returning}}}}`
	got := a.ask(t, a.manager, query, "f", from, "t", to)
	got.want("desk.dashboard.topProducts.0.product.slug", "honey", "desk.dashboard.topProducts.0.revenue.amount", "701.00",
		"desk.dashboard.clubs", "[]", "desk.dashboard.cohorts.0.customers", "1")
	a.ask(t, a.manager, query, "f", to, "t", from).wantCode("INVALID")
	a.ask(t, a.anna, query, "f", from, "t", to).wantCode("FORBIDDEN")
}

func TestDesk_AuditTrailIsForAdminsAndReportsForAllStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	admin, err := a.st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "admin@example.org", Name: "Админ", Role: domain.Admin})
	if err != nil {
		t.Fatal(err)
	}
	token, _, _ := tokens{}.Issue(domain.Viewer{StaffID: admin.ID, Role: domain.Admin, Locale: domain.EN})
	const trail = `query($w:AuditWhere){desk{auditTrail(where:$w){nodes{at action subject subjectId reason after before staff{name}} pageInfo{hasNextPage}}}}`
	a.ask(t, token, trail, "w", map[string]any{"subjectId": admin.GID().String()}).want("desk.auditTrail.nodes.0.action", "staffInvite",
		"desk.auditTrail.nodes.0.subjectId", admin.GID().String(), "desk.auditTrail.nodes.0.staff", "null", "desk.auditTrail.nodes.0.before", "null")
	a.ask(t, token, trail, "w", map[string]any{"subjectId": "made-up"}).want("desk.auditTrail.nodes", "[]")
	a.ask(t, token, trail, "w", map[string]any{"at": map[string]any{"gt": "2099-01-01T00:00:00Z"}}).want("desk.auditTrail.nodes", "[]")
	a.ask(t, a.manager, trail).wantCode("FORBIDDEN")
	const reports = `{desk{contentReports{totalCount nodes{count since club{slug} post{id} comment{id} reports{reason at}}}}}`
	a.ask(t, a.manager, reports).want("desk.contentReports.totalCount", "0", "desk.contentReports.nodes", "[]")
	a.ask(t, a.anna, reports).wantCode("FORBIDDEN")
}
