package api_test

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/domain"
)

// rights says who may call each root field and each field of the desk, written down apart from the schema, so that a right that changes by
// mistake is noticed. "customer" is signed in and a customer.
var rights = map[string]string{
	"Query.node": "anyone", "Query.viewer": "anyone", "Query.business": "anyone", "Query.categories": "anyone", "Query.products": "anyone",
	"Query.product": "anyone", "Query.desk": "OPERATOR", "Query.events": "customer", "Query.orderPreview": "customer",
	"Desk.orders": "OPERATOR", "Desk.order": "OPERATOR", "Desk.customers": "OPERATOR", "Desk.customer": "OPERATOR", "Desk.products": "OPERATOR",
	"Desk.product": "OPERATOR",
	"Desk.staff":   "OPERATOR", "Desk.salesFigures": "OPERATOR", "Desk.staysFigures": "OPERATOR",
	"Mutation.signInStart": "anyone", "Mutation.signInComplete": "anyone", "Mutation.signInWithFirebase": "anyone", "Mutation.sessionRefresh": "anyone",
	"Mutation.sessionEnd": "signed in", "Mutation.customerUpdate": "customer", "Mutation.deviceRegister": "signed in", "Mutation.deviceRemove": "signed in",
	"Mutation.orderPlace": "customer", "Mutation.orderCancel": "signed in",
	"Mutation.staffInvite": "ADMIN", "Mutation.staffUpdate": "OPERATOR", "Mutation.staffRemove": "ADMIN",
	"Mutation.productCreate": "MANAGER", "Mutation.productUpdate": "MANAGER", "Mutation.variantUpsert": "MANAGER", "Mutation.categoryUpsert": "MANAGER", "Mutation.businessUpdate": "ADMIN", "Mutation.stockAdjust": "OPERATOR",
	"Mutation.orderAdvance": "OPERATOR", "Mutation.orderPromise": "OPERATOR", "Mutation.orderRefund": "OPERATOR", "Mutation.walletAdjust": "MANAGER",
	"Subscription.orderEvents": "signed in", "Subscription.customerEvents": "customer", "Subscription.deskEvents": "OPERATOR",
	"Query.clubs": "signed in", "Query.club": "signed in", "Query.clubFeed": "signed in", "Query.post": "signed in", "Desk.spendBands": "OPERATOR", "Desk.clubRulesPreview": "OPERATOR",
	"Mutation.clubJoin": "customer", "Mutation.clubLeave": "customer", "Mutation.clubMemberDecide": "signed in", "Mutation.clubModeratorSet": "MANAGER",
	"Mutation.clubCreate": "MANAGER", "Mutation.clubUpdate": "MANAGER", "Mutation.clubOfferCreate": "MANAGER", "Mutation.clubOfferEnd": "MANAGER",
	"Mutation.postCreate": "signed in", "Mutation.commentCreate": "signed in", "Mutation.contentEdit": "signed in", "Mutation.contentRemove": "signed in",
	"Mutation.contentHide": "signed in", "Mutation.contentReport": "customer", "Mutation.reactionSet": "customer", "Mutation.postPin": "signed in",
	"Mutation.referralClaim": "customer", "Mutation.referralUpdate": "customer", "Mutation.referralDecide": "MANAGER", "Mutation.referralTariffSet": "ADMIN",
	"Mutation.earningRuleSet": "ADMIN", "Mutation.earningRuleRetire": "ADMIN", "Desk.earningRules": "OPERATOR", "Desk.earningRulePreview": "OPERATOR",
	"Desk.referral": "OPERATOR", "Desk.topInviters": "OPERATOR", "Desk.flaggedReferrals": "OPERATOR", "Desk.referralTariffs": "OPERATOR",
	"Desk.pointsLiability": "OPERATOR", "Mutation.walletGrant": "MANAGER",
	"Mutation.reviewCreate": "customer", "Mutation.reviewEdit": "customer", "Mutation.reviewHide": "OPERATOR", "Desk.reviews": "OPERATOR",
	"Desk.contentReports": "OPERATOR", "Desk.auditTrail": "ADMIN",
	"Desk.dashboard":               "MANAGER",
	"Mutation.customerDeleteStart": "customer", "Mutation.customerDelete": "customer", "Mutation.customerExport": "customer", "Mutation.customerNotificationsSet": "customer",
	"Mutation.familyInvite": "customer", "Mutation.familyAccept": "customer", "Mutation.familyDecline": "customer", "Mutation.familyLeave": "customer",
	"Mutation.pointsTransferStart": "customer", "Mutation.pointsTransferComplete": "customer", "Desk.families": "OPERATOR", "Desk.pointsTransfers": "OPERATOR",
	"Desk.imports": "ADMIN", "Desk.import": "ADMIN", "Desk.importFormats": "ADMIN", "Mutation.importFileUpload": "ADMIN", "Mutation.importStart": "ADMIN", "Mutation.importCancel": "ADMIN",
	"Mutation.clubSee": "signed in", "Mutation.clubMute": "signed in", "Mutation.clubPushSet": "signed in", "Mutation.pictureUpload": "signed in", "Subscription.clubEvents": "signed in",
}

