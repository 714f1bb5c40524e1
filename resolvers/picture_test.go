package resolvers_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"kabinet/domain"
)

const uploadDoc = `mutation($input:PictureUploadInput!){pictureUpload(input:$input){picture{id url(width:100) sizes{width height}} userErrors{code message field}}}`

// photo is a JPEG of a size.
func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil))
	return b.Bytes()
}

// form is an upload as it travels: parts by name, in this order.
type form []struct{ name, content string }

// uploadForm is the form of a picture.
func uploadForm(key, file string) form {
	operations, _ := json.Marshal(map[string]any{"query": uploadDoc, "variables": map[string]any{"input": map[string]any{"idempotencyKey": key, "file": nil}}})
	return form{{"operations", string(operations)}, {"map", `{"0":["variables.input.file"]}`}, {"0", file}}
}

func (a *api) send(t *testing.T, token string, f form, headers ...string) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range f {
		// The name and the type of a file are what its sender says; nobody believes them.
		part, err := w.CreateFormFile(p.name, `evil".svg`)
		must(t, err)
		_, err = part.Write([]byte(p.content))
		must(t, err)
	}
	must(t, w.Close())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url, &body)
	must(t, err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	got := answer{t: t, text: string(text)}
	must(t, json.Unmarshal(text, &got.body))
	return got
}

var preflight = []string{"GraphQL-Preflight", "1"}

// picture uploads a picture and returns its id.
func (a *api) picture(t *testing.T, token, key string) string {
	t.Helper()
	return a.send(t, token, uploadForm(key, string(photo(t, 300, 200))), preflight...).want("pictureUpload.userErrors", "[]").at("pictureUpload.picture.id")
}

func TestPictureUpload_TakesPicturesAndSaysWhatIsWrongWithOthers(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	jpg := string(photo(t, 3000, 1500))
	first := a.send(t, a.anna, uploadForm("k", jpg), preflight...).want("pictureUpload.userErrors", "[]", "pictureUpload.picture.sizes", `[{"height":1024,"width":2048}]`)
	a.send(t, a.anna, uploadForm("k", jpg), "Apollo-Require-Preflight", "true").want("pictureUpload.picture.id", first.at("pictureUpload.picture.id"))
	a.send(t, a.anna, uploadForm("k", string(photo(t, 8, 8))), preflight...).wantCode("CONFLICT")
	a.send(t, a.anna, uploadForm("", jpg), preflight...).want("pictureUpload.userErrors.0.code", "REQUIRED")
	for file, want := range map[string][2]string{
		`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`: {"INVALID", "This is not a picture: send JPEG, PNG, GIF or WebP."},
		jpg[:500]:                                  {"INVALID", "The picture is damaged: please try another one."},
		strings.Repeat("x", 13<<20):                {"TOO_LARGE", "The file is too large: at most 12 MB."},
		"GIF89a\xff\xff\xff\xff\x00\x00\x00":       {"TOO_LARGE", "The picture is too large: at most 50 megapixels."},
		"<!doctype html><script>alert(1)</script>": {"INVALID", "This is not a picture: send JPEG, PNG, GIF or WebP."},
	} {
		a.send(t, a.anna, uploadForm("other", file), preflight...).want("pictureUpload.picture", "null", "pictureUpload.userErrors.0.code", want[0],
			"pictureUpload.userErrors.0.message", want[1], "pictureUpload.userErrors.0.field", `["file"]`)
	}
}

func TestPictureUpload_IsOnlyForThoseWhoSignedInAndNotForFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	whole := uploadForm("k", string(photo(t, 8, 8)))
	a.send(t, "", whole, preflight...).wantCode("UNAUTHENTICATED")
	a.send(t, a.anna, whole).wantCode("INVALID")
	for name, broken := range map[string]form{
		"nothing":                  {},
		"no map":                   {whole[0], whole[2]},
		"the file first":           {whole[2], whole[0], whole[1]},
		"two files":                {whole[0], {"map", `{"0":["variables.input.file"],"1":["variables.input.file"]}`}, whole[2]},
		"a file in two places":     {whole[0], {"map", `{"0":["variables.input.file","variables.input.file"]}`}, whole[2]},
		"a file elsewhere":         {whole[0], {"map", `{"0":["variables.input.idempotencyKey"]}`}, whole[2]},
		"another file":             {whole[0], whole[1], {"1", "x"}},
		"no file":                  {whole[0], whole[1]},
		"a batch":                  {{"operations", "[" + whole[0].content + "]"}, whole[1], whole[2]},
		"a query":                  {{"operations", `{"query":"{viewer{customer{id}}}","variables":{"input":{}}}`}, whole[1], whole[2]},
		"no variables":             {{"operations", `{"query":"{viewer{customer{id}}}"}`}, whole[1], whole[2]},
		"a list for the variables": {{"operations", `{"query":"{__typename}","variables":{"input":[]}}`}, whole[1], whole[2]},
	} {
		if got := a.send(t, a.anna, broken, preflight...); !strings.Contains(got.text, `"code":"INVALID"`) {
			t.Errorf("%s: %s", name, got.text)
		}
	}
	a.ask(t, a.anna, uploadDoc, "input", map[string]any{"idempotencyKey": "k", "file": "a text"}).wantCode("INVALID")
}

