package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"kabinet/domain"
	"kabinet/internal/storage"
)

const (
	// partial ends the names of files that are still coming.
	partial = ".part"
	// uploadPause is how long a sender may be silent.
	uploadPause = time.Minute
)

// serveUpload streams a file into its place. The link is the right to send it. A file that is there already stays as it is, so that repeating is safe.
func (in *intake) serveUpload(w http.ResponseWriter, r *http.Request) {
	f, err := in.st.ImportUpload(r.Context(), r.PathValue("ticket"))
	switch {
	case err != nil && domain.CodeOf(err) == domain.NotFound:
		http.Error(w, "this link has ended: ask for a new one", http.StatusNotFound)
		return
	case err != nil:
		in.log.Error("find the place of an upload", "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	case f.ReceivedAt != nil && r.ContentLength == f.Bytes:
		w.WriteHeader(http.StatusNoContent)
		return
	case f.ReceivedAt != nil:
		http.Error(w, "another file was sent here", http.StatusConflict)
		return
	case r.ContentLength > in.maxBytes:
		w.Header().Set("Connection", "close")
		http.Error(w, "the file is too large", http.StatusRequestEntityTooLarge)
		return
	}
	n, err := storage.WriteFile(in.upload(f), f.Object+"-*"+partial, &patient{r: http.MaxBytesReader(w, r.Body, in.maxBytes), control: http.NewResponseController(w)})
	if err == nil {
		err = in.st.KeepImportFile(r.Context(), f.ID, n)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.As(err, &tooLarge):
		http.Error(w, "the file is too large", http.StatusRequestEntityTooLarge)
	case errors.Is(err, storage.ErrFull):
		in.log.Error("no room is left for files of imports", "error", err)
		http.Error(w, "there is no room for the file", http.StatusInsufficientStorage)
	default:
		in.log.Warn("a file of an import did not arrive", "file", f.ID, "error", err)
		http.Error(w, "the file did not arrive: send it again", http.StatusBadRequest)
	}
}

// patient reads a body that may take long as a whole, but not between two pieces.
type patient struct {
	r       io.Reader
	control *http.ResponseController
}

// Read gives the sender time for the next piece. Where deadlines cannot be set, there is none.
func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(uploadPause))
	return p.r.Read(b)
}

// serveRejects hands out the rejected rows of an import to who has a link for them.
func (in *intake) serveRejects(w http.ResponseWriter, r *http.Request) {
	i, err := in.st.RejectedImport(r.Context(), r.PathValue("ticket"))
	if err != nil {
		if domain.CodeOf(err) != domain.NotFound {
			in.log.Error("find rejected rows", "error", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		http.Error(w, "Ссылка больше не действует.\nThis link has ended.", http.StatusNotFound)
		return
	}
	file, err := os.Open(in.rejects(i.ID))
	if err != nil {
		http.Error(w, "Файла больше нет.\nThe file is gone.", http.StatusNotFound)
		return
	}
	defer func() { _ = file.Close() }()
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="rejects-`+strconv.FormatInt(i.ID, 10)+`.csv"`)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = io.Copy(w, file)
}
