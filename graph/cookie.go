package graph

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"kabinet/domain"
)

// refreshCookieName is the cookie that holds the refresh token of a browser.
const refreshCookieName = "kabinet_refresh"

// RefreshCookie is where a browser keeps its refresh token: out of reach of scripts, and never sent along with a request that another site
// made. It belongs to one POST.
type RefreshCookie struct {
	token string
	write func(value string, life time.Duration)
}

// RefreshCookieFrom is the cookie of the request; FORBIDDEN where none can be read or set: over websockets and server-sent events, and for a page
// of another origin.
func RefreshCookieFrom(ctx context.Context) (*RefreshCookie, error) {
	r := requestFrom(ctx)
	r.personal.Store(true)
	if r.cookie == nil {
		return nil, domain.Errorf(domain.Forbidden, "a session is kept in a cookie only by a POST from a page of the server's own origin")
	}
	return r.cookie, nil
}

// Token is the refresh token that the browser sent; empty when it has none.
func (c *RefreshCookie) Token() string { return c.token }

// Keep gives the browser a refresh token to keep for as long as it lives.
func (c *RefreshCookie) Keep(token string, life time.Duration) { c.write(token, life) }

// Drop makes the browser forget its refresh token. A browser that has none is not bothered.
func (c *RefreshCookie) Drop() {
	if c.token != "" {
		c.write("", -time.Second)
	}
}

// refreshCookie is the cookie of a POST; nil when a page of another origin made it. SameSite alone would let the pages of sibling hosts in.
func refreshCookie(w http.ResponseWriter, r *http.Request) *RefreshCookie {
	var otherOrigins http.CrossOriginProtection
	if otherOrigins.Check(r) != nil {
		return nil
	}
	cookie := &RefreshCookie{write: func(value string, life time.Duration) {
		w.Header().Set("Cache-Control", "no-store")
		http.SetCookie(w, &http.Cookie{Name: refreshCookieName, Value: value, Path: r.URL.Path, MaxAge: int(life / time.Second),
			HttpOnly: true, Secure: !plainLocalhost(r), SameSite: http.SameSiteStrictMode})
	}}
	if sent, err := r.Cookie(refreshCookieName); err == nil {
		cookie.token = sent.Value
	}
	return cookie
}

// plainLocalhost says whether the request came without TLS to this very machine, where some browsers refuse a cookie that is Secure. A proxy that
// ends TLS names another host, or the scheme.
func plainLocalhost(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	ip, _ := netip.ParseAddr(host)
	return r.TLS == nil && r.Header.Get("X-Forwarded-Proto") != "https" && (host == "localhost" || strings.HasSuffix(host, ".localhost") || ip.IsLoopback())
}