func TestPosts_ShowPicturesAndOffersToThoseWhoReadThem(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.circle(t)
	stranger := a.customer(t, "stranger@example.com")
	mine, second, foreign := a.picture(t, a.anna, "1"), a.picture(t, a.anna, "2"), a.picture(t, a.boris, "3")
	const offerDoc = `mutation($key:ID!,$club:ID!,$name:String!){clubOfferCreate(input:{idempotencyKey:$key,clubId:$club,name:{en:$name},price:{percent:"10"},endsAt:"2099-01-01T00:00:00Z"}){
		offer{id} userErrors{code}}}`
	offer := a.ask(t, a.manager, offerDoc, "key", "1", "club", club, "name", "Spring").at("clubOfferCreate.offer.id")
	elsewhere := a.club(t, `{"idempotencyKey":"e","slug":"elsewhere","name":{"en":"Elsewhere"},"entry":"OPEN"}`)
	foreignOffer := a.ask(t, a.manager, offerDoc, "key", "2", "club", elsewhere, "name", "Other").at("clubOfferCreate.offer.id")
	const create = `mutation($key:ID!,$club:ID!,$pictures:[PostPictureInput!],$offers:[ID!]){postCreate(input:{idempotencyKey:$key,clubId:$club,text:"words",pictures:$pictures,offerIds:$offers}){
		post{id pictures{id alt url(width:1)} offers{id name left}} userErrors{code message field}}}`
	type shown = []map[string]any
	a.ask(t, a.anna, create, "key", "x", "club", club, "pictures", shown{{"id": foreign}}).want("postCreate.userErrors.0.code", "NOT_FOUND", "postCreate.userErrors.0.field", `["pictures","0"]`)
	a.ask(t, a.anna, create, "key", "x", "club", club, "pictures", shown{{"id": club}}).want("postCreate.userErrors.0.message", "There is no such picture: please upload it.")
	a.ask(t, a.anna, create, "key", "x", "club", club, "offers", []string{offer, foreignOffer}).want("postCreate.userErrors.0.code", "NOT_FOUND", "postCreate.userErrors.0.field", `["offerIds","1"]`)
	var many shown
	for range 11 {
		many = append(many, map[string]any{"id": mine})
	}
	a.ask(t, a.anna, create, "key", "x", "club", club, "pictures", many).want("postCreate.userErrors.0.message", "At most 10 pictures.")
	made := a.ask(t, a.anna, create, "key", "p", "club", club, "pictures", shown{{"id": second, "alt": "a lake"}, {"id": mine}}, "offers", []string{offer}).want(
		"postCreate.userErrors", "[]", "postCreate.post.pictures.0.id", second, "postCreate.post.pictures.0.alt", "a lake", "postCreate.post.pictures.1.id", mine,
		"postCreate.post.offers.0.id", offer)
	id := made.at("postCreate.post.id")
	const read = `query($club:ID!){clubFeed(clubId:$club){nodes{pictures{id} offers{name price{percent}}}}}`
	a.ask(t, a.boris, read, "club", club).want("clubFeed.nodes.0.pictures", `[{"id":"`+second+`"},{"id":"`+mine+`"}]`, "clubFeed.nodes.0.offers", `[{"name":"Spring","price":{"percent":"10"}}]`)
	a.ask(t, stranger, read, "club", club).wantCode("NOT_FOUND")
	a.ask(t, stranger, `query($id:ID!){node(id:$id){...on Post{pictures{url}}}}`, "id", id).want("node", "null")

	const edit = `mutation($id:ID!,$pictures:[PostPictureInput!],$offers:[ID!]){contentEdit(input:{id:$id,text:"new",pictures:$pictures,offerIds:$offers}){
		post{pictures{id} offers{id}} userErrors{code message}}}`
	a.ask(t, a.boris, edit, "id", id, "pictures", shown{}).wantCode("FORBIDDEN")
	a.ask(t, a.anna, edit, "id", id).want("contentEdit.post.pictures.1.id", mine, "contentEdit.post.offers.0.id", offer)
	a.ask(t, a.anna, edit, "id", id, "pictures", shown{{"id": mine}}, "offers", []string{}).want("contentEdit.post.pictures", `[{"id":"`+mine+`"}]`, "contentEdit.post.offers", "[]")
	comment := a.ask(t, a.anna, commentCreate, "key", "c", "post", id, "text", "Hi").at("commentCreate.comment.id")
	a.ask(t, a.anna, edit, "id", comment, "pictures", shown{{"id": mine}}).want("contentEdit.userErrors.0.message", "Comments have no pictures and no offers.")
	a.ask(t, a.anna, `mutation($id:ID!){contentRemove(input:{id:$id}){userErrors{code}}}`, "id", id).want("contentRemove.userErrors", "[]")
	a.ask(t, a.manager, `query($id:ID!){node(id:$id){...on Post{pictures{id}}}}`, "id", id).want("node.pictures", "[]")
}

