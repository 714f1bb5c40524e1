package graphiql

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// Path is where the page lives. Its assets are below it, by absolute addresses, so mount Handler at both Path and
// Path + "/".
const Path = "/graphiql"

const (
	cacheForever    = "public, max-age=31536000, immutable"
	cacheRevalidate = "no-cache"
)

// contentSecurityPolicy lets the page run its own script and talk to its own origin, and nothing else. Scripts are
// never inline. Images may be data URLs: the editor's stylesheet draws its underlines with them.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed dist examples
var files embed.FS

// config is what the page reads from its JSON block.
type config struct {
	Endpoint string    `json:"endpoint"`
	Examples []example `json:"examples"`
}

// example is one tab: a document and its variables as JSON text.
type example struct {
	Query     string `json:"query"`
	Variables string `json:"variables"`
}

// file is one ready answer.
type file struct {
	content      []byte
	contentType  string
	cacheControl string
	etag         string
}

// Handler serves the page at Path and its assets below. endpoint is the path of the GraphQL API on the same origin, for
// example "/graphql"; subscriptions go there too, by WebSocket. Everything is prepared once, so Handler panics if the
// embedded files are broken, which a build that passed its tests cannot have.
func Handler(endpoint string) http.Handler {
	served, err := prepare(files, endpoint)
	if err != nil {
		panic(fmt.Sprintf("graphiql: embedded page: %v", err))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := served[strings.TrimSuffix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		f.serve(w, r)
	})
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", f.cacheControl)
	h.Set("ETag", f.etag)
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
}

// prepare returns every address the page has, with its answer.
func prepare(fsys fs.FS, endpoint string) (map[string]file, error) {
	index, err := renderIndex(fsys, endpoint)
	if err != nil {
		return nil, err
	}
	licences, err := fs.ReadFile(fsys, "dist/LICENSES.txt")
	if err != nil {
		return nil, err
	}
	served := map[string]file{
		Path:                   newFile(index, "text/html; charset=utf-8", cacheRevalidate),
		Path + "/LICENSES.txt": newFile(licences, "text/plain; charset=utf-8", cacheRevalidate),
	}
	assets, err := fs.Glob(fsys, "dist/assets/*")
	if err != nil {
		return nil, err
	}
	for _, name := range assets {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		contentType, err := contentTypeOf(name)
		if err != nil {
			return nil, err
		}
		served[Path+"/assets/"+path.Base(name)] = newFile(content, contentType, cacheForever)
	}
	return served, nil
}

func newFile(content []byte, contentType, cacheControl string) file {
	sum := sha256.Sum256(content)
	return file{
		content:      content,
		contentType:  contentType,
		cacheControl: cacheControl,
		etag:         `"` + hex.EncodeToString(sum[:8]) + `"`,
	}
}

// contentTypeOf does not ask package mime, whose answers depend on the machine.
func contentTypeOf(name string) (string, error) {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8", nil
	case ".css":
		return "text/css; charset=utf-8", nil
	case ".svg":
		return "image/svg+xml", nil
	default:
		return "", fmt.Errorf("asset %s: unknown type", name)
	}
}

// renderIndex writes the config into the page. html/template escapes it for the JSON block it stands in.
func renderIndex(fsys fs.FS, endpoint string) ([]byte, error) {
	index, err := template.ParseFS(fsys, "dist/index.html")
	if err != nil {
		return nil, err
	}
	examples, err := readExamples(fsys)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	if err := index.Execute(&page, config{Endpoint: endpoint, Examples: examples}); err != nil {
		return nil, err
	}
	return page.Bytes(), nil
}

// readExamples returns the documents in the order of their file names, each with the variables of the JSON file beside it.
func readExamples(fsys fs.FS) ([]example, error) {
	names, err := fs.Glob(fsys, "examples/*.graphql")
	if err != nil {
		return nil, err
	}
	examples := make([]example, 0, len(names))
	for _, name := range names {
		query, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		variables, err := fs.ReadFile(fsys, strings.TrimSuffix(name, ".graphql")+".json")
		if err != nil {
			return nil, err
		}
		examples = append(examples, example{
			Query:     string(query),
			Variables: strings.TrimSpace(string(variables)),
		})
	}
	return examples, nil
}
