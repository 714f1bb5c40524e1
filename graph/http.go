package graph

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// bodies holds buffers for requests. Large ones are not put back.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keptBody = 64 << 10

// bodyTimeout is how long a request may take to arrive behind its head. Uploads have uploadTimeout.
const bodyTimeout = time.Minute

// servePost answers application/json requests: as server-sent events when the client prefers those, from memory when it can be, else by the executor.
func (h *Handler) servePost(w http.ResponseWriter, r *http.Request) {
	contentType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	switch {
	case err == nil && contentType == multipartForm:
		h.serveUpload(w, r, parameters["boundary"])
		return
	case err != nil || contentType != plainJSON:
		h.refuse(r.Context(), w, r, http.StatusUnsupportedMediaType, errMediaType)
		return
	case charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8"):
		h.refuse(r.Context(), w, r, http.StatusUnsupportedMediaType, errCharset)
		return
	}
	buffer := bodies.Get().(*bytes.Buffer)
	defer func() {
		if buffer.Cap() <= keptBody {
			buffer.Reset()
			bodies.Put(buffer)
		}
	}()
	// The buffer is the key in the memory of answers: what makes an answer differ, then the body.
	buffer.WriteString(string(LocaleFrom(r.Context())) + requestFrom(r.Context()).accept.answers() + "\n")
	start := buffer.Len()
	if err := h.readBody(buffer, r); err != nil {
		h.refuseBody(w, r, err)
		return
	}
	h.answerPost(w, r, buffer.Bytes(), buffer.Bytes()[start:])
}

// arriveWithin bounds how long the body may take, whoever reads it or throws it away. At its end net/http takes the bound away, so a long answer has none. The server
// around this one bounds only the time of heads. Where deadlines cannot be set, as in some tests, there is none.
func arriveWithin(w http.ResponseWriter, r *http.Request, limit time.Duration) {
	if r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(limit))
	}
}

var (
	errMediaType    = domain.Errorf(domain.Invalid, "the content type must be application/json, or multipart/form-data for uploads")
	errCharset      = domain.Errorf(domain.Invalid, "the request must be encoded in UTF-8")
	errPacked       = domain.Errorf(domain.Invalid, "the only encoding of content that is understood is gzip")
	errTooLarge     = domain.Errorf(domain.Invalid, "the request body is too large")
	errTooSlow      = domain.Errorf(domain.Invalid, "the request body did not arrive in time")
	errNotStreamed  = domain.Errorf(domain.Invalid, "a subscription needs graphql-transport-ws or the header Accept: text/event-stream")
	errNotByGET     = domain.Errorf(domain.Invalid, "GET is for queries, and for subscriptions as server-sent events")
	errUnacceptable = domain.Errorf(domain.Invalid, "answers are %s, %s or %s", responseJSON, plainJSON, eventStream)
)

// readBody reads a request, unpacked, up to the limit.
func (h *Handler) readBody(into *bytes.Buffer, r *http.Request) error {
	limit := h.options.Limits.BodyBytes
	if r.ContentLength > limit {
		return errTooLarge
	}
	from := io.Reader(r.Body)
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(io.LimitReader(r.Body, limit))
		if err != nil {
			return err
		}
		from = unpacked
	default:
		return errPacked
	}
	n, err := into.ReadFrom(io.LimitReader(from, limit+1))
	if err == nil && n > limit {
		return errTooLarge
	}
	return err
}

func (h *Handler) refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	var tooLarge *http.MaxBytesError
	status, shown := http.StatusBadRequest, domain.Errorf(domain.Invalid, "the request body could not be read")
	switch {
	case errors.Is(err, errPacked):
		w.Header().Set("Accept-Encoding", "gzip")
		status, shown = http.StatusUnsupportedMediaType, errPacked
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		status, shown = http.StatusRequestTimeout, errTooSlow
	case errors.Is(err, errTooLarge) || errors.As(err, &tooLarge):
		w.Header().Set("Connection", "close")
		status = http.StatusRequestEntityTooLarge
		shown = domain.OverLimit("body", "the request body is larger than the limit of %d bytes", h.options.Limits.BodyBytes)
	}
	h.refuse(r.Context(), w, r, status, shown)
}

