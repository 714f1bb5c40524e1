package main

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
)

const welcomeStyle = `:root{color-scheme:light dark;font:17px/1.55 system-ui,sans-serif}
body{max-width:36rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
p{margin:.4rem 0}.quiet{opacity:.7}
ul{list-style:none;padding:0;margin:1.6rem 0}
li{margin:.7rem 0}
a{color:inherit;font-weight:600;text-underline-offset:.2em}
hr{border:0;border-top:1px solid;opacity:.2;margin:2rem 0}`

var (
	welcomeStyleHash = styleHash(welcomeStyle)
	welcomePage      = template.Must(template.New("welcome").Parse(`<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Business.Name.RU}}</title>
<style>` + welcomeStyle + `</style>
<h1>{{.Business.Name.RU}}</h1>
<p>{{.Business.Description.RU}}</p>
<p class="quiet" lang="en">{{.Business.Name.EN}}. {{.Business.Description.EN}}</p>
<hr>
<p>Кабинет клиента работает. Всё, что он умеет, доступно через одну схему GraphQL.</p>
<p class="quiet" lang="en">The customer’s cabinet is running. Everything it can do is behind one GraphQL schema.</p>
<ul>
{{- if .Dev}}
<li><a href="/graphiql">GraphiQL</a> — попробовать запросы: войти, выбрать, заказать, следить <span class="quiet" lang="en">· try requests in the browser</span></li>
{{- end}}
<li><a href="/graphql?query=%7Bbusiness%7Bname%20description%20currencyCode%20timeZone%7D%7D">/graphql</a> — точка входа для приложений <span class="quiet" lang="en">· the address for apps</span></li>
</ul>
</html>
`))
)

// styleHash is how a content security policy names an inline style.
func styleHash(style string) string {
	sum := sha256.Sum256([]byte(style))
	return base64.StdEncoding.EncodeToString(sum[:])
}
