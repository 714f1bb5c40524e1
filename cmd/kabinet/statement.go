package main

import (
	"bytes"
	"net/http"
	"strconv"

	"kabinet/domain"
	"kabinet/internal/pdf"
)

// maxDrawing is how many papers are drawn at once: each takes a processor while it is drawn, and the longest some 30 MB.
const maxDrawing = 2

// serveStatement serves a statement of a wallet as a PDF to whoever brings a ticket for it. The answer is private and nobody keeps it.
func (s *server) serveStatement(w http.ResponseWriter, r *http.Request) {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-r.Context().Done():
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	paper, err := s.st.StatementPaper(r.Context(), r.PathValue("ticket"))
	var drawn bytes.Buffer
	if err == nil {
		err = pdf.WriteStatement(&drawn, paper)
	}
	switch {
	case domain.CodeOf(err) == domain.NotFound && err != nil:
		http.Error(w, "Ссылка больше не действует: запросите выписку ещё раз.\nThis link has ended: ask for the statement again.", http.StatusNotFound)
	case err != nil:
		s.log.Error("draw a statement", "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
	default:
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", `inline; filename="`+paper.FileName()+`"`)
		h.Set("Content-Length", strconv.Itoa(drawn.Len()))
		_, _ = w.Write(drawn.Bytes())
	}
}
