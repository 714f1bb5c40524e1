package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	importUploadDoc = `mutation($k:ID!,$n:String!){importFileUpload(input:{idempotencyKey:$k,name:$n}){file{id} uploadUrl maxBytes userErrors{code message field}}}`
	importFields    = `id kind state source percent rowsRead rowsAccepted rowsRejected files{name bytes} figures{name value} error{code message detail} rejects{url} club{slug}`
	importStartDoc  = `mutation($input:ImportStartInput!){importStart(input:$input){import{` + importFields + `} userErrors{code message field}}}`
	importDoc       = `query($id:ID!){desk{import(id:$id){` + importFields + `}}}`
)

const importHeader = "invoice,customer,product,name,quantity,price,date\n"

// put sends bytes to a path as a browser does.
func (s *server) put(t *testing.T, path string, content []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.url+path, bytes.NewReader(content))
	must(t, err)
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	must(t, response.Body.Close())
	return response.StatusCode
}

// pathOf is an address without its host.
func pathOf(url string) string {
	_, path, _ := strings.Cut(url, "/import/")
	return "/import/" + path
}

// bring uploads a file for an import and returns its id.
func (c caller) bring(t *testing.T, name string, content []byte) string {
	t.Helper()
	place := c.ask(t, importUploadDoc, "k", name, "n", name).want("importFileUpload.userErrors", "[]")
	if code := c.s.put(t, pathOf(place.at("importFileUpload.uploadUrl")), content); code != http.StatusNoContent {
		t.Fatalf("%s was answered with %d", name, code)
	}
	return place.at("importFileUpload.file.id")
}

// ended waits until an import has ended.
func (c caller) ended(t *testing.T, id string) answer {
	t.Helper()
	var now answer
	eventually(t, "the import ends", func() bool {
		now = c.ask(t, importDoc, "id", id)
		state := now.at("desk.import.state")
		return state != "QUEUED" && state != "RUNNING"
	})
	return now
}

// healthy asks the doctor.
func (w *world) healthy(t *testing.T, data string) {
	t.Helper()
	doctor := exec.CommandContext(t.Context(), os.Getenv(binaryVariable), "doctor")
	doctor.Env = append(cleanEnvironment(), "DATABASE_URL="+w.dsn, "KABINET_SECRET="+secret, "KABINET_DATA="+data)
	if out, err := doctor.CombinedOutput(); err != nil {
		t.Errorf("the doctor: %v\n%s", err, out)
	}
}

type fields = map[string]any

func TestImports_TakeSalesInAndSayWhatTheyCouldNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := t.TempDir()
	s := w.serve(t, "KABINET_DATA="+data)
	boss := s.as(t, admin)
	live, others := boss.followWS(t, `subscription{deskEvents(after:"e0"){kind ... on ImportEvent{import{state rowsRead}}}}`), s.as(t, manager).followWS(t, `subscription{deskEvents(after:"e0"){kind}}`)
	file := boss.bring(t, "march.csv", []byte(importHeader+"1001,C-17,HONEY,Honey,2,350.50,2026-03-01 10:15:00\n1001,C-17,TEA,Tea,1,many,2026-03-01 10:15:00\n"+
		"1002,,TEA,Tea,3,120.00,2026-03-01 12:40:00\n"))
	input := fields{"idempotencyKey": "k", "kind": "SALES", "fileId": file, "format": "sales"}
	started := boss.ask(t, importStartDoc, "input", input).want("importStart.userErrors", "[]", "importStart.import.source", "my-shop", "importStart.import.files.0.name", "march.csv")
	id := started.at("importStart.import.id")
	boss.ask(t, importStartDoc, "input", input).want("importStart.import.id", id)
	done := boss.ended(t, id).want("desk.import.state", "DONE", "desk.import.rowsRead", "3", "desk.import.rowsAccepted", "2", "desk.import.rowsRejected", "1",
		"desk.import.percent", "100", "desk.import.error", "null", "desk.import.figures.0.name", "lines", "desk.import.figures.0.value", "2", "desk.import.figures.1.value", "2")
	code, header, rows := s.fetch(t, pathOf(done.at("desk.import.rejects.url")))
	if code != http.StatusOK || !strings.Contains(string(rows), "BAD_NUMBER") || header.Get("Content-Type") != "text/csv; charset=utf-8" || header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("rejected rows: %d %s", code, rows)
	}
	if code, _, _ := s.fetch(t, "/import/rejects/made-up"); code != http.StatusNotFound {
		t.Errorf("a made-up link: %d", code)
	}
	for state := ""; state != "DONE"; {
		if e := live.next(t); e.Import != nil {
			state = e.Import.State
		}
	}
	s.as(t, anna).place(t, "order")
	for kind := ""; kind != "ORDER_PLACED"; {
		if kind = others.next(t).Kind; kind == "IMPORT_CHANGED" {
			t.Fatal("a manager hears of an import")
		}
	}
	// The same file again, under another name and in gzip, changes nothing.
	again := boss.bring(t, "again.csv.gz", packed(t, importHeader+"1001,C-17,HONEY,Honey,2,350.50,2026-03-01 10:15:00\n1001,C-17,TEA,Tea,1,many,2026-03-01 10:15:00\n"+
		"1002,,TEA,Tea,3,120.00,2026-03-01 12:40:00\n"))
	id = boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "k2", "kind": "SALES", "fileId": again, "format": "sales"}).at("importStart.import.id")
	boss.ended(t, id).want("desk.import.state", "DONE", "desk.import.figures.0.value", "2", "desk.import.rowsRejected", "1")
	boss.ask(t, `{desk{imports(first:1){nodes{id} pageInfo{hasNextPage}} auditTrail(first:1){nodes{action subjectId}}}}`).want(
		"desk.imports.nodes.0.id", id, "desk.imports.pageInfo.hasNextPage", "true", "desk.auditTrail.nodes.0.action", "importStart", "desk.auditTrail.nodes.0.subjectId", id)
	w.healthy(t, data)
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}

