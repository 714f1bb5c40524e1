package gallery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/gallery"
	"kabinet/internal/storage"
	"kabinet/internal/storage/s3test"
	"kabinet/store"
	"kabinet/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// house is a gallery on a database and a bucket of its own.
type house struct {
	*gallery.Gallery
	st     *store.Store
	clock  *storetest.Clock
	bucket *s3test.Bucket
	anna   domain.Viewer
	boris  domain.Viewer
	boss   domain.Viewer
	club   domain.Club
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{clock: storetest.NewClock(), bucket: s3test.New(t)}
	h.st = storetest.Open(t, func(c *store.Config) { c.Now = h.clock.Now })
	objects, err := storage.Open(h.bucket.Address())
	must(t, err)
	h.Gallery = gallery.New(h.st, objects, slog.New(slog.DiscardHandler))
	m, err := h.st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	must(t, err)
	h.boss = domain.Viewer{StaffID: m.ID, Role: m.Role}
	h.club, err = h.st.CreateClub(t.Context(), h.boss, "c", domain.ClubDraft{Slug: new("circle"), Name: &domain.Text{RU: "Круг"},
		Entry: new(domain.EntryOpen), Posting: new(domain.PostingMembers)})
	must(t, err)
	h.anna, h.boris = h.member(t, "anna@example.com"), h.member(t, "boris@example.com")
	return h
}

func (h house) member(t *testing.T, email string) domain.Viewer {
	t.Helper()
	id, err := h.st.AddCustomer(t.Context(), domain.NewCustomer{Name: "Имя", Email: email, Locale: domain.RU})
	must(t, err)
	v := domain.Viewer{CustomerID: id}
	_, err = h.st.JoinClub(t.Context(), v, h.club.ID)
	must(t, err)
	return v
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// photo is a JPEG with a secret in it.
func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(i)
	}
	m.Set(0, 0, color.White)
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return append(b.Bytes(), "the place: 59.9386N"...)
}

func (h house) upload(t *testing.T, v domain.Viewer, key string, file []byte) domain.Picture {
	t.Helper()
	p, err := h.Upload(t.Context(), v, key, bytes.NewReader(file))
	must(t, err)
	return p
}

func (h house) post(t *testing.T, v domain.Viewer, key string, pictures ...domain.Picture) (domain.Post, error) {
	t.Helper()
	d := domain.PostDraft{IdempotencyKey: key, ClubID: h.club.ID, Text: "words"}
	for _, p := range pictures {
		d.Pictures = append(d.Pictures, domain.ShownPicture{PictureID: p.ID})
	}
	return h.st.CreatePost(t.Context(), v, d)
}