// roles are the people who try, and the rights that each has.
var roles = []struct {
	email string
	has   string
}{
	{nobody, "anyone"},
	{anna, "anyone, signed in, customer"},
	{operator, "anyone, signed in, OPERATOR"},
	{manager, "anyone, signed in, OPERATOR, MANAGER"},
	{admin, "anyone, signed in, OPERATOR, MANAGER, ADMIN"},
}

// published reads the schema that apps are built on.
func published(t *testing.T) *ast.Schema {
	t.Helper()
	sdl, err := os.ReadFile("../../schema.graphqls")
	must(t, err)
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
	must(t, err)
	return schema
}

func TestRights_EveryFieldIsClosedToWhomItIsNotFor(t *testing.T) {
	t.Parallel()
	schema := published(t)
	s := newWorld(t).serve(t)
	seen := map[string]bool{}
	for _, owner := range []string{"Query", "Mutation", "Subscription", "Desk"} {
		for _, field := range schema.Types[owner].Fields {
			name := owner + "." + field.Name
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			seen[name] = true
			right, known := rights[name]
			if !known {
				t.Errorf("%s has no right written down", name)
				continue
			}
			for _, who := range roles {
				s.tryField(t, schema, owner, field, who.email, right, strings.Contains(who.has, right))
			}
		}
	}
	for name := range rights {
		if !seen[name] {
			t.Errorf("%s is no longer in the schema", name)
		}
	}
}

// tryField calls a field with made-up arguments: who may not call it is told so, and for the others nothing breaks.
func (s *server) tryField(t *testing.T, schema *ast.Schema, owner string, field *ast.FieldDefinition, email, right string, may bool) {
	t.Helper()
	document := call(schema, owner, field)
	c := s.as(t, email)
	if owner == "Subscription" && may {
		return // an open stream; the tests of live events follow it
	}
	if owner == "Subscription" {
		c = c.with("Accept", "text/event-stream")
	}
	got := c.ask(t, document)
	code := ""
	for _, known := range []string{"UNAUTHENTICATED", "FORBIDDEN", "INTERNAL"} {
		if strings.Contains(got.text, `"code":"`+known+`"`) {
			code = known
		}
	}
	want := ""
	if !may {
		want = "FORBIDDEN"
		if email == nobody {
			want = "UNAUTHENTICATED"
		}
	}
	if code != want {
		t.Errorf("%s.%s for %q: %q, want %q (it is for %s)\n%s\n%s", owner, field.Name, email, code, want, right, document, got.text)
	}
}

// call writes a document that calls one field with a value for every argument.
func call(schema *ast.Schema, owner string, field *ast.FieldDefinition) string {
	var args []string
	for _, a := range field.Arguments {
		if a.Name != "after" && a.Name != "before" && a.Name != "last" {
			args = append(args, a.Name+":"+literal(schema, a.Type, a.Name))
		}
	}
	text := field.Name
	if len(args) > 0 {
		text += "(" + strings.Join(args, ",") + ")"
	}
	if d := schema.Types[field.Type.Name()]; d.IsCompositeType() {
		text += "{__typename}"
	}
	switch owner {
	case "Desk":
		return "{desk{" + text + "}}"
	case "Query":
		return "{" + text + "}"
	}
	return strings.ToLower(owner) + "{" + text + "}"
}

// literal is a well-formed value of a type; ids are of things that do not exist.
func literal(schema *ast.Schema, typ *ast.Type, name string) string {
	if typ.Elem != nil {
		return "[" + literal(schema, typ.Elem, name) + "]"
	}
	switch definition := schema.Types[typ.NamedType]; {
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name
	case definition.Kind == ast.InputObject:
		var fields []string
		for _, f := range definition.Fields {
			fields = append(fields, f.Name+":"+literal(schema, f.Type, f.Name))
		}
		sort.Strings(fields)
		return "{" + strings.Join(fields, ",") + "}"
	}
	switch typ.NamedType {
	case "Int":
		return "1"
	case "Boolean":
		return "true"
	case "ID":
		kinds := map[string]string{"orderId": "Order", "variantId": "ProductVariant", "productId": "Product", "customerId": "Customer", "lineId": "OrderLine",
			"deviceId": "Device", "sessionId": "Session", "categoryId": "Category", "id": "Order"}
		if kind, known := kinds[name]; known {
			return `"` + domain.GID{Kind: kind, N: 987654}.String() + `"`
		}
		return `"made-up"`
	case "Decimal":
		return `"1.00"`
	case "DateTime":
		return `"2099-01-01T00:00:00Z"`
	case "Date":
		return `"1990-05-24"`
	case "Locale":
		return `"en"`
	case "TimeZone":
		return `"Europe/Moscow"`
	}
	return `"made-up"`
}

func TestRights_SomebodyElsesObjectsDoNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.give(t, anna, 100)
	me, staff := s.as(t, anna), s.as(t, operator)
	placed := me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 2), "spend", 10).want("orderPlace.userErrors", "[]")
	order, number := placed.at("orderPlace.order.id"), placed.at("orderPlace.order.number")
	device := me.ask(t, registerDoc, "token", "token-of-anna", "on", "IOS").at("deviceRegister.device.id")
	own := me.ask(t, `{viewer{customer{id sessions{id} wallet{id lots{id} entries{nodes{id}}}}}}`)
	staffMember := staff.ask(t, `{viewer{staff{id}}}`).at("viewer.staff.id")
	head := s.as(t, manager)
	club := head.ask(t, `mutation{clubCreate(input:{idempotencyKey:"c",slug:"quiet",name:{en:"Quiet"},entry:BY_INVITE,posting:MEMBERS}){club{id}}}`).at("clubCreate.club.id")
	head.ask(t, `mutation($c:ID!,$w:ID!){clubMemberDecide(input:{clubId:$c,customerId:$w,action:INVITE}){userErrors{code}}}`, "c", club, "w", own.at("viewer.customer.id"))
	me.ask(t, `mutation($c:ID!){clubJoin(input:{clubId:$c}){userErrors{code}}}`, "c", club).want("clubJoin.userErrors", "[]")
	post := me.ask(t, `mutation($c:ID!){postCreate(input:{idempotencyKey:"p",clubId:$c,text:"words"}){post{id}}}`, "c", club).at("postCreate.post.id")
	comment := me.ask(t, `mutation($p:ID!){commentCreate(input:{idempotencyKey:"q",postId:$p,text:"words"}){comment{id}}}`, "p", post).at("commentCreate.comment.id")
	s.as(t, "vera@example.com").ask(t, `mutation($c:String!){referralClaim(input:{code:$c}){userErrors{code}}}`,
		"c", me.ask(t, `{viewer{customer{referral{code}}}}`).at("viewer.customer.referral.code")).want("referralClaim.userErrors", "[]")
	friend := me.ask(t, `{viewer{customer{referral{children{nodes{id}}}}}}`).at("viewer.customer.referral.children.nodes.0.id")
	family, relative, invitation, transfer := s.household(t, "vera@example.com")
	for _, do := range []string{"CONFIRM", "START", "MAKE_READY", "COMPLETE"} {
		staff.ask(t, `mutation($o:ID!,$k:ID!,$do:OrderAction!){orderAdvance(input:{idempotencyKey:$k,orderId:$o,action:$do}){userErrors{code}}}`, "o", order, "k", do, "do", do)
	}
	review := me.ask(t, `mutation($p:ID!){reviewCreate(input:{idempotencyKey:"r",productId:$p,rating:5}){review{id}}}`,
		"p", me.ask(t, `{product(slug:"honey"){id}}`).at("product.id")).at("reviewCreate.review.id")
	const node = `query($id:ID!){node(id:$id){__typename id}}`
	covered := map[string]bool{}
	for _, o := range []struct {
		kind, id    string
		staff, both bool // whether staff sees it too; whether everybody does
	}{
		{"Order", order, true, false}, {"OrderLine", placed.at("orderPlace.order.lines.0.id"), true, false},
		{"TimelineEntry", placed.at("orderPlace.order.timeline.nodes.0.id"), true, false}, {"Customer", own.at("viewer.customer.id"), true, false},
		{"Wallet", own.at("viewer.customer.wallet.id"), true, false}, {"PointLot", own.at("viewer.customer.wallet.lots.0.id"), true, false},
		{"WalletEntry", own.at("viewer.customer.wallet.entries.nodes.0.id"), true, false}, {"Device", device, true, false},
		{"Session", own.at("viewer.customer.sessions.0.id"), false, false},
		{"ReferralPerson", friend, true, false}, {"Club", club, true, false}, {"Post", post, true, false}, {"Comment", comment, true, false},
		{"Family", family, true, false}, {"FamilyMember", relative, true, false}, {"FamilyInvitation", invitation, true, false}, {"PointsTransfer", transfer, true, false},
		{"Review", review, true, true}, {"ProductVariant", w.goods.String(), true, true}, {"Product", me.ask(t, `{product(slug:"honey"){id}}`).at("product.id"), true, true},
		{"Category", me.ask(t, `{categories{id}}`).at("categories.0.id"), true, true},
	} {
		covered[o.kind] = true
		me.ask(t, node, "id", o.id).want("node.id", o.id, "node.__typename", o.kind)
		for _, other := range []struct {
			email string
			sees  bool
		}{{operator, o.staff}, {boris, o.both}, {nobody, o.both}} {
			want := "null"
			if other.sees {
				want = fmt.Sprintf(`{"__typename":%q,"id":%q}`, o.kind, o.id)
			}
			if got := s.as(t, other.email).ask(t, node, "id", o.id).at("node"); got != want {
				t.Errorf("%s for %q: %s, want %s", o.kind, other.email, got, want)
			}
		}
	}
	staff.ask(t, node, "id", staffMember).want("node.id", staffMember)
	me.ask(t, node, "id", staffMember).want("node", "null")
	rule := staff.ask(t, `{desk{earningRules{id}}}`).at("desk.earningRules.0.id")
	staff.ask(t, node, "id", rule).want("node.id", rule)
	me.ask(t, node, "id", rule).want("node", "null")
	boss := s.as(t, admin)
	file := boss.bring(t, "sales.csv", []byte(importHeader))
	imported := boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "i", "kind": "SALES", "fileId": file, "format": "sales"}).at("importStart.import.id")
	boss.ask(t, node, "id", imported).want("node.id", imported, "node.__typename", "Import")
	head.ask(t, node, "id", imported).want("node", "null")
	me.ask(t, node, "id", imported).want("node", "null")
	covered["StaffMember"], covered["EarningRule"], covered["Import"] = true, true, true
	for _, d := range published(t).PossibleTypes["Node"] {
		if !covered[d.Name] {
			t.Errorf("%s is a node that this test does not try", d.Name)
		}
	}

	stranger := s.as(t, boris)
	stranger.ask(t, `query($n:String!){viewer{customer{order(number:$n){id} orders{nodes{id}} wallet{active} devices{id}}}}`, "n", number).want(
		"viewer.customer.order", "null", "viewer.customer.orders.nodes", "[]", "viewer.customer.wallet.active", "0", "viewer.customer.devices", "[]")
	stranger.ask(t, cancelDoc, "key", "c", "id", order).failed("NOT_FOUND")
	stranger.ask(t, `mutation($id:ID!){deviceRemove(input:{deviceId:$id}){deviceId userErrors{code}}}`, "id", device).want("deviceRemove.deviceId", "null")
	stranger.ask(t, `mutation($id:ID!){sessionEnd(input:{sessionId:$id}){sessionId}}`, "id", own.at("viewer.customer.sessions.0.id")).failed("NOT_FOUND")
	for transport, follow := range transports {
		if m := follow(stranger, t, orderEventsDoc, "id", order).receive(t); !strings.Contains(string(m.Payload), `"code":"NOT_FOUND"`) {
			t.Errorf("%s: a foreign order can be followed: %s %s", transport, m.Type, m.Payload)
		}
	}
	stranger.ask(t, `{events(first:100){nodes{kind}}}`).want("events.nodes", "[]")
	me.ask(t, `{viewer{customer{devices{id}}}}`).want("viewer.customer.devices.0.id", device)
	me.ask(t, `{viewer{customer{externalNumber figures{net}}}}`).want("viewer.customer.figures", "null", "viewer.customer.externalNumber", "null")
}

