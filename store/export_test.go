package store_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"kabinet/domain"
)

func TestExportCustomer_HoldsEverythingOfThePersonAndNothingOfOthers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	zoe, _, _ := s.zoe(t)
	var out bytes.Buffer
	must(t, s.ExportCustomer(t.Context(), zoe.CustomerID, &out))
	var doc struct {
		Format   int
		Customer struct {
			Name, Email string
			Wallet      struct{ Active int64 }
		}
		Sessions, Devices, PointMovements, Clubs, Posts, Reports, Invited, InvitedBy, Family, FamilyInvitations []map[string]any
		Orders                                                                                                  []struct {
			Note, CancelReason *string
			Total              int64
			Lines, Timeline    []map[string]any
		}
	}
	must(t, json.Unmarshal(out.Bytes(), &doc))
	if doc.Format != 1 || doc.Customer.Email != zoesEmail || doc.Customer.Wallet.Active != s.wallet(t, zoe).Active || len(doc.Orders) != 2 ||
		*doc.Orders[0].Note != "unikalny note" || *doc.Orders[1].CancelReason != "unikalny reason" || len(doc.Orders[0].Lines) != 1 || len(doc.Orders[0].Timeline) < 4 {
		t.Errorf("exported %s", out.String())
	}
	for name, rows := range map[string][]map[string]any{"sessions": doc.Sessions, "devices": doc.Devices, "pointMovements": doc.PointMovements, "clubs": doc.Clubs,
		"posts": doc.Posts, "reports": doc.Reports, "invited": doc.Invited, "invitedBy": doc.InvitedBy,
		"family": doc.Family, "familyInvitations": doc.FamilyInvitations} {
		if len(rows) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	for _, of := range []string{"friend.of.hers", "anna@example.com", "boss@example.org", "Ольга"} {
		if strings.Contains(out.String(), of) {
			t.Errorf("%q of somebody else is in the export", of)
		}
	}
	out.Reset()
	if err := s.ExportCustomer(t.Context(), 987654, &out); domain.CodeOf(err) != domain.NotFound || out.Len() > 0 {
		t.Errorf("nobody: %v, %q", err, out.String())
	}
}

// Whoever adds a table that knows a customer decides whether the export names it and the erasure cleans it, and says so here.
func TestExportCustomer_NamesEveryTableThatKnowsACustomer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	source, err := os.ReadFile("export.go")
	must(t, err)
	var tables []string
	must(t, s.DB().Select(&tables, `
select distinct c.table_name
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
 where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = 'customer_id'
 order by 1`))
	for _, table := range tables {
		if !regexp.MustCompile(`(from|join) ` + table + `\b`).Match(source) {
			t.Errorf("export.go does not read %s; add it there and to the erasures", table)
		}
	}
}
