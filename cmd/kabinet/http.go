package main

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/cors"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/internal/graphiql"
	"kabinet/resolvers"
)

// publicRoutes is what customers and staff reach.
func (s *server) publicRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.config.acrossOrigins(s.watched("graphql", s.graph)))
	mux.Handle("GET /media/{name}", s.watched("media", s.gallery))
	mux.Handle("GET "+resolvers.ExportPath+"{ticket}", s.watched("export", http.HandlerFunc(s.serveExport)))
	mux.Handle("GET /statement/{ticket}", s.watched("statement", http.HandlerFunc(s.serveStatement)))
	mux.Handle("PUT "+resolvers.ImportUploadPath+"{ticket}", s.config.acrossOrigins(s.watched("import", http.HandlerFunc(s.intake.serveUpload))))
	mux.Handle("OPTIONS "+resolvers.ImportUploadPath+"{ticket}", s.config.acrossOrigins(http.NotFoundHandler()))
	mux.Handle("GET "+resolvers.ImportRejectsPath+"{ticket}", s.watched("import", http.HandlerFunc(s.intake.serveRejects)))
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", s.ready)
	tool := http.NotFoundHandler()
	if s.config.Env == envDev && trustedDocuments[s.config.Trusted] != graph.TrustDocuments {
		tool = graphiql.Handler("/graphql")
	}
	mux.Handle(graphiql.Path, tool)
	mux.Handle(graphiql.Path+"/", tool)
	mux.HandleFunc("GET /i/{code}", s.invite)
	if s.web != nil {
		mux.HandleFunc("GET /manifest.webmanifest", s.webManifest)
		mux.Handle("/", s.watched("web", s.web))
		mux.Handle("/metrics", http.NotFoundHandler()) // no page: it is at the operator's address
		mux.Handle("/debug/", http.NotFoundHandler())
	} else {
		mux.HandleFunc("GET /{$}", s.welcome)
	}
	return guard(s.tracked(s.identified(mux)), strings.HasPrefix(s.config.PublicURL, "https://"))
}

// tracked counts what is being served, so that the end of the program can wait for it.
func (s *server) tracked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		defer s.requests.Done()
		if s.stopping.Load() && r.Header.Get("Upgrade") == "" {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// adminRoutes is what the operator reaches.
func (s *server) adminRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return guard(mux, false)
}

// acrossOrigins lets pages of the listed origins call and read the answers, without cookies; with none listed nobody's.
func (c config) acrossOrigins(next http.Handler) http.Handler {
	if len(c.Origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: c.Origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost, http.MethodPut},
		AllowedHeaders: []string{"*"},
		ExposedHeaders: []string{"X-Request-Id", "Retry-After"},
		MaxAge:         int((2 * time.Hour).Seconds()),
	}).Handler(next)
}

// guard adds the headers that no answer should lack; a handler may set stricter ones. Where people come by TLS, browsers never use anything else again.
func guard(next http.Handler, tls bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("X-Frame-Options", "DENY")
		if tls {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// alive says that the program runs; it looks at nothing else, so that an outage of the database does not get it killed.
func alive(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }

// ready says whether requests can be served.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	if s.stopping.Load() {
		http.Error(w, "the program is stopping", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.st.Ping(ctx); err != nil {
		http.Error(w, "the database cannot be reached", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// welcome is the page at the root: where to go from here.
func (s *server) welcome(w http.ResponseWriter, r *http.Request) {
	b, err := s.st.Business(r.Context())
	if err != nil {
		http.Error(w, "the database cannot be reached", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+welcomeStyleHash+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if err := welcomePage.Execute(w, struct {
		Business domain.Business
		Dev      bool
	}{b, s.config.Env == envDev}); err != nil {
		s.log.Debug("write the welcome page", "error", err)
	}
}

// clientIP finds the caller's address: the other end of the connection, or what a trusted proxy says, whose own entry is the last one.
func (c config) clientIP() func(*http.Request) string {
	return func(r *http.Request) string {
		if c.TrustProxy {
			hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			if ip := net.ParseIP(strings.TrimSpace(hops[len(hops)-1])); ip != nil {
				return ip.String()
			}
		}
		return graph.RemoteIP(r)
	}
}
