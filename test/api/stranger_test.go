package api_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/domain"
)

// foreign says of one argument what it names and what becomes of a stranger who gives somebody else's: a code of errors or userErrors, or null for an
// answer in which there is nothing.
type foreign struct {
	kind     string
	stranger string // a customer who has nothing to do with it
	staff    string // the lowest role; empty where it is a matter of the staff
}

const (
	null     = "null"
	public   = "public" // as a kind: shown to everybody; the catalogue
	notFound = "NOT_FOUND"
)

// foreignIDs are the arguments of customers' fields that name an object. An argument that is new in the schema is not in here, which fails the
// test until it is said what a stranger sees. Fields of the staff need no entry: who lacks the role is refused whatever they ask for.
var foreignIDs = map[string]foreign{
	"Query.node.id":                                    {"", null, ""}, // each type of its own: see TestRights_SomebodyElsesObjectsDoNotExist
	"Query.product.id":                                 {public, "", ""},
	"Query.product.slug":                               {public, "", ""},
	"Query.club.id":                                    {"Club", null, ""},
	"Query.club.slug":                                  {"slug", null, ""},
	"Query.clubFeed.clubId":                            {"Club", notFound, ""},
	"Query.post.id":                                    {"Post", null, ""},
	"Query.orderPreview.input.lines.variantId":         {public, "", ""},
	"Mutation.sessionEnd.input.sessionId":              {"Session", notFound, notFound},
	"Mutation.deviceRemove.input.deviceId":             {"Device", null, null},
	"Mutation.clubJoin.input.clubId":                   {"Club", notFound, ""},
	"Mutation.clubLeave.input.clubId":                  {"Club", notFound, ""},
	"Mutation.clubMemberDecide.input.clubId":           {"Club", notFound, ""},
	"Mutation.clubMemberDecide.input.customerId":       {"Customer", notFound, ""},
	"Mutation.familyAccept.input.invitationId":         {"FamilyInvitation", "FAMILY_REFUSED", ""},
	"Mutation.familyDecline.input.invitationId":        {"FamilyInvitation", "FAMILY_REFUSED", ""},
	"Mutation.familyLeave.input.familyId":              {"Family", "FAMILY_REFUSED", ""},
	"Mutation.pointsTransferStart.input.to":            {"FamilyMember", "FAMILY_REFUSED", ""},
	"Mutation.pointsTransferComplete.input.transferId": {"PointsTransfer", notFound, ""},
	"Mutation.orderPlace.input.lines.variantId":        {public, "", ""},
	"Mutation.orderCancel.input.orderId":               {"Order", notFound, ""},
	"Mutation.postCreate.input.clubId":                 {"Club", notFound, ""},
	"Mutation.postCreate.input.pictures.id":            {"Picture", notFound, ""},
	"Mutation.postCreate.input.offerIds":               {"ClubOffer", notFound, ""},
	"Mutation.commentCreate.input.postId":              {"Post", notFound, ""},
	"Mutation.commentCreate.input.replyToId":           {"Comment", notFound, ""},
	"Mutation.contentEdit.input.id":                    {"Post", notFound, "FORBIDDEN"},
	"Mutation.contentEdit.input.pictures.id":           {"Picture", notFound, "FORBIDDEN"},
	"Mutation.contentEdit.input.offerIds":              {"ClubOffer", notFound, "FORBIDDEN"},
	"Mutation.contentRemove.input.id":                  {"Comment", notFound, "FORBIDDEN"},
	"Mutation.contentHide.input.id":                    {"Comment", notFound, ""},
	"Mutation.contentReport.input.id":                  {"Comment", notFound, ""},
	"Mutation.reactionSet.input.id":                    {"Comment", notFound, ""},
	"Mutation.postPin.input.postId":                    {"Post", notFound, ""},
	"Mutation.clubSee.input.clubId":                    {"Club", notFound, ""},
	"Mutation.clubMute.input.clubId":                   {"Club", notFound, ""},
	"Mutation.clubPushSet.input.clubId":                {"Club", notFound, ""},
	"Mutation.reviewCreate.input.productId":            {public, "", ""},
	"Mutation.reviewEdit.input.reviewId":               {"Review", notFound, ""},
	"Subscription.orderEvents.orderId":                 {"Order", notFound, ""},
	"Subscription.clubEvents.clubId":                   {"Club", notFound, ""},
}

// place is where a schema takes an id or another name of one object.
type place struct {
	owner string
	field *ast.FieldDefinition
	path  string // Mutation.orderCancel.input.orderId
}

// places walks the arguments of the root fields and of the desk's.
func places(schema *ast.Schema) (all []place) {
	for _, owner := range []string{"Query", "Mutation", "Subscription", "Desk"} {
		for _, field := range schema.Types[owner].Fields {
			var walk func(typ *ast.Type, name, path string)
			walk = func(typ *ast.Type, name, path string) {
				definition := schema.Types[typ.Name()]
				switch {
				case name == "idempotencyKey":
				case definition.Name == "ID", name == "slug" && owner == "Query", name == "number" && owner != "Mutation":
					all = append(all, place{owner, field, path})
				case definition.Kind == ast.InputObject:
					for _, f := range definition.Fields {
						walk(f.Type, f.Name, path+"."+f.Name)
					}
				}
			}
			for _, a := range field.Arguments {
				walk(a.Type, a.Name, owner+"."+field.Name+"."+a.Name)
			}
		}
	}
	return all
}

