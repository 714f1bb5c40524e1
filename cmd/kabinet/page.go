package main

import (
	"encoding/json"
	"net/http"

	"kabinet/web"
)

// pushOrigins are where Firebase's library for browsers registers them.
var pushOrigins = []string{"https://firebaseinstallations.googleapis.com", "https://fcmregistrations.googleapis.com"}

// buildWeb prepares the pages, when this binary carries them.
func (s *server) buildWeb() error {
	if !web.Built() {
		s.log.Warn("this binary was built without Node, so it has no pages: only the API answers")
		return nil
	}
	var connect []string
	if s.config.FCMWeb != "" {
		connect = pushOrigins
	}
	pages, err := web.New(connect, nil)
	if err != nil {
		return err
	}
	s.web = pages
	return nil
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

// webManifest makes the pages installable under the business's own name.
func (s *server) webManifest(w http.ResponseWriter, r *http.Request) {
	b, err := s.st.Business(r.Context())
	if err != nil {
		http.Error(w, "the database cannot be reached", http.StatusServiceUnavailable)
		return
	}
	name := b.Name.In(b.Locale)
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	err = json.NewEncoder(w).Encode(map[string]any{
		"id": "/", "start_url": "/", "scope": "/", "display": "standalone", "name": name, "short_name": name,
		"background_color": "#f7f6f2", "theme_color": "#0b6b4b",
		"icons": []manifestIcon{
			{Src: "/icons/icon-192.png", Sizes: "192x192", Type: "image/png"},
			{Src: "/icons/icon-512.png", Sizes: "512x512", Type: "image/png"},
			{Src: "/icons/icon.svg", Sizes: "any", Type: "image/svg+xml", Purpose: "maskable"},
		},
	})
	if err != nil {
		s.log.Debug("write the manifest", "error", err)
	}
}
