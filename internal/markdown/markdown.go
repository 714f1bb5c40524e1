// Package markdown makes safe HTML of what people write: of Markdown, and of the HTML of imports. What comes out holds a small set of tags and
// links that lead outside openly; no scripts, styles, forms, frames or pictures, whatever went in.
package markdown

import (
	"bytes"
	"fmt"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// Renderer makes safe HTML. It is safe for concurrent use.
type Renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

// New makes a renderer.
func New() *Renderer {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "b", "i", "del", "s", "sub", "sup", "code", "pre", "blockquote", "ul", "ol", "li")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return &Renderer{
		// Raw HTML in Markdown is left out by the renderer already; the policy stands behind it.
		markdown: goldmark.New(goldmark.WithExtensions(extension.Strikethrough, extension.Linkify), goldmark.WithRendererOptions(html.WithHardWraps())),
		policy:   p,
	}
}

// Render makes safe HTML of Markdown.
func (r *Renderer) Render(source string) (string, error) {
	var out bytes.Buffer
	if err := r.markdown.Convert([]byte(source), &out); err != nil {
		return "", fmt.Errorf("render Markdown: %w", err)
	}
	return r.Clean(out.String()), nil
}

// Clean makes safe HTML of HTML.
func (r *Renderer) Clean(html string) string { return r.policy.Sanitize(html) }
