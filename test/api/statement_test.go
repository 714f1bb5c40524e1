package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestStatement_OpensAsAPDFWithoutSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address := freeAddress(t)
	s := w.serve(t, "KABINET_ADDR="+address)
	s.give(t, anna, 500)
	s.as(t, anna).ask(t, placeDoc, "key", "k", "lines", of(w.goods, 1), "spend", 100).want("orderPlace.userErrors", "[]")
	const doc = `query($l:Locale){viewer{customer{wallet{statement(from:"2026-01-01T00:00:00Z",to:"2030-01-01T00:00:00Z"){closing{active} pdf(locale:$l){url expiresAt userErrors{code message}}}}}}}`
	sizes := map[int]bool{}
	for _, language := range []string{"ru", "en"} {
		link := s.as(t, anna).ask(t, doc, "l", language).want("viewer.customer.wallet.statement.pdf.userErrors", "[]").at("viewer.customer.wallet.statement.pdf.url")
		if !strings.HasPrefix(link, "http://"+address+"/statement/") {
			t.Fatalf("the link is %s", link)
		}
		got, body := fetch(t, link)
		if got.StatusCode != http.StatusOK || !strings.HasPrefix(body, "%PDF-1.") || !strings.HasSuffix(strings.TrimSpace(body), "%%EOF") {
			t.Fatalf("%d %.80q", got.StatusCode, body)
		}
		sizes[len(body)] = true
		for name, want := range map[string]string{"Content-Type": "application/pdf", "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer"} {
			if have := got.Header.Get(name); have != want {
				t.Errorf("%s is %q, want %q", name, have, want)
			}
		}
		if name := got.Header.Get("Content-Disposition"); !strings.HasPrefix(name, `inline; filename="statement-2026-01-01-`) {
			t.Errorf("Content-Disposition is %q", name)
		}
		for _, forged := range []string{link[:len(link)-1], link + "A", "http://" + address + "/statement/made-up"} {
			if got, body := fetch(t, forged); got.StatusCode != http.StatusNotFound || strings.Contains(body, "PDF-") {
				t.Errorf("%s: %d", forged, got.StatusCode)
			}
		}
	}
	if len(sizes) != 2 {
		t.Error("both languages give the same paper")
	}
}

// fetch gets a page as a browser that has not signed in.
func fetch(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	got, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	must(t, err)
	return got, string(body)
}