func (h *Handler) answerPost(w http.ResponseWriter, r *http.Request, key, body []byte) {
	ctx := r.Context()
	held, admitted := h.admit(w, r)
	if !admitted {
		return
	}
	defer held.leave()
	accept := requestFrom(r.Context()).accept
	if !accept.eventsFirst && h.fromMemory(w, r, key) {
		return
	}
	params, err := decodeParams(body)
	if err != nil {
		h.refuse(ctx, w, r, http.StatusBadRequest, err)
		return
	}
	params.Headers = r.Header
	if accept.eventsFirst {
		held.leave()
		h.serveEvents(w, r, params)
		return
	}
	op, refused := h.exec.CreateOperationContext(ctx, params)
	switch {
	case refused != nil:
		h.answerRefused(w, r, op, refused)
	case op.Operation.Operation == ast.Subscription && accept.events:
		held.leave()
		h.serveEvents(w, r, params)
	case op.Operation.Operation == ast.Subscription:
		h.refuse(ctx, w, r, http.StatusNotAcceptable, errNotStreamed)
	default:
		h.execute(w, r, op, key)
	}
}

// fromMemory answers with what was answered before to the same bytes, if the catalogue is still the same now.
func (h *Handler) fromMemory(w http.ResponseWriter, r *http.Request, key []byte) bool {
	if h.cache == nil {
		return false
	}
	begin := time.Now()
	found := h.cache.get(key)
	if found == nil {
		return false
	}
	if version, err := h.gate.Read(r.Context()); err != nil || version != found.version {
		h.options.Watch.Remembered(MemoryOutdated)
		return false
	}
	if found.packed == nil && worthPacking(r, found.body) {
		found = h.cache.withPacked(found, pack(found.body))
	}
	w.Header()["X-Kabinet-Cache"] = cacheHit
	h.send(w, r, http.StatusOK, found.body, found.packed)
	h.options.Watch.Remembered(MemoryHit)
	h.options.Watch.Answered(FromMemory, found.field, time.Since(begin), false)
	return true
}

var cacheHit = []string{"hit"}

// execute runs an operation and keeps the answer when it follows from the catalogue alone. The version is read before anything else is, so an answer
// is never kept under a version newer than itself.
func (h *Handler) execute(w http.ResponseWriter, r *http.Request, op *graphql.OperationContext, key []byte) {
	h.executeWithin(h.options.Patience, w, r, op, key)
}

func (h *Handler) executeWithin(limit time.Duration, w http.ResponseWriter, r *http.Request, op *graphql.OperationContext, key []byte) {
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	keep := h.cache != nil && key != nil && followsFromCatalogue(op.Operation) && h.documents.forAll(ctx)
	var version int64
	if keep {
		var err error
		version, err = h.gate.Read(ctx)
		keep = err == nil
		requestFrom(ctx).personal.Store(false)
	}
	run, opCtx := h.exec.DispatchOperation(ctx, op)
	response := run(opCtx)
	if response == nil {
		if r.Context().Err() == nil { // it is our time that is over, the caller waits
			h.refuse(ctx, w, r, http.StatusServiceUnavailable, context.Cause(ctx))
		}
		return
	}
	body := encode(response)
	keep = keep && len(response.Errors) == 0 && !requestFrom(ctx).personal.Load()
	var packed []byte
	// An answer to a mutation may hold a token beside words of somebody else's choice, and its packed length would tell of the token.
	if op.Operation.Operation == ast.Query && worthPacking(r, body) {
		packed = pack(body)
	}
	if keep {
		h.options.Watch.Remembered(MemoryMiss)
		h.cache.put(&answer{key: string(key), field: fieldOf(op.Operation), version: version, body: body, packed: packed})
		w.Header().Set("X-Kabinet-Cache", "miss")
	}
	h.send(w, r, statusOfAnswer(r, response), body, packed)
}

// answerRefused answers an operation that was not executed because its document, its variables or its size were refused.
func (h *Handler) answerRefused(w http.ResponseWriter, r *http.Request, op *graphql.OperationContext, refused gqlerror.List) {
	response := h.exec.DispatchError(graphql.WithOperationContext(r.Context(), op), few(refused))
	h.write(w, r, statusOfAnswer(r, response), response)
}

