package graph

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/domain"
)

const (
	multipartForm = "multipart/form-data"
	// uploadPath is where the operation of an upload must take its file.
	uploadPath = "variables.input.file"
	// uploadTimeout is how long a file may take to arrive.
	uploadTimeout = 2 * time.Minute
	// uploadDrained is how much of a file that is too large is read to its end, so that its sender hears why it was refused instead of a broken connection.
	uploadDrained = 64 << 20
)

// Pages of other sites can send forms, but not with a header of their own choice unless the server agrees first, which this one does not.
var preflightHeaders = []string{"GraphQL-Preflight", "Apollo-Require-Preflight"}

// serveUpload answers a mutation with one file, sent as the GraphQL multipart request specification says: the parts operations, map and the file, in this
// order. The file goes to a temporary file that is gone when the request ends, so that slow callers cost no memory.
func (h *Handler) serveUpload(w http.ResponseWriter, r *http.Request, boundary string) {
	ctx := r.Context()
	if !requestFrom(ctx).viewer.SignedIn() {
		h.refuseUpload(w, r, http.StatusUnauthorized, domain.Errorf(domain.Unauthenticated, "sign in to upload"))
		return
	}
	if r.Header.Get(preflightHeaders[0]) == "" && r.Header.Get(preflightHeaders[1]) == "" {
		h.refuseUpload(w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "uploads need the header GraphQL-Preflight: 1"))
		return
	}
	arriveWithin(w, r, uploadTimeout)
	r.Body = http.MaxBytesReader(w, r.Body, uploadDrained+h.options.Limits.UploadBytes+h.options.Limits.BodyBytes)
	params, file, err := h.readUpload(multipart.NewReader(r.Body, boundary))
	if file != nil {
		defer file.discard()
	}
	if err != nil {
		h.refuseUpload(w, r, http.StatusBadRequest, err)
		return
	}
	params.Headers = r.Header
	held, admitted := h.admit(w, r)
	if !admitted {
		return
	}
	defer held.leave()
	op, refused := h.exec.CreateOperationContext(ctx, params)
	switch {
	case refused != nil:
		h.answerRefused(w, r, op, refused)
	case op.Operation.Operation != ast.Mutation:
		h.refuseUpload(w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "files are for mutations only"))
	default:
		h.executeWithin(uploadTimeout, w, r, op, nil)
	}
}

// refuseUpload answers without reading the rest of the file, so the connection is not used again.
func (h *Handler) refuseUpload(w http.ResponseWriter, r *http.Request, status int, err error) {
	w.Header().Set("Connection", "close")
	var tooLarge *http.MaxBytesError
	var coded *domain.Error
	switch {
	case errors.As(err, &tooLarge) || errors.Is(err, os.ErrDeadlineExceeded):
		h.refuseBody(w, r, err)
		return
	case !errors.As(err, &coded) && !errors.Is(err, errNoRoom):
		err = domain.Errorf(domain.Invalid, "the upload could not be read")
	case errors.Is(err, errNoRoom):
		h.options.Log.Error("an upload could not be put aside", "err", err)
		status, err = http.StatusInsufficientStorage, &domain.Error{Code: domain.Internal, Message: "there is no room for uploads now", RetryAfter: time.Minute}
	}
	h.refuse(r.Context(), w, r, status, err)
}

var errNoRoom = errors.New("no room for temporary files")

// readUpload reads the parts of an upload.
func (h *Handler) readUpload(form *multipart.Reader) (*graphql.RawParams, *spooled, error) {
	operations, err := readPart(form, "operations", h.options.Limits.BodyBytes)
	if err != nil {
		return nil, nil, err
	}
	params, err := decodeParams(operations)
	if err != nil {
		return nil, nil, err
	}
	places, err := readPart(form, "map", 4<<10)
	if err != nil {
		return nil, nil, err
	}
	var files map[string][]string
	if decodeJSON(places, &files) != nil || len(files) != 1 {
		return nil, nil, domain.Errorf(domain.Invalid, "map must name one file")
	}
	for key, at := range files {
		input, isObject := params.Variables["input"].(map[string]any)
		if len(at) != 1 || at[0] != uploadPath || !isObject {
			return nil, nil, domain.Errorf(domain.Invalid, "the file must stand at "+uploadPath)
		}
		part, err := form.NextPart()
		if err != nil {
			return nil, nil, err
		}
		if part.FormName() != key {
			return nil, nil, domain.Errorf(domain.Invalid, "the file must follow operations and map")
		}
		file, err := spool(part, h.options.Limits.UploadBytes)
		if err != nil {
			return nil, file, err
		}
		input["file"] = graphql.Upload{File: file.File, Filename: part.FileName(), Size: file.size, ContentType: part.Header.Get("Content-Type")}
		return params, file, nil
	}
	return nil, nil, domain.Errorf(domain.Invalid, "map must name one file")
}

// readPart reads the next part, which must have this name.
func readPart(form *multipart.Reader, name string, limit int64) ([]byte, error) {
	part, err := form.NextPart()
	if err != nil {
		return nil, err
	}
	if part.FormName() != name {
		return nil, domain.Errorf(domain.Invalid, "the parts must be operations, map and the file, in this order")
	}
	var text bytes.Buffer
	if n, err := io.CopyN(&text, part, limit+1); n > limit {
		return nil, domain.OverLimit("body", "the part %s is larger than the limit of %d bytes", name, limit)
	} else if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return text.Bytes(), nil
}

// spooled is a file that was put aside while its request lasts.
type spooled struct {
	*os.File
	size int64
}

// discard removes the file.
func (s *spooled) discard() {
	_ = s.Close()
	_ = os.Remove(s.Name())
}

// spool puts a part aside. One byte more than the limit is kept, for the resolver to see that the file is too large and to say so in its own words.
func spool(part *multipart.Part, limit int64) (*spooled, error) {
	file, err := os.CreateTemp("", "kabinet-upload-")
	if err != nil {
		return nil, errors.Join(errNoRoom, err)
	}
	s := &spooled{File: file}
	reader := &upstream{r: io.LimitReader(part, limit+1)}
	if s.size, err = io.Copy(file, reader); err == nil && s.size > limit {
		_, err = io.Copy(io.Discard, part)
		return s, errors.Join(err, rewind(file))
	}
	switch {
	case reader.err != nil:
		return s, reader.err
	case err != nil:
		return s, errors.Join(errNoRoom, err)
	}
	return s, rewind(file)
}

func rewind(file *os.File) error {
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// upstream remembers what went wrong with reading, apart from what went wrong with writing.
type upstream struct {
	r   io.Reader
	err error
}

func (u *upstream) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		u.err = err
	}
	return n, err
}
