package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// knownDocuments writes manifests as apps' builds do, one of each form, and returns their folder and the ids.
func knownDocuments(t *testing.T, texts ...string) (folder string, ids []string) {
	t.Helper()
	folder = t.TempDir()
	plain := map[string]string{}
	apollo := map[string]any{"format": "apollo-persisted-query-manifest", "version": 1}
	var operations []map[string]string
	for i, text := range texts {
		sum := sha256.Sum256([]byte(text))
		id := hex.EncodeToString(sum[:])
		if ids = append(ids, id); i%2 == 0 {
			plain[id] = text
			continue
		}
		operations = append(operations, map[string]string{"id": id, "name": "Some", "type": "query", "body": text})
	}
	apollo["operations"] = operations
	for name, content := range map[string]any{"web.json": plain, "ios.json": apollo} {
		b, err := json.Marshal(content)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, name), b, 0o600))
	}
	return folder, ids
}

const (
	knownProduct = `query Honey($slug:String!){product(slug:$slug){name}}`
	knownViewer  = `query Me{viewer{customer{email}}}`
	knownEvents  = `subscription Follow($id:ID!){orderEvents(orderId:$id){cursor}}`
	unknownText  = `{business{name}}`
)

func apq(id string) map[string]any {
	return map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": id}}
}

func TestDocuments_AreNamedByTheirIdsOverEveryTransport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder, ids := knownDocuments(t, knownProduct, knownViewer, knownEvents)
	s := w.serve(t, "KABINET_DOCUMENTS="+folder, "KABINET_TRUSTED_DOCUMENTS=all")
	c, honey := s.as(t, nobody), map[string]any{"slug": "honey"}
	for name, body := range map[string]map[string]any{
		"id":                 {"documentId": ids[0], "variables": honey},
		"id with its digest": {"documentId": "sha256:" + ids[0], "variables": honey},
		"Apollo's extension": {"extensions": apq(ids[0]), "variables": honey},
		"a known text":       {"query": knownProduct, "variables": honey},
		"both, that agree":   {"query": knownProduct, "extensions": apq(ids[0]), "variables": honey},
	} {
		if got := c.post(t, body); got.at("product.name") != "Linden honey" {
			t.Errorf("%s: %s", name, got.text)
		}
	}
	c.send(t, "GET", "/graphql?documentId="+ids[0]+"&variables="+url.QueryEscape(`{"slug":"honey"}`), nil).want("product.name", "Linden honey")
	c.with("Accept", "text/event-stream").post(t, map[string]any{"documentId": ids[0], "variables": honey}).has("event: next", "Linden honey")
}

func TestDocuments_OthersAreRefusedWhereOnlyKnownOnesAreTrusted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder, ids := knownDocuments(t, knownProduct, knownViewer, knownEvents, startDoc, completeDoc)
	documents := "KABINET_DOCUMENTS=" + folder
	open, closed, staffFree := w.serve(t, documents), w.serve(t, documents, "KABINET_TRUSTED_DOCUMENTS=all"), w.serve(t, documents, "KABINET_TRUSTED_DOCUMENTS=customers")
	const code = "UNKNOWN_DOCUMENT"
	made := strings.Repeat("0", 64)
	me, staff, strange := open.as(t, anna), open.as(t, operator), open.as(t, nobody)
	at := func(c caller, s *server) caller { c.s = s; return c }

	strange.ask(t, unknownText).want()
	strange.post(t, map[string]any{"documentId": made}).status(200).failed(code)
	for _, s := range []*server{closed, staffFree} {
		for _, c := range []caller{at(me, s), at(strange, s)} {
			for name, body := range map[string]map[string]any{
				"a text":                         {"query": unknownText},
				"introspection":                  {"query": "{__schema{types{name}}}"},
				"an id that was made up":         {"documentId": made},
				"an extension that was made up":  {"extensions": apq(made)},
				"a text under the id of another": {"query": unknownText, "documentId": ids[0]},
				"a text under Apollo's id":       {"query": unknownText, "extensions": apq(ids[0])},
				"a known one with a space more":  {"query": knownViewer + " "},
				"nothing":                        {"query": ""},
			} {
				if got := c.post(t, body); got.errorCode() != code || got.code != 200 {
					t.Errorf("%s: %d %s", name, got.code, got.text)
				}
			}
			c.send(t, "GET", "/graphql?query="+url.QueryEscape(unknownText), nil).status(200).failed(code)
			c.with("Accept", "text/event-stream").ask(t, unknownText).has(code).hasNot(`"data":{`)
		}
		if m := at(me, s).followWS(t, orderEventsDoc, "id", "x").receive(t); !strings.Contains(string(m.Payload), code) {
			t.Errorf("a websocket takes any document: %s %s", m.Type, m.Payload)
		}
	}
	at(staff, closed).ask(t, unknownText).status(200).failed(code)
	at(staff, staffFree).ask(t, unknownText).want()
	at(strange, staffFree).ask(t, unknownText).status(200).failed(code) // and not answered from memory
	at(me, closed).post(t, map[string]any{"documentId": ids[1]}).want("viewer.customer.email", anna)
	closed.signIn(t, "new@example.com")
	at(strange, closed).send(t, "GET", "/graphiql", nil).status(404)
}
