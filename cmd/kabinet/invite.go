package main

import (
	"html/template"
	"net/http"

	"kabinet/domain"
)

var invitePage = template.Must(template.New("invite").Parse(`<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Business.Name.RU}}</title>
<style>` + welcomeStyle + `</style>
<h1>{{.Business.Name.RU}}</h1>
<p>{{if .Name}}{{.Name}} приглашает вас.{{else}}Вас пригласили.{{end}}{{if .GiftRU}} За первый заказ подарим {{.GiftRU}}.{{end}}</p>
<p class="quiet" lang="en">{{if .Name}}{{.Name}} invites you to {{.Business.Name.EN}}.{{else}}You are invited to {{.Business.Name.EN}}.{{end}}{{if .GiftEN}} Your first order brings you {{.GiftEN}}.{{end}}</p>
<ul>
{{- if .Pages}}
<li><a href="/sign-in?invite={{.Code}}">Войти и принять приглашение</a> <span class="quiet" lang="en">· sign in and accept</span></li>
{{- end}}
<li>Код приглашения <span class="quiet" lang="en">· your code</span>: <strong>{{.Code}}</strong></li>
<li><a href="kabinet://invite/{{.Code}}">Открыть в приложении</a> <span class="quiet" lang="en">· open in the app</span></li>
</ul>
</html>
`))

// invite is the page behind a referral link: who invites, what it brings, and the code.
func (s *server) invite(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	referral, err := s.st.ReferralByCode(ctx, r.PathValue("code"))
	if domain.CodeOf(err) == domain.NotFound && err != nil {
		http.NotFound(w, r)
		return
	}
	page := struct {
		Business             domain.Business
		Name, GiftRU, GiftEN string
		Code                 string
		Pages                bool
	}{Code: referral.Code, Pages: s.web != nil}
	if err == nil {
		page.Business, err = s.st.Business(ctx)
	}
	var names map[int64]string
	if err == nil {
		names, err = s.st.ShownNames(ctx, []int64{referral.CustomerID})
		page.Name = names[referral.CustomerID]
	}
	var tariff domain.ReferralTariff
	if err == nil {
		tariff, err = s.st.ReferralTariff(ctx)
	}
	if err != nil {
		s.log.Error("read an invitation", "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	if tariff.Open && tariff.InvitedPoints > 0 {
		page.GiftRU, page.GiftEN = domain.Points(tariff.InvitedPoints, domain.RU), domain.Points(tariff.InvitedPoints, domain.EN)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+welcomeStyleHash+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if err := invitePage.Execute(w, page); err != nil {
		s.log.Debug("write an invitation", "error", err)
	}
}