// request writes documents that call one field: with what it requires, and ids as given by path.
type request struct {
	schema *ast.Schema
	place  place
	ids    map[string]string
}

func (r request) document() string {
	var args []string
	for _, a := range r.place.field.Arguments {
		if value := r.value(a.Type, a.Name, r.place.owner+"."+r.place.field.Name+"."+a.Name); value != "" {
			args = append(args, a.Name+":"+value)
		}
	}
	text := r.place.field.Name + "(" + strings.Join(args, ",") + ")" + shallow(r.schema, r.place.field.Type.Name(), 2)
	switch r.place.owner {
	case "Desk":
		return "{desk{" + text + "}}"
	case "Query":
		return "{" + text + "}"
	}
	return strings.ToLower(r.place.owner) + "{" + text + "}"
}

// value is a literal for an argument; empty for what may be left out.
func (r request) value(typ *ast.Type, name, path string) string {
	definition := r.schema.Types[typ.Name()]
	id, given := r.ids[path]
	inside := slices.ContainsFunc(slices.Collect(maps.Keys(r.ids)), func(p string) bool { return strings.HasPrefix(p, path+".") })
	switch {
	case !typ.NonNull && !given && !inside && name != "reason":
		return ""
	case typ.Elem != nil:
		return "[" + r.value(&ast.Type{NamedType: typ.Elem.Name(), NonNull: true}, name, path) + "]"
	case given:
		return fmt.Sprintf("%q", id)
	case name == "idempotencyKey":
		return fmt.Sprintf(`"key of %s"`, path)
	case definition.Name == "MemberAction":
		return "BAN"
	case definition.Kind == ast.InputObject:
		var fields []string
		for _, f := range definition.Fields {
			if value := r.value(f.Type, f.Name, path+"."+f.Name); value != "" {
				fields = append(fields, f.Name+":"+value)
			}
		}
		sort.Strings(fields)
		return "{" + strings.Join(fields, ",") + "}"
	}
	return literal(r.schema, typ, name)
}

// shallow selects every field that takes no required argument, so many levels deep.
func shallow(schema *ast.Schema, name string, levels int) string {
	definition := schema.Types[name]
	if !definition.IsCompositeType() {
		return ""
	}
	fields := []string{"__typename"}
	for _, f := range definition.Fields {
		required := slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
		leaf := !schema.Types[f.Type.Name()].IsCompositeType()
		if strings.HasPrefix(f.Name, "__") || required || !leaf && levels == 1 {
			continue
		}
		fields = append(fields, f.Name+shallow(schema, f.Type.Name(), levels-1))
	}
	return "{" + strings.Join(fields, " ") + "}"
}

// outcome is what became of a request: a code of errors, else of userErrors, else null when there is nothing in the answer, else done.
func outcome(a answer) string {
	if code := a.errorCode(); code != "" {
		return code
	}
	data, _ := a.body["data"].(map[string]any)
	done := null
	var look func(v any, name string)
	look = func(v any, name string) {
		switch v := v.(type) {
		case nil:
		case map[string]any:
			for key, inner := range v {
				look(inner, key)
			}
		case []any:
			for _, inner := range v {
				look(inner, name)
			}
		default:
			if name != "__typename" {
				done = "done"
			}
		}
	}
	for _, root := range data {
		payload, _ := root.(map[string]any)
		if refused, _ := lookUp(payload, "userErrors.0.code"); refused != nil {
			return asText(refused)
		}
		look(root, "")
	}
	return done
}

func TestStranger_GetsAndChangesNothingByNamingWhatBelongsToSomebodyElse(t *testing.T) {
	t.Parallel()
	schema := published(t)
	w := newWorld(t)
	s := w.serve(t, "KABINET_UPKEEP=24h")
	hers, his := s.settle(t, anna, "Markova"), s.settle(t, boris, "Borisov")
	w.still(t)
	before, seen := w.imprint(t), map[string]bool{}
	for _, p := range places(schema) {
		rule, known := foreignIDs[p.path]
		seen[p.path] = true
		switch {
		case !known && p.forCustomers():
			t.Errorf("%s is not in foreignIDs: say what it names and what a stranger gets", p.path)
			continue
		case !known: // the role refuses, whatever is named
			rule.kind = "Order"
		case rule.kind == public || rule.kind == "":
			continue
		}
		for _, who := range strangers {
			if want := p.expected(rule, who.email, who.has); want != "" {
				s.tryForeign(t, request{schema: schema, place: p, ids: ownIDs(p, his)}, who.email, hers[rule.kind], rule.kind, want)
			}
		}
		if now := w.imprint(t); !maps.Equal(before, now) {
			t.Errorf("%s: strangers changed %v", p.path, changed(before, now))
			before = now
		}
	}
	for path := range foreignIDs {
		if !seen[path] {
			t.Errorf("%s is no longer in the schema", path)
		}
	}
	s.ownersMay(t, schema, his)
}

