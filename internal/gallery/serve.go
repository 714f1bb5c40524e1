package gallery

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kabinet/domain"
	"kabinet/internal/storage"
)

// ServeHTTP serves one size of a picture at an address that ends in NAME-WIDTH, which the route calls "name". What it serves never changes. The headers
// see to it that a browser takes it for a picture and nothing else, whatever it holds.
func (g *Gallery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	object := r.PathValue("name")
	name, size, _ := strings.Cut(object, "-")
	width, err := strconv.ParseInt(size, 10, 64)
	if err != nil || len(name) > 64 {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	etag := `"` + object + `"`
	m, err := g.rows.Media(r.Context(), name, width)
	var content io.ReadCloser
	if err == nil && r.Header.Get("If-None-Match") == etag {
		h.Set("ETag", etag)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if err == nil && m.Bytes == nil {
		content, err = g.objects.Open(r.Context(), object)
	}
	switch {
	case errors.Is(err, domain.ErrNotFound):
		http.NotFound(w, r)
		return
	case errors.Is(err, storage.ErrNotFound):
		g.log.Error("a picture has lost its object", "object", object)
		http.NotFound(w, r)
		return
	case err != nil:
		g.log.Error("read a picture", "object", object, "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	if content != nil {
		defer func() { _ = content.Close() }()
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", etag)
	h.Set("Content-Type", m.ContentType)
	h.Set("Content-Disposition", `inline; filename="picture-`+object+`.jpg"`)
	if content == nil {
		_, err = w.Write(m.Bytes)
	} else {
		_, err = io.Copy(w, content)
	}
	if err != nil {
		g.log.Debug("picture not delivered", "object", object, "error", err)
	}
}
