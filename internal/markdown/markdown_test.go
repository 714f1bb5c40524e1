package markdown_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"kabinet/internal/markdown"
)

// hostile is what must never come out, however it went in.
var hostile = regexp.MustCompile(`(?i)<\s*/?\s*(script|style|iframe|object|embed|form|input|svg|math|img|link|meta|base|video|audio|template|noscript|textarea)|<[^>]+\s(on\w+|style|src|srcdoc|action|formaction|id|class|name)\s*=|(href\s*=\s*["']?\s*(javascript|data|vbscript|file|//))`)

var attacks = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)><script>1</script></svg>`, `<a href="javascript:alert(1)">x</a>`,
	`[x](javascript:alert(1))`, `[x](JaVaScRiPt:alert(1))`, "[x](java\tscript:alert(1))", `[x](data:text/html;base64,PHNjcmlwdD4=)`, `[x](vbscript:msgbox(1))`,
	`<a href="&#106;avascript:alert(1)">x</a>`, `[x](&#x6A;avascript:alert(1))`, `![x](http://evil.example/pixel.png)`, `<iframe src="https://evil.example"></iframe>`,
	`<math><mi//xlink:href="data:x,<script>alert(4)</script>">`, `<p style="position:fixed">x</p>`, `<form action="//evil"><input name=q></form>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>1</script></template>`, `<!--><script>alert(1)</script-->`,
	`<a href="//evil.example">x</a>`, `[x](//evil.example)`, "<a href='https://a.example' onclick='x'>y</a>", `<scr<script>ipt>alert(1)</scr</script>ipt>`,
	"`<script>alert(1)</script>`", "    <script>alert(1)</script>", `<b id="x" class="y" name="z">b</b>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<xss style="xss:expression(alert(1))">`, `<base href="//evil">`, `<meta http-equiv=refresh content=0>`, "\x00<script\x00>alert(1)</script>",
	`[a](http://x.example "onmouseover=alert(1) ")`, `<http://x.example/<script>alert(1)</script>>`, "<a\nhref=\njavascript:alert(1)>x</a>",
}

func TestRenderAndClean_LetNothingHostileThrough(t *testing.T) {
	t.Parallel()
	r := markdown.New()
	for _, attack := range attacks {
		rendered, err := r.Render(attack)
		if err != nil {
			t.Errorf("%q: %v", attack, err)
		}
		for how, out := range map[string]string{"rendered": rendered, "cleaned": r.Clean(attack), "cleaned twice": r.Clean(r.Clean(attack))} {
			if found := hostile.FindString(out); found != "" {
				t.Errorf("%q %s has %q: %s", attack, how, found, out)
			}
		}
	}
}

func TestRender_KeepsWhatPeopleMean(t *testing.T) {
	t.Parallel()
	r := markdown.New()
	for source, want := range map[string]string{
		"Привет, **мир**!":              "<p>Привет, <strong>мир</strong>!</p>",
		"a\nb":                          "<p>a<br>\nb</p>",
		"- one\n- two":                  "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
		"~~no~~ `x < y`":                "<p><del>no</del> <code>x &lt; y</code></p>",
		"> quoted":                      "<blockquote>\n<p>quoted</p>\n</blockquote>",
		"[site](https://example.com)":   `<p><a href="https://example.com" rel="nofollow noreferrer noopener" target="_blank">site</a></p>`,
		"see https://example.com/a?b=1": `<p>see <a href="https://example.com/a?b=1" rel="nofollow noreferrer noopener" target="_blank">https://example.com/a?b=1</a></p>`,
	} {
		got, err := r.Render(source)
		if err != nil || strings.TrimSpace(got) != want {
			t.Errorf("%q\n got: %s\nwant: %s", source, got, want)
		}
	}
}

// The longest texts that are let in cost moments, however they nest.
func TestRender_IsBoundedForTextsThatNest(t *testing.T) {
	t.Parallel()
	r := markdown.New()
	for _, piece := range []string{">", "[", "*a ", "`", "- ", "![", "<a>", "_", "[a](", "\\[", "1. ", "~"} {
		source := strings.Repeat(piece, 20_000/len(piece))
		begin := time.Now()
		if _, err := r.Render(source); err != nil {
			t.Errorf("%q: %v", piece, err)
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%q takes %s", piece, took)
		}
	}
}
