// Package web serves the cabinet for customers and the desk for staff: one page and its files, built from this folder with Node and
// embedded into the binary. A binary that was built without them has no page, and Built says so.
package web

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed all:dist
var dist embed.FS

const (
	shell           = "index.html"
	noncePlace      = "{{nonce}}"
	cacheForever    = "public, max-age=31536000, immutable"
	cacheRevalidate = "no-cache"
)

// file is one answer in each encoding that the build made, read where the program carries it.
type file struct {
	root         fs.FS
	name         string
	contentType  string
	cacheControl string
	etag         string
	encoded      map[string]string // names by encoding
}

// Handler serves the page and its files.
type Handler struct {
	files map[string]*file
	shell []byte
	// policy is the content security policy of the page, with one %s for the nonce.
	policy string
}

// Built tells whether this binary carries the page.
func Built() bool {
	_, err := fs.Stat(dist, path.Join("dist", shell))
	return err == nil
}

// New prepares the embedded files. connect and images are further origins that the page may talk to and take pictures from, such as those of a push service
// or of an object store; its own origin is always among them. It fails when the binary carries no page.
func New(connect, images []string) (*Handler, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("web: embedded files: %w", err)
	}
	return newHandler(root, connect, images)
}

func newHandler(root fs.FS, connect, images []string) (*Handler, error) {
	h := &Handler{files: map[string]*file{}, policy: policy(connect, images)}
	var err error
	if h.shell, err = fs.ReadFile(root, shell); err != nil {
		return nil, fmt.Errorf("web: the page was not built: %w", err)
	}
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == shell || strings.HasPrefix(name, ".") || encodingOf(name) != "" {
			return err
		}
		f, err := describe(root, name)
		h.files["/"+name] = f
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("web: embedded files: %w", err)
	}
	return h, nil
}

// suffixes are the endings of files that the build encoded beforehand, by the name of the encoding; the shortest answer first.
var suffixes = []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

func encodingOf(name string) string {
	for _, s := range suffixes {
		if strings.HasSuffix(name, s.suffix) {
			return s.encoding
		}
	}
	return ""
}

// describe says how a file is answered, without reading more of it than that takes: what nobody asks for need not be in memory.
func describe(root fs.FS, name string) (*file, error) {
	f := &file{root: root, name: name, contentType: contentType(name), cacheControl: cacheRevalidate, encoded: map[string]string{}}
	// The build names these by their contents.
	if strings.HasPrefix(name, "assets/") {
		f.cacheControl, f.etag = cacheForever, `"`+path.Base(name)+`"`
	} else {
		plain, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(plain)
		f.etag = `"` + hex.EncodeToString(sum[:12]) + `"`
	}
	for _, s := range suffixes {
		if _, err := fs.Stat(root, name+s.suffix); err == nil {
			f.encoded[s.encoding] = name + s.suffix
		}
	}
	return f, nil
}

func contentType(name string) string {
	if known := mime.TypeByExtension(path.Ext(name)); known != "" {
		return known
	}
	return "application/octet-stream"
}

// policy lets the page run its own scripts and nothing else. Styles of its widgets carry the nonce of the answer; nothing is inline without it.
func policy(connect, images []string) string {
	sources := func(name string, more []string) string {
		return name + " " + strings.Join(append([]string{"'self'"}, more...), " ")
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' 'nonce-%s'", sources("img-src", append([]string{"data:", "blob:"}, images...)),
		sources("connect-src", connect), "font-src 'self'", "manifest-src 'self'", "worker-src 'self'",
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}

// ServeHTTP answers with the file at the address, and with the page for every address that has none: the page itself knows its addresses.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	if f, ok := h.files[r.URL.Path]; ok {
		f.serve(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/assets/") {
		http.NotFound(w, r)
		return
	}
	h.serveShell(w, r)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", f.cacheControl)
	header.Set("Vary", "Accept-Encoding")
	name, tag := f.name, f.etag
	for _, s := range suffixes {
		if encoded, ok := f.encoded[s.encoding]; ok && accepts(r, s.encoding) {
			header.Set("Content-Encoding", s.encoding)
			name, tag = encoded, strings.TrimSuffix(f.etag, `"`)+"-"+s.encoding+`"`
			break
		}
	}
	header.Set("ETag", tag)
	opened, err := f.root.Open(name)
	if err != nil {
		panic(err) // it was there when the program began, which carries it
	}
	defer func() { _ = opened.Close() }()
	http.ServeContent(w, r, "", time.Time{}, opened.(io.ReadSeeker))
}

func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == encoding {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}

func (h *Handler) serveShell(w http.ResponseWriter, r *http.Request) {
	var random [16]byte
	// rand.Read never fails: it ends the program instead.
	_, _ = rand.Read(random[:])
	nonce := base64.StdEncoding.EncodeToString(random[:])
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", cacheRevalidate)
	header.Set("Content-Security-Policy", fmt.Sprintf(h.policy, nonce))
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(bytes.Replace(h.shell, []byte(noncePlace), []byte(nonce), 1)))
}
