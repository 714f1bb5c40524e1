package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/storage/s3test"
)

const uploadDoc = `mutation($input:PictureUploadInput!){pictureUpload(input:$input){picture{id url(width:4000) sizes{width url}} userErrors{code message field}}}`

// photo is a JPEG in one colour, with the place where it was taken behind it.
func photo(t *testing.T, w, h int, level uint8) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = level
	}
	m.Set(0, 0, color.White)
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return append(b.Bytes(), "GPSLatitude 59.9386"...)
}

// upload sends a picture as an app does; err is that of the connection.
func (c caller) upload(t *testing.T, key string, file []byte) (got answer, err error) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	operations, _ := json.Marshal(map[string]any{"query": uploadDoc, "variables": map[string]any{"input": map[string]any{"idempotencyKey": key, "file": nil}}})
	must(t, w.WriteField("operations", string(operations)))
	must(t, w.WriteField("map", `{"f":["variables.input.file"]}`))
	part, err := w.CreateFormFile("f", "holiday.jpg")
	must(t, err)
	_, _ = part.Write(file)
	must(t, w.Close())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.s.url+"/graphql", &body)
	must(t, err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("GraphQL-Preflight", "1")
	r.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	got = answer{t: t, code: response.StatusCode, header: response.Header, text: string(text)}
	return got, json.Unmarshal(text, &got.body)
}

// fetch reads what lies at a path.
func (s *server) fetch(t *testing.T, path string) (int, http.Header, []byte) {
	t.Helper()
	response, err := http.Get(s.url + path)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, response.Header, body
}

func TestPictures_LieInABucketThatAllProcessesShare(t *testing.T) {
	t.Parallel()
	w, bucket := newWorld(t), s3test.New(t)
	a, b := w.serve(t, "KABINET_STORAGE="+bucket.Address()), w.serve(t, "KABINET_STORAGE="+bucket.Address())
	got, err := a.as(t, anna).upload(t, "k", photo(t, 1200, 800, 90))
	must(t, err)
	got.want("pictureUpload.userErrors", "[]", "pictureUpload.picture.sizes.0.width", "1200")
	path := got.at("pictureUpload.picture.url")
	code, header, body := b.fetch(t, path)
	if m, err := jpeg.Decode(bytes.NewReader(body)); err != nil || code != http.StatusOK || m.Bounds().Dx() != 1200 {
		t.Fatalf("%d: %v", code, err)
	}
	for name, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Cache-Control": "public, max-age=31536000, immutable"} {
		if header.Get(name) != want {
			t.Errorf("%s: %q", name, header.Get(name))
		}
	}
	eventually(t, "the smaller sizes are there", func() bool { return w.count(t, "select count(*) from media where bytes is null") == 4 })
	for _, width := range []string{"160", "480", "1080"} {
		if code, _, body := b.fetch(t, strings.TrimSuffix(path, "1200")+width); code != http.StatusOK || picturePlace(body) {
			t.Errorf("width %s: %d, %d bytes", width, code, len(body))
		}
	}
	for name, content := range bucket.Objects() {
		if picturePlace(content) {
			t.Errorf("%s tells where it was taken", name)
		}
	}
	bucket.Fill(true)
	got, err = b.as(t, anna).upload(t, "full", photo(t, 10, 10, 9))
	must(t, err)
	got.want("pictureUpload.picture", "null", "pictureUpload.userErrors.0.code", "STORAGE_FULL")
	if n := len(bucket.Objects()); n != 4 || bucket.Refused() > 0 {
		t.Errorf("%d objects, %d requests with a wrong signature", n, bucket.Refused())
	}
}

func picturePlace(content []byte) bool { return bytes.Contains(content, []byte("GPSLatitude")) }