func TestProductsAndClubs_ShowPicturesThatTheStaffUploaded(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	mine, theirs := a.picture(t, a.anna, "1"), a.picture(t, a.manager, "2")
	product := a.ask(t, "", `{product(slug:"honey"){id}}`).at("product.id")
	const update = `mutation($id:ID!,$pictures:[ProductPictureInput!]){productUpdate(input:{productId:$id,pictures:$pictures}){
		product{pictures{id alt sizes{width}}} userErrors{code field}}}`
	type shown = []map[string]any
	a.ask(t, a.manager, update, "id", product, "pictures", shown{{"id": mine}}).want("productUpdate.userErrors.0.code", "NOT_FOUND", "productUpdate.userErrors.0.field", `["pictures","0"]`)
	a.ask(t, a.anna, update, "id", product, "pictures", shown{}).wantCode("FORBIDDEN")
	a.ask(t, a.manager, update, "id", product, "pictures", shown{{"id": theirs, "alt": map[string]any{"ru": "Мёд", "en": "Honey"}}}).want(
		"productUpdate.userErrors", "[]", "productUpdate.product.pictures.0.alt", "Honey", "productUpdate.product.pictures.0.id", theirs)

	// The answer kept in memory learns of the sizes that are made later.
	const read = `{product(slug:"honey"){pictures{id alt sizes{width}}}}`
	a.ask(t, "", read).want("product.pictures.0.sizes", `[{"width":300}]`)
	a.ask(t, "", read).want("product.pictures.0.sizes", `[{"width":300}]`)
	id, _ := domain.ParseGID(theirs)
	must(t, a.pictures.MakeSizes(t.Context(), id.N))
	a.ask(t, "", read).want("product.pictures.0.sizes", `[{"width":160},{"width":300}]`)
	a.ask(t, a.manager, update, "id", product).want("productUpdate.product.pictures.0.id", theirs)

	club := a.club(t, `{"idempotencyKey":"c","slug":"circle","name":{"ru":"Круг","en":"Circle"},"entry":"OPEN","pictureId":"`+theirs+`"}`)
	const clubDoc = `mutation($id:ID!,$picture:ID){clubUpdate(input:{clubId:$id,pictureId:$picture}){club{picture{id alt} pictureUrl} userErrors{code field}}}`
	a.ask(t, a.anna, `query($id:ID!){club(id:$id){picture{id alt url(width:160)}}}`, "id", club).want("club.picture.id", theirs, "club.picture.alt", "Circle")
	a.ask(t, a.manager, clubDoc, "id", club, "picture", mine).want("clubUpdate.userErrors.0.code", "NOT_FOUND", "clubUpdate.userErrors.0.field", `["pictureId"]`)
	a.ask(t, a.manager, clubDoc, "id", club, "picture", product).want("clubUpdate.userErrors.0.code", "NOT_FOUND")
	a.ask(t, a.manager, `mutation($id:ID!){clubUpdate(input:{clubId:$id,position:3}){club{picture{id}} userErrors{code}}}`, "id", club).want("clubUpdate.club.picture.id", theirs)
	a.ask(t, a.manager, clubDoc, "id", club, "picture", nil).want("clubUpdate.club.picture", "null", "clubUpdate.club.pictureUrl", "null")
	a.ask(t, a.manager, update, "id", product, "pictures", shown{}).want("productUpdate.product.pictures", "[]")
	a.ask(t, "", read).want("product.pictures", "[]")
	found, _, err := a.st.Examine(t.Context())
	must(t, err)
	if len(found) > 0 {
		t.Errorf("the doctor found %+v", found)
	}
}

func TestClubPush_IsEachPostOnceADayOrNone(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.circle(t)
	const set = `mutation($id:ID!,$push:ClubPush!){clubPushSet(input:{clubId:$id,push:$push}){club{membership{push muted}} userErrors{code}}}`
	const mute = `mutation($id:ID!,$muted:Boolean!){clubMute(input:{clubId:$id,muted:$muted}){club{membership{push muted}}}}`
	a.ask(t, a.anna, `query($id:ID!){club(id:$id){membership{push}}}`, "id", club).want("club.membership.push", "EACH")
	a.ask(t, a.anna, set, "id", club, "push", "DIGEST").want("clubPushSet.club.membership.push", "DIGEST", "clubPushSet.club.membership.muted", "false")
	a.ask(t, a.anna, mute, "id", club, "muted", true).want("clubMute.club.membership.push", "NONE", "clubMute.club.membership.muted", "true")
	a.ask(t, a.anna, set, "id", club, "push", "DIGEST").want("clubPushSet.club.membership.push", "DIGEST")
	a.ask(t, a.anna, set, "id", club, "push", "EACH").want("clubPushSet.club.membership.push", "EACH")
	a.ask(t, a.boris, `query($id:ID!){club(id:$id){membership{push}}}`, "id", club).want("club.membership.push", "EACH")
	a.ask(t, a.customer(t, "stranger@example.com"), set, "id", club, "push", "NONE").wantCode("NOT_FOUND")
}