func TestRights_ACustomerIsNotShownWhatIsInPreparation(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	id := s.as(t, manager).ask(t, `mutation{productCreate(input:{idempotencyKey:"p",slug:"secret",kind:SERVICE,name:{ru:"Тайна"},status:DRAFT,
		variants:[{sku:"S-1",price:"10.00"}]}){product{id variants{id}} userErrors{code}}}`).want("productCreate.userErrors", "[]")
	product, variant := id.at("productCreate.product.id"), id.at("productCreate.product.variants.0.id")
	me := s.as(t, anna)
	for _, object := range []string{product, variant} {
		me.ask(t, `query($id:ID!){node(id:$id){id}}`, "id", object).want("node", "null")
	}
	me.ask(t, `query($id:ID!){product(id:$id){id} products(search:"Тайна",where:{status:{oneOf:[DRAFT]}}){nodes{slug}}}`, "id", product).want("product", "null").hasNot("secret")
	me.ask(t, placeDoc, "key", "k", "lines", lines{{"variantId": variant, "quantity": 1}}).want("orderPlace.userErrors.0.code", "NOT_FOUND")
	s.as(t, operator).ask(t, `{desk{products(search:"Тайна"){nodes{slug status}}}}`).want("desk.products.nodes.0.slug", "secret")
}