// statusPartly is the status of GraphQL over HTTP for an answer that has data and errors.
const statusPartly = 294

// statusOfAnswer is the status of an answer to a well-formed request. In plain JSON that is 200 whatever came of it, since old clients read nothing else.
func statusOfAnswer(r *http.Request, response *graphql.Response) int {
	switch {
	case len(response.Errors) == 0 || requestFrom(r.Context()).accept.answers() == plainJSON:
		return http.StatusOK
	case len(response.Data) > 0:
		return statusPartly
	}
	code, _ := response.Errors[0].Extensions["code"].(domain.Code)
	return statusOfCode(code)
}

// serveGet answers queries in the address, as persisted queries are asked for, and subscriptions as EventSource asks for them.
func (h *Handler) serveGet(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	held, admitted := h.admit(w, r)
	if !admitted {
		return
	}
	defer held.leave()
	params, err := paramsOfAddress(r.URL.Query())
	if err != nil {
		h.refuse(ctx, w, r, http.StatusBadRequest, err)
		return
	}
	params.Headers = r.Header
	w.Header().Set("Cache-Control", "no-store")
	accept := requestFrom(r.Context()).accept
	if r.Method == http.MethodHead {
		accept.events, accept.eventsFirst = false, false
	}
	op, refused := h.exec.CreateOperationContext(ctx, params)
	switch {
	case refused != nil && accept.eventsFirst:
		held.leave()
		h.serveEvents(w, r, params)
	case refused != nil:
		h.answerRefused(w, r, op, refused)
	case op.Operation.Operation == ast.Mutation:
		w.Header().Set("Allow", "POST")
		h.refuse(ctx, w, r, http.StatusMethodNotAllowed, errNotByGET)
	case accept.eventsFirst, op.Operation.Operation == ast.Subscription && accept.events:
		held.leave()
		h.serveEvents(w, r, params)
	case op.Operation.Operation == ast.Subscription:
		h.refuse(ctx, w, r, http.StatusNotAcceptable, errNotStreamed)
	default:
		h.execute(w, r, op, nil)
	}
}

// encode writes a response as JSON. The data is JSON already and is taken as it is; a refused request has none.
func encode(response *graphql.Response) []byte {
	b := make([]byte, 0, len(response.Data)+len(`{"data":}`))
	b = append(b, '{')
	if len(response.Errors) > 0 {
		b = append(append(b, `"errors":`...), encodeErrors(response.Errors)...)
		if len(response.Data) > 0 {
			b = append(b, ',')
		}
	}
	if len(response.Data) > 0 {
		b = append(append(b, `"data":`...), response.Data...)
	}
	return append(b, '}')
}

func encodeErrors(errs gqlerror.List) []byte {
	b, err := json.Marshal(errs)
	if err != nil {
		panic(err) // errors are made of texts and numbers only
	}
	return b
}

func (h *Handler) write(w http.ResponseWriter, r *http.Request, status int, response *graphql.Response) {
	h.send(w, r, status, encode(response), nil)
}

// send writes an answer in the media type that the client takes; packed is the same body in gzip, if there is one.
func (h *Handler) send(w http.ResponseWriter, r *http.Request, status int, body, packed []byte) {
	header := w.Header()
	header["Content-Type"] = contentTypes[requestFrom(r.Context()).accept.answers()]
	header["Vary"] = append(header["Vary"], variesBy)
	if packed != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		header["Content-Encoding"] = packedWith
		body = packed
	}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, http.ErrBodyNotAllowed) {
		h.options.Log.Debug("answer not delivered", "err", err)
	}
}

// variesBy is what else than the address makes an answer differ.
const variesBy = "Accept, Accept-Encoding, Accept-Language, Authorization"

var (
	contentTypes = map[string][]string{plainJSON: {plainJSON + "; charset=utf-8"}, responseJSON: {responseJSON + "; charset=utf-8"}}
	packedWith   = []string{"gzip"}
)

// packedFrom is the length from which packing an answer saves more than a packet of the network.
const packedFrom = 1400

func worthPacking(r *http.Request, body []byte) bool {
	return len(body) >= packedFrom && acceptsGzip(r.Header.Get("Accept-Encoding"))
}

// packers make gzip fast rather than small.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

func pack(body []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(body) / 3)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}
