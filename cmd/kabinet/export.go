package main

import (
	"context"
	"net/http"
	"time"

	"kabinet/domain"
)

// serveExport streams the file of a customer to who has a ticket for it.
func (s *server) serveExport(w http.ResponseWriter, r *http.Request) {
	customerID, err := s.st.ExportedCustomer(r.PathValue("ticket"))
	if err != nil {
		http.Error(w, "this link has ended: ask for a new one", http.StatusNotFound)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), domain.ExportLifetime)
	defer cancel()
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="kabinet-`+time.Now().UTC().Format(time.DateOnly)+`.json"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	counted := &countingWriter{ResponseWriter: w}
	switch err := s.st.ExportCustomer(ctx, customerID, counted); {
	case err == nil:
	case counted.n > 0: // the document is cut off, which its reader sees
		s.log.Error("export a customer", "error", err)
		panic(http.ErrAbortHandler)
	case domain.CodeOf(err) == domain.NotFound:
		h.Del("Content-Disposition")
		http.Error(w, "there is no such customer any more", http.StatusNotFound)
	default:
		s.log.Error("export a customer", "error", err)
		h.Del("Content-Disposition")
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// countingWriter knows whether an answer has begun.
type countingWriter struct {
	http.ResponseWriter
	n int
}

// Write passes on and counts.
func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.n += n
	return n, err
}