// manySales is a file of several batches.
func manySales(lines int) []byte {
	var b bytes.Buffer
	b.WriteString(importHeader)
	for n := range lines {
		fmt.Fprintf(&b, "%d,C-%d,P-%d,Thing,1,%d.10,2026-03-01 10:15:00\n", 1000+n/4, n/400, n%50, 1+n%50)
	}
	return b.Bytes()
}

func TestImports_GoOnAfterAKill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := t.TempDir()
	s := w.serve(t, "KABINET_DATA="+data)
	boss := s.as(t, admin)
	const lines = 90_000
	file := boss.bring(t, "year.csv", manySales(lines))
	id := boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "k", "kind": "SALES", "fileId": file, "format": "sales"}).at("importStart.import.id")
	eventually(t, "a batch is stored", func() bool { return w.count(t, `select coalesce(max(records), 0) from import_run`) > 0 })
	s.kill()
	s.failure = nil
	if n := w.count(t, `select max(records) from import_run`); n >= lines {
		t.Fatalf("%d records were stored before the kill: the test is too slow for its file", n)
	}
	w.sql(t, `update job set lease_until = now() where state = 'RUNNING'`) // what the killed one worked on would be waited for
	boss = w.serve(t, "KABINET_DATA="+data).as(t, admin)
	boss.ended(t, id).want("desk.import.state", "DONE", "desk.import.rowsRead", fmt.Sprint(lines), "desk.import.rowsRejected", "0", "desk.import.figures.0.value", fmt.Sprint(lines),
		"desk.import.figures.1.value", fmt.Sprint(lines/4))
	w.healthy(t, data)
}

func TestImports_CanBeCalledOffAndGoOnLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boss := w.serve(t).as(t, admin)
	const lines = 90_000
	start := func(key, file string) string {
		return boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": key, "kind": "SALES", "fileId": file, "format": "sales"}).at("importStart.import.id")
	}
	cancel := func(id string) answer {
		return boss.ask(t, `mutation($id:ID!){importCancel(input:{importId:$id}){import{state} userErrors{code}}}`, "id", id)
	}
	file := boss.bring(t, "year.csv", manySales(lines))
	first, second := start("1", file), start("2", file)
	cancel(second).want("importCancel.import.state", "CANCELLED")
	eventually(t, "a batch is stored", func() bool { return w.count(t, `select coalesce(max(records), 0) from import_run`) > 0 })
	cancel(first)
	boss.ended(t, first).want("desk.import.state", "CANCELLED")
	if n := w.count(t, `select max(records) from import_run`); n == 0 || n >= lines {
		t.Fatalf("%d records are stored", n)
	}
	boss.ended(t, start("3", file)).want("desk.import.state", "DONE", "desk.import.figures.0.value", fmt.Sprint(lines))
	cancel(first).want("importCancel.import.state", "CANCELLED")
	boss.ask(t, `{desk{import(id:"SW1wb3J0Ojk5")  {id}}}`).want("desk.import", "null")
}