// objects are the names in the bucket, sorted.
func (h house) objects() (names []string) {
	for name := range h.bucket.Objects() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// healthy checks that rows and objects agree.
func (h house) healthy(t *testing.T) {
	t.Helper()
	found, _, err := h.st.Examine(t.Context())
	must(t, err)
	missing, err := h.Missing(t.Context())
	must(t, err)
	if len(found) > 0 || len(missing) > 0 {
		t.Errorf("the doctor found %+v, missing are %q", found, missing)
	}
}

func refusedBy(t *testing.T, err error, code domain.UserErrorCode, rule string) {
	t.Helper()
	refused := domain.AsRefused(err)
	if len(refused) != 1 || refused[0].Code != code || refused[0].Rule != rule {
		t.Errorf("got %v, %+v, want %s/%s", err, refused, code, rule)
	}
}

func TestUpload_KeepsTheLargestSizeAtOnceAndTheOthersSoonAfter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.upload(t, h.anna, "k", photo(t, 2400, 1600))
	if len(p.Sizes) != 1 || p.Sizes[0].Width != 2048 || p.Sizes[0].Height != 1365 || p.URLFor(100) != p.Sizes[0].URL {
		t.Fatalf("at first there is %+v", p)
	}
	must(t, h.MakeSizes(t.Context(), p.ID))
	must(t, h.MakeSizes(t.Context(), p.ID))
	post, err := h.post(t, h.anna, "p", p)
	must(t, err)
	shown, err := h.st.PicturesByPost(t.Context(), []int64{post.ID})
	must(t, err)
	var widths []int64
	for _, s := range shown[post.ID][0].Sizes {
		widths = append(widths, s.Width)
	}
	if !slices.Equal(widths, []int64{160, 480, 1080, 2048}) {
		t.Errorf("the widths are %v", widths)
	}
	for name, content := range h.bucket.Objects() {
		if bytes.Contains(content, []byte("59.9386N")) {
			t.Errorf("%s tells the place", name)
		}
		if _, err := jpeg.Decode(bytes.NewReader(content)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.healthy(t)
}

func TestUpload_SameKeyAndFileIsOnePicture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := photo(t, 40, 40)
	var all [8]domain.Picture
	var uploading sync.WaitGroup
	for i := range all {
		uploading.Go(func() {
			var err error
			if all[i], err = h.Upload(context.Background(), h.anna, "same", bytes.NewReader(file)); err != nil {
				t.Error(err)
			}
		})
	}
	uploading.Wait()
	for _, p := range all {
		if p.ID != all[0].ID {
			t.Errorf("pictures %d and %d", p.ID, all[0].ID)
		}
	}
	_, err := h.Upload(t.Context(), h.anna, "same", bytes.NewReader(photo(t, 50, 50)))
	if domain.CodeOf(err) != domain.Conflict {
		t.Errorf("another file: %v", err)
	}
	if n := len(h.objects()); n != 1 {
		t.Errorf("%d objects: %q", n, h.objects())
	}
	h.healthy(t)
}

func TestUpload_RefusalsStoreNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	upload := func(file []byte) error {
		_, err := h.Upload(t.Context(), h.anna, "k", bytes.NewReader(file))
		return err
	}
	refusedBy(t, upload([]byte("<svg><script/></svg>")), domain.CodeInvalid, "pictureType")
	refusedBy(t, upload(photo(t, 100, 100)[:200]), domain.CodeInvalid, "pictureDamaged")
	refusedBy(t, upload(make([]byte, domain.MaxPictureBytes+1)), domain.CodeTooLarge, "pictureBytes")
	refusedBy(t, upload([]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")), domain.CodeTooLarge, "picturePixels")
	h.bucket.Fill(true)
	refusedBy(t, upload(photo(t, 10, 10)), domain.CodeStorageFull, "")
	h.bucket.Fill(false)
	if len(h.objects()) > 0 {
		t.Errorf("stored: %q", h.objects())
	}
	var rows int
	must(t, h.st.DB().GetContext(t.Context(), &rows, `select (select count(*) from picture_file) + (select count(*) from media) + (select count(*) from idempotency_key where key = 'k')`))
	if rows > 0 {
		t.Errorf("%d rows", rows)
	}
	h.upload(t, h.anna, "k", photo(t, 10, 10)) // the key was not used up
}

func TestUpload_IsLimitedByTheHourEvenWhenAllComeAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := photo(t, 8, 8)
	limit := int(domain.UploadsPerHour(h.anna))
	var mu sync.Mutex
	var uploading sync.WaitGroup
	taken, refused := 0, 0
	for i := range limit + 15 {
		uploading.Go(func() {
			_, err := h.Upload(context.Background(), h.anna, fmt.Sprint(i), bytes.NewReader(file))
			mu.Lock()
			defer mu.Unlock()
			var coded *domain.Error
			switch {
			case err == nil:
				taken++
			case errors.As(err, &coded) && coded.Code == domain.RateLimited && coded.RetryAfter > 0:
				refused++
			default:
				t.Error(err)
			}
		})
	}
	uploading.Wait()
	if taken != limit || refused != 15 || len(h.objects()) != limit {
		t.Errorf("%d taken, %d refused, %d objects", taken, refused, len(h.objects()))
	}
	h.upload(t, h.boris, "k", file)
	h.clock.Add(time.Hour + time.Second)
	h.upload(t, h.anna, "later", file)
	h.healthy(t)
}

func TestPost_ShowsOwnPicturesOnlyAndTheyStayAsLongAsSomethingShowsThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine, kept, loose := h.upload(t, h.anna, "1", photo(t, 30, 30)), h.upload(t, h.anna, "2", photo(t, 31, 31)), h.upload(t, h.anna, "3", photo(t, 32, 32))
	_, err := h.post(t, h.boris, "steal", mine)
	refusedBy(t, err, domain.CodeNotFound, "picture")
	_, err = h.post(t, h.boss, "steal", mine)
	refusedBy(t, err, domain.CodeNotFound, "picture")
	_, err = h.post(t, h.anna, "twice", mine, mine)
	refusedBy(t, err, domain.CodeInvalid, "twice")
	first, err := h.post(t, h.anna, "a", mine, kept)
	must(t, err)
	second, err := h.post(t, h.anna, "b", kept)
	must(t, err)
	h.healthy(t)
	drop := func(want ...domain.Picture) {
		t.Helper()
		h.clock.Add(25 * time.Hour)
		_, err := h.DropLoose(t.Context())
		must(t, err)
		var names []string
		for _, p := range want {
			names = append(names, strings.TrimPrefix(p.Sizes[0].URL, "/media/"))
		}
		slices.Sort(names)
		if !slices.Equal(h.objects(), names) {
			t.Errorf("there are %q, want %q", h.objects(), names)
		}
		h.healthy(t)
	}
	drop(mine, kept)
	if _, err := h.post(t, h.anna, "late", loose); domain.AsRefused(err) == nil {
		t.Errorf("a picture that is gone was shown: %v", err)
	}
	_, err = h.st.EditPost(t.Context(), h.anna, first.ID, domain.PostEdit{Text: "new words"})
	must(t, err)
	drop(mine, kept)
	_, err = h.st.EditPost(t.Context(), h.anna, first.ID, domain.PostEdit{Text: "words", Pictures: &[]domain.ShownPicture{{PictureID: kept.ID}}})
	must(t, err)
	drop(kept)
	_, err = h.st.RemovePost(t.Context(), h.anna, first.ID)
	must(t, err)
	drop(kept)
	_, err = h.st.RemovePost(t.Context(), h.anna, second.ID)
	must(t, err)
	drop()
}

