package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kabinet/domain"
)

// exportLifetime is how long a link to the file of a customer works.
const exportLifetime = 10 * time.Minute

// exportAudience keeps tickets for files and access tokens apart: neither is good for the other.
const exportAudience = "kabinet-export"

// IssueExport makes a ticket for the file of a customer and says when it ends.
func (t *tokens) IssueExport(customerID int64) (ticket string, expiresAt time.Time, err error) {
	now := t.now().UTC().Truncate(time.Second)
	expiresAt = now.Add(exportLifetime)
	ticket, err = jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Issuer: tokenIssuer, Audience: jwt.ClaimStrings{exportAudience}, Subject: strconv.FormatInt(customerID, 10),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expiresAt),
	}).SignedString(t.key)
	return ticket, expiresAt, err
}

// exported is the customer whose file a ticket is for; 0 for a ticket that is not valid or has ended.
func (t *tokens) exported(ticket string) int64 {
	var c jwt.RegisteredClaims
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(tokenIssuer), jwt.WithAudience(exportAudience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(t.now)).ParseWithClaims(ticket, &c, func(*jwt.Token) (any, error) { return t.key, nil })
	id, err2 := strconv.ParseInt(c.Subject, 10, 64)
	if err != nil || err2 != nil {
		return 0
	}
	return id
}

// serveExport streams the file of a customer to who has a ticket for it.
func (s *server) serveExport(w http.ResponseWriter, r *http.Request) {
	customerID := s.tokens.exported(r.PathValue("ticket"))
	if customerID == 0 {
		http.Error(w, "this link has ended: ask for a new one", http.StatusNotFound)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), exportLifetime)
	defer cancel()
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="kabinet-`+s.tokens.now().UTC().Format(time.DateOnly)+`.json"`)
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
