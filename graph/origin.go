package graph

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// originAllowed says whether the page that calls is the server's own or of an origin in Options.Origins. Programs that are no browsers send no origin. Who asks
// across origins brings a token of their own, never the cookie; what is refused here, no page could have read anyway, but it would have been done.
func (h *Handler) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.ContainsFunc(h.options.Origins, func(listed string) bool { return strings.EqualFold(listed, origin) }) {
		return true
	}
	from, err := url.Parse(origin)
	return err == nil && from.Host != "" && strings.EqualFold(from.Host, r.Host)
}