// Whatever order showing, hiding and sweeping take, no post shows a picture that is gone.
func TestDropLoose_BesideShowingAndHidingLosesNothingThatIsShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.upload(t, h.anna, "k", photo(t, 16, 16))
	anchor, err := h.post(t, h.anna, "anchor")
	must(t, err)
	h.clock.Add(25 * time.Hour)
	var working sync.WaitGroup
	for range 4 {
		working.Go(func() {
			for i := range 12 {
				shown := []domain.ShownPicture{}
				if i%2 == 0 {
					shown = append(shown, domain.ShownPicture{PictureID: p.ID})
				}
				_, err := h.st.EditPost(context.Background(), h.anna, anchor.ID, domain.PostEdit{Text: "words", Pictures: &shown})
				if err != nil && domain.AsRefused(err) == nil {
					t.Error(err)
				}
			}
		})
		working.Go(func() {
			for range 12 {
				h.clock.Add(7 * time.Hour)
				if _, err := h.DropLoose(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	working.Wait()
	h.healthy(t)
}

func TestSweep_RemovesObjectsWithoutRowsAndNoOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.upload(t, h.anna, "k", photo(t, 600, 600))
	must(t, h.MakeSizes(t.Context(), p.ID))
	objects, err := storage.Open(h.bucket.Address())
	must(t, err)
	before := h.objects()
	for _, name := range []string{"orphan-480", "orphans", "a-b-c-1"} {
		must(t, objects.Put(t.Context(), name, "image/jpeg", []byte("x")))
	}
	if n, err := h.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("%d young ones were removed: %v", n, err)
	}
	h.bucket.Age(25 * time.Hour)
	if n, err := h.Sweep(t.Context()); n != 3 || err != nil {
		t.Errorf("%d were removed: %v", n, err)
	}
	if !slices.Equal(h.objects(), before) {
		t.Errorf("there are %q, want %q", h.objects(), before)
	}
	must(t, objects.Remove(t.Context(), before[0]))
	if missing, err := h.Missing(t.Context()); err != nil || !slices.Equal(missing, before[:1]) {
		t.Errorf("missing are %q: %v", missing, err)
	}
}

func TestServe_GivesPicturesThatCanBeNothingElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.upload(t, h.anna, "k", photo(t, 300, 200))
	must(t, h.st.SetClubPicture(t.Context(), h.club.ID, "builtin", []domain.SizedPicture{{Width: 9, Height: 9, ContentType: "image/jpeg", Bytes: []byte("old")}}))
	mux := http.NewServeMux()
	mux.Handle("GET /media/{name}", h)
	get := func(path, etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", etag)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w
	}
	w := get(p.Sizes[0].URL, "")
	if _, err := jpeg.Decode(w.Body); err != nil || w.Code != http.StatusOK {
		t.Errorf("%d: %v", w.Code, err)
	}
	for name, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Cache-Control": "public, max-age=31536000, immutable", "Content-Disposition": "inline"} {
		if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if again := get(p.Sizes[0].URL, w.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("again: %d", again.Code)
	}
	if old := get("/media/builtin-9", ""); old.Body.String() != "old" || old.Code != http.StatusOK {
		t.Errorf("a picture inside the database: %d %q", old.Code, old.Body)
	}
	for _, path := range []string{"/media/none-1", "/media/x", "/media/..%2f..%2fetc-1", p.Sizes[0].URL + "1", "/media/" + strings.Repeat("a", 90) + "-1"} {
		if w := get(path, ""); w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}
