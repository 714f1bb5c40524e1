package push

import (
	"fmt"
	"html/template"
	"strings"
)

// letterHTML is one column that every mail program can show: tables and inline styles, no pictures, no scripts.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title></head>
<body style="margin:0;background:#f4f2ee;font-family:Arial,Helvetica,sans-serif;color:#22201c">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#ffffff;border-radius:8px"><tr><td style="padding:32px">
{{with .Business}}<p style="margin:0 0 24px;font-size:14px;color:#77716a">{{.}}</p>
{{end}}<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{{.Heading}}</h1>
{{with .Code}}<p style="margin:0 0 16px;font-size:34px;letter-spacing:6px;font-weight:bold">{{.}}</p>
{{end}}{{with .Body}}<p style="margin:0;font-size:16px;line-height:1.5">{{.}}</p>
{{end}}{{with .Link}}<p style="margin:24px 0 0"><a href="{{.}}" style="display:inline-block;padding:12px 20px;background:#22201c;color:#ffffff;text-decoration:none;border-radius:6px;font-size:16px">{{$.Button}}</a></p>
{{end}}</td></tr></table></td></tr></table></body></html>
`))

// letter makes both parts of an e-mail from the words of an alert.
func letter(lang, kind string, t Text, f Facts) (plain, html string, err error) {
	view := struct{ Lang, Title, Heading, Business, Code, Body, Link, Button string }{
		Lang: lang, Title: t.Title, Heading: t.Title, Business: f.Business, Body: t.Body, Link: f.Link, Button: "Открыть",
	}
	if lang == "en" {
		view.Button = "Open"
	}
	if kind == SignInCode || kind == DeletionCode {
		view.Heading, _, _ = strings.Cut(t.Title, ":")
		view.Code = f.Code
	}
	var b strings.Builder
	if err := letterHTML.Execute(&b, view); err != nil {
		return "", "", fmt.Errorf("words: letter %s: %w", kind, err)
	}
	parts := facts(t.Title, t.Body, f.Link, given(f.Business != "", "— "+f.Business))
	return strings.Join(parts, "\n\n") + "\n", b.String(), nil
}

// codeSMS puts the code first, where a phone offers it for filling in.
func codeSMS(lang, kind string, f Facts) string {
	if lang == "en" {
		what := " is your sign-in code"
		if kind == DeletionCode {
			what = " deletes your account"
		}
		return f.Code + what + given(f.Business != "", " for "+f.Business) + ". Share it with nobody."
	}
	what := " — код для входа"
	if kind == DeletionCode {
		what = " — код удаления профиля"
	}
	return f.Code + what + given(f.Business != "", " в «"+f.Business+"»") + ". Никому его не сообщайте."
}