func TestImports_SayWhatIsWrongWithAFileAndLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t, "KABINET_IMPORT_MB=1")
	boss := s.as(t, admin)
	sound := boss.bring(t, "sound.csv", []byte(importHeader+"1,C-1,TEA,Tea,3,120.00,2026-03-01 12:40:00\n"))
	start := func(key string, more fields) answer {
		input := fields{"idempotencyKey": key, "kind": "SALES", "fileId": sound}
		for name, value := range more {
			input[name] = value
		}
		return boss.ask(t, importStartDoc, "input", input)
	}
	start("1", nil).want("importStart.import", "null", "importStart.userErrors.0.code", "REQUIRED", "importStart.userErrors.0.field", `["mapping"]`)
	start("2", fields{"format": "none"}).want("importStart.userErrors.0.code", "NOT_FOUND", "importStart.userErrors.0.field", `["format"]`)
	start("3", fields{"mapping": "kind: sales\ncolour: red\n"}).want("importStart.userErrors.0.code", "INVALID", "importStart.userErrors.0.field", `["mapping"]`)
	other := boss.bring(t, "other.csv", []byte("a,b,c\n1,2,3\n"))
	start("4", fields{"fileId": other, "format": "sales"}).want("importStart.userErrors.0.code", "INVALID", "importStart.userErrors.0.field", `["fileId"]`,
		"importStart.userErrors.0.message", "The file lacks these columns: customer, date, invoice, name, price, product, quantity. It has: a, b, c")
	// A file that was announced and did not come, one that is too large, and a link that is made up.
	place := boss.ask(t, importUploadDoc, "k", "lost", "n", "lost.csv")
	start("5", fields{"fileId": place.at("importFileUpload.file.id"), "format": "sales"}).want("importStart.userErrors.0.code", "NOT_FOUND", "importStart.userErrors.0.field", `["fileId"]`)
	if code := s.put(t, pathOf(place.at("importFileUpload.uploadUrl")), make([]byte, 1<<20+1)); code != http.StatusRequestEntityTooLarge {
		t.Errorf("a file that is too large: %d", code)
	}
	if code := s.put(t, "/import/upload/made-up", nil); code != http.StatusNotFound {
		t.Errorf("a made-up link: %d", code)
	}
	// What only shows while it is read.
	mapping := boss.ask(t, `{desk{importFormats{name mapping}}}`).at("desk.importFormats.0.mapping")
	foreign := start("6", fields{"mapping": strings.Replace(mapping, "currency: RUB", "currency: GBP", 1)}).at("importStart.import.id")
	boss.ended(t, foreign).want("desk.import.state", "FAILED", "desk.import.error.code", "CONFLICT", "desk.import.rowsRead", "0")
	whole := packed(t, string(manySales(60_000)))
	broken := boss.bring(t, "broken.csv.gz", whole[:len(whole)*2/3])
	id := start("7", fields{"fileId": broken, "mapping": strings.Replace(mapping, "source: my-shop", "source: broken", 1)}).want("importStart.userErrors", "[]").at("importStart.import.id")
	failed := boss.ended(t, id).want("desk.import.state", "FAILED", "desk.import.error.code", "FILE_UNREADABLE")
	if detail := failed.at("desk.import.error.detail"); strings.Contains(detail, "upload-") || !strings.Contains(detail, "broken.csv.gz") {
		t.Errorf("what was wrong: %s", detail)
	}
	boss.ended(t, start("8", fields{"format": "sales"}).at("importStart.import.id")).want("desk.import.state", "DONE", "desk.import.figures.0.value", "1")
	w.healthy(t, t.TempDir())
}

func TestImports_TakeReferralsAndPostsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	boss := s.as(t, admin)
	members := boss.bring(t, "members.csv", []byte("member_id,joined_at\n1,2026-01-01T00:00:00Z\n2,2026-01-02T00:00:00Z\n"))
	vouches := boss.bring(t, "vouches.csv", []byte("vouched_at,from_member,to_member\n2026-02-01T00:00:00Z,1,2\n2026-02-02T00:00:00Z,2,1\n"))
	boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "r0", "kind": "REFERRALS", "fileId": members, "membersFileId": vouches, "source": "circle"}).want(
		"importStart.userErrors.0.code", "INVALID", "importStart.userErrors.0.field", `["fileId"]`)
	id := boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "r", "kind": "REFERRALS", "fileId": vouches, "membersFileId": members, "source": "circle"}).at("importStart.import.id")
	done := boss.ended(t, id).want("desk.import.state", "DONE", "desk.import.rowsRead", "2", "desk.import.rowsRejected", "1", "desk.import.figures.0.name", "members", "desk.import.figures.0.value", "2")
	if _, _, rows := s.fetch(t, pathOf(done.at("desk.import.rejects.url"))); !strings.Contains(string(rows), "OWN_DESCENDANT") {
		t.Errorf("refused lines: %s", rows)
	}
	club := boss.ask(t, `mutation{clubCreate(input:{idempotencyKey:"c",slug:"pines",name:{ru:"Сосны",en:"Pines"},entry:OPEN}){club{id}}}`).at("clubCreate.club.id")
	posts := boss.bring(t, "Posts.xml", []byte(`<posts><row Id="1" PostTypeId="1" CreationDate="2015-01-27T20:09:32.720" Body="&lt;p&gt;Hi&lt;/p&gt;" Title="Hello?" />
<row Id="3" PostTypeId="2" ParentId="99" CreationDate="2015-01-28T20:09:32.720" Body="lost" /></posts>`))
	boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "p0", "kind": "POSTS", "fileId": posts}).want("importStart.userErrors.0.field", `["clubId"]`, "importStart.userErrors.1.field", `["source"]`)
	id = boss.ask(t, importStartDoc, "input", fields{"idempotencyKey": "p", "kind": "POSTS", "fileId": posts, "clubId": club, "source": "old"}).at("importStart.import.id")
	boss.ended(t, id).want("desk.import.state", "DONE", "desk.import.club.slug", "pines", "desk.import.rowsRead", "2", "desk.import.rowsRejected", "1", "desk.import.figures.1.value", "1")
}