// ownersMay shows that strangers are refused for whose the object is and for nothing else: the same requests about what is one's own come further.
func (s *server) ownersMay(t *testing.T, schema *ast.Schema, his belongings) {
	t.Helper()
	var lastOnes []place
	try := func(p place) {
		rule := foreignIDs[p.path]
		owner := boris
		if rule.kind == "FamilyInvitation" {
			owner = "late-friend-of-" + boris
		}
		r := request{schema: schema, place: p, ids: ownIDs(p, his)}
		r.ids[p.path] = his[rule.kind]
		if got := s.as(t, owner).ask(t, r.document()); outcome(got) == rule.stranger || outcome(got) == "INTERNAL" {
			t.Errorf("%s: the owner is refused like a stranger\n%s\n%s", p.path, r.document(), got.text)
		}
	}
	for _, p := range places(schema) {
		switch rule := foreignIDs[p.path]; {
		case rule.kind == "" || rule.kind == public || p.owner == "Subscription" || p.field.Name == "familyAccept" || p.field.Name == "clubMemberDecide":
		case slices.ContainsFunc([]string{"End", "Leave", "Remove", "Cancel", "Hide"}, func(verb string) bool { return strings.HasSuffix(p.field.Name, verb) }):
			lastOnes = append(lastOnes, p)
		default:
			try(p)
		}
	}
	for _, p := range slices.Backward(lastOnes) { // who has left the club can remove nothing there, and a session takes its device with it
		try(p)
	}
}

// strangers try, with the rights that each has.
var strangers = []struct{ email, has string }{{boris, "anyone, signed in, customer"}, {nobody, "anyone"}, {operator, "anyone, signed in, OPERATOR"}}

func (p place) forCustomers() bool {
	return slices.Contains([]string{"anyone", "signed in", "customer"}, rights[p.owner+"."+p.field.Name])
}

// expected is what a stranger is to get; empty where it is their business.
func (p place) expected(rule foreign, email, has string) string {
	switch right := rights[p.owner+"."+p.field.Name]; {
	case !strings.Contains(has, right) && email == nobody:
		return "UNAUTHENTICATED"
	case !strings.Contains(has, right):
		return "FORBIDDEN"
	case email == operator:
		return rule.staff
	}
	return rule.stranger
}

// tryForeign names somebody else's object and one that does not exist. Both must be answered in the same way: ids are no probes.
func (s *server) tryForeign(t *testing.T, r request, email, id, kind, want string) {
	t.Helper()
	c := s.as(t, email)
	if r.place.owner == "Subscription" {
		c = c.with("Accept", "text/event-stream")
	}
	nothing := domain.GID{Kind: kind, N: 987654}.String()
	if kind == "slug" {
		nothing = "no-such-club"
	}
	var answers []string
	try := []string{id, nothing}
	if email == operator { // who sees it anyway, and may be told more
		try = try[:1]
	}
	for _, named := range try {
		r.ids[r.place.path] = named
		got := c.ask(t, r.document())
		result := outcome(got)
		if r.place.owner == "Subscription" {
			result = "an open stream"
			if code := sseCode.FindStringSubmatch(got.text); code != nil {
				result = code[1]
			}
		}
		if result != want || strings.Contains(got.text, "Markova") {
			t.Errorf("%s as %q: %s, want %s\n%s\n%s", r.place.path, email, result, want, r.document(), got.text)
		}
		answers = append(answers, anyRequestID.ReplaceAllString(strings.ReplaceAll(got.text, named, "ID"), ""))
	}
	if answers[0] != answers[len(answers)-1] {
		t.Errorf("%s as %q: what is somebody else's can be told from what does not exist:\n%s\n%s", r.place.path, email, answers[0], answers[1])
	}
}

var (
	sseCode      = regexp.MustCompile(`"code":"([A-Z_]+)"`)
	anyRequestID = regexp.MustCompile(`"requestId":"[^"]*"|"column":\d+`)
)

// ownIDs are ids of the caller's own for every place of a field that must be filled.
func ownIDs(p place, own belongings) map[string]string {
	ids := map[string]string{}
	for path, rule := range foreignIDs {
		if strings.HasPrefix(path, p.owner+"."+p.field.Name+".") && path != p.path && required(p, path) {
			ids[path] = own[rule.kind]
		}
	}
	return ids
}

// required tells the ids without which a field cannot be asked for.
func required(p place, path string) bool {
	return !strings.Contains(path, ".pictures.") && !slices.Contains([]string{"offerIds", "replyToId"}, path[strings.LastIndex(path, ".")+1:]) && p.owner != "Query"
}

func changed(before, now map[string]string) (tables []string) {
	for name, digest := range now {
		if before[name] != digest {
			tables = append(tables, name)
		}
	}
	sort.Strings(tables)
	return tables
}