// What was acknowledged before a kill is there after it, and no row speaks of a picture that is not.
func TestPictures_SurviveAKill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := t.TempDir()
	s := w.serve(t, "KABINET_DATA="+data)
	me := s.as(t, anna)
	var mu sync.Mutex
	var acknowledged []string
	var uploading sync.WaitGroup
	enough := make(chan struct{})
	for i := range 4 {
		uploading.Go(func() {
			for n := range 14 {
				got, err := me.upload(t, fmt.Sprint(i, "-", n), photo(t, 500+i, 400+n, uint8(n*10)))
				if err != nil || got.body["errors"] != nil {
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, got.at("pictureUpload.picture.url"))
				if len(acknowledged) == 12 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	s.kill()
	s.failure = nil
	uploading.Wait()
	again := w.serve(t, "KABINET_DATA="+data)
	w.sql(t, `update job set lease_until = now() where state = 'RUNNING'`) // what the killed one worked on would be waited for
	eventually(t, "all sizes are made", func() bool { return w.count(t, "select count(*) from picture_file where sized_at is null") == 0 })
	var rows []string
	must(t, w.st.DB().SelectContext(t.Context(), &rows, `select '/media/' || hash || '-' || width from media`))
	for _, path := range acknowledged {
		if !slices.Contains(rows, path) {
			t.Errorf("%s was acknowledged and is lost", path)
		}
	}
	for _, path := range rows {
		code, _, body := again.fetch(t, path)
		if _, err := jpeg.Decode(bytes.NewReader(body)); err != nil || code != http.StatusOK {
			t.Errorf("%s: %d, %v", path, code, err)
		}
	}
	doctor := exec.CommandContext(t.Context(), os.Getenv(binaryVariable), "doctor")
	doctor.Env = append(cleanEnvironment(), "DATABASE_URL="+w.dsn, "KABINET_SECRET="+secret, "KABINET_DATA="+data)
	if out, err := doctor.CombinedOutput(); err != nil {
		t.Errorf("the doctor: %v\n%s", err, out)
	}
	must(t, os.RemoveAll(data+"/pictures/"+strings.TrimPrefix(rows[0], "/media/")[:2]))
	doctor = exec.CommandContext(t.Context(), os.Getenv(binaryVariable), "doctor")
	doctor.Env = append(cleanEnvironment(), "DATABASE_URL="+w.dsn, "KABINET_SECRET="+secret, "KABINET_DATA="+data)
	if out, err := doctor.CombinedOutput(); err == nil || !strings.Contains(string(out), "BROKEN picture-objects") {
		t.Errorf("the doctor misses no picture: %v\n%s", err, out)
	}
}

func TestPush_NewPostsComeEachOrOnceADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	boss, me, friend := s.as(t, manager), s.as(t, anna), s.as(t, boris)
	club := boss.ask(t, `mutation{clubCreate(input:{idempotencyKey:"c",slug:"pines",name:{ru:"Сосны",en:"Pines"},entry:OPEN}){club{id}}}`).at("clubCreate.club.id")
	for token, who := range map[string]caller{"phone-of-anna": me, "phone-of-boris": friend} {
		who.ask(t, `mutation{customerUpdate(input:{locale:"ru"}){userErrors{code}}}`).want("customerUpdate.userErrors", "[]")
		who.ask(t, registerDoc, "token", token, "on", "IOS").want("deviceRegister.userErrors", "[]")
		who.ask(t, `mutation($c:ID!){clubJoin(input:{clubId:$c}){userErrors{code}}}`, "c", club).want("clubJoin.userErrors", "[]")
	}
	me.ask(t, `mutation($c:ID!){clubPushSet(input:{clubId:$c,push:DIGEST}){club{membership{push}} userErrors{code}}}`, "c", club).want("clubPushSet.club.membership.push", "DIGEST")
	for _, key := range []string{"1", "2"} {
		boss.ask(t, `mutation($k:ID!,$c:ID!){postCreate(input:{idempotencyKey:$k,clubId:$c,title:"News",text:"words"}){userErrors{code}}}`, "k", key, "c", club).want("postCreate.userErrors", "[]")
	}
	if each := w.alerts(t, "phone-of-boris", 2); each[0].Title != "Новое в клубе «Сосны»" || each[1].Title != each[0].Title {
		t.Errorf("each post comes as %q and %q", each[0].Title, each[1].Title)
	}
	// It is noon where Anna lives, and her digest is due; the posts are of an hour ago.
	w.sql(t, `update customer set time_zone = 'Etc/GMT' || case when h >= 12 then '+' || h - 12 else '-' || 12 - h end
	            from (select extract(hour from now() at time zone 'UTC')::int as h) n where email = 'anna@example.com'`,
		`update post set created_at = now() - interval '1 hour'`, `update club_member set since = now() - interval '3 hours'`,
		`update club_member set digest_at = now(), digest_from = now() - interval '2 hours' where digest_at is not null`)
	told := w.alerts(t, "phone-of-anna", 1)[0]
	if told.Title != "2 новые публикации в клубе «Сосны»" || told.Get("data.link") != "kabinet://clubs/pines" || told.Get("data.kind") != "club.digest" {
		t.Errorf("the digest is %q to %v", told.Title, told.Get("data.link"))
	}
	eventually(t, "nothing more is to be told", func() bool {
		return w.count(t, `select count(*) from job where kind in ('push.events', 'push.event', 'push.send', 'club.digest')`) == 0
	})
	if n := len(w.alerts(t, "phone-of-anna", 1)); n != 1 {
		t.Errorf("%d pushes to Anna", n)
	}
}
