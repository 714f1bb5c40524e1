package markdown_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kabinet/internal/markdown"
)

var (
	anyTag   = regexp.MustCompile(`<(/?)([^\s>/]*)([^>]*)>`)
	goodTags = []string{"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "b", "i", "del", "s", "sub", "sup", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
	goodLink = regexp.MustCompile(`^( (href="(https?:|mailto:)[^"]*"|rel="nofollow( noreferrer)?( noopener)?"|target="_blank"))*$`)
)

func FuzzRender(f *testing.F) {
	for _, seed := range []string{"# a\n\n**b** [c](https://example.com)", "<script>alert(1)</script>", "[x](javascript:alert(1))", `<a href="http://a" onclick=b>`, "<https://a.example/?\"onmouseover=x>",
		"![x](data:text/html,1)", "- a\n  - b\n    - c", "\x00<p\x00>", "[a](<jav\tascript:1>)", strings.Repeat("> ", 200) + "x", strings.Repeat("*a_", 100)} {
		f.Add(seed)
	}
	r := markdown.New()
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 16<<10 {
			return
		}
		began := time.Now()
		html, err := r.Render(source)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%d bytes took %v", len(source), took)
		}
		safe(t, source, html)
		safe(t, source, r.Clean(source))
		if again := r.Clean(html); again != html {
			t.Errorf("%q: cleaning changes what is clean:\n%q\n%q", source, html, again)
		}
	})
}

// safe fails for a tag, an attribute or a link that is not among the good ones.
func safe(t *testing.T, source, html string) {
	t.Helper()
	for _, tag := range anyTag.FindAllStringSubmatch(html, -1) {
		attributes := strings.TrimSuffix(strings.TrimSuffix(tag[3], "/"), " ")
		switch {
		case !slices.Contains(goodTags, tag[2]):
			t.Errorf("%q: the tag %q", source, tag[0])
		case attributes != "" && (tag[2] != "a" || tag[1] != "" || !goodLink.MatchString(attributes)):
			t.Errorf("%q: the attributes of %q", source, tag[0])
		}
	}
	if rest := anyTag.ReplaceAllString(html, ""); strings.ContainsAny(rest, "<>") {
		t.Errorf("%q: a bare sign in %q", source, html)
	}
}
