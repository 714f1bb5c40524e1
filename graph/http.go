package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

const (
	plainJSON    = "application/json"
	responseJSON = "application/graphql-response+json"
	eventStream  = "text/event-stream"
)

// bodies holds buffers for requests. Large ones are not put back.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keptBody = 64 << 10

// servePost answers application/json requests: as server-sent events when the client accepts those, from memory when it can be, else by the executor.
func (h *Handler) servePost(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	contentType, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch contentType {
	case plainJSON:
	case multipartForm:
		h.serveUpload(w, r, parameters["boundary"])
		return
	default:
		h.refuse(ctx, w, r, http.StatusUnsupportedMediaType, domain.Errorf(domain.Invalid, "the content type must be application/json, or multipart/form-data for uploads"))
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
	buffer.WriteString(string(LocaleFrom(ctx)) + negotiate(r.Header.Get("Accept")) + "\n")
	start := buffer.Len()
	if r.ContentLength > h.options.Limits.BodyBytes {
		h.refuseBody(w, r, errTooLarge)
		return
	}
	n, err := buffer.ReadFrom(io.LimitReader(r.Body, h.options.Limits.BodyBytes+1))
	switch {
	case err != nil:
		h.refuseBody(w, r, err)
		return
	case n > h.options.Limits.BodyBytes:
		h.refuseBody(w, r, errTooLarge)
		return
	case prefersEvents(r.Header.Get("Accept")):
		params, err := decodeParams(buffer.Bytes()[start:])
		if err != nil {
			h.refuse(ctx, w, r, http.StatusBadRequest, err)
			return
		}
		params.Headers = r.Header
		h.serveEvents(w, r, params)
		return
	}
	h.answerPost(w, r, buffer.Bytes(), buffer.Bytes()[start:])
}

var errTooLarge = domain.Errorf(domain.Invalid, "the request body is too large")

func (h *Handler) refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	var tooLarge *http.MaxBytesError
	if errors.Is(err, errTooLarge) || errors.As(err, &tooLarge) {
		w.Header().Set("Connection", "close")
		h.refuse(r.Context(), w, r, http.StatusRequestEntityTooLarge,
			domain.Errorf(domain.Invalid, "the request body is larger than the limit of %d bytes", h.options.Limits.BodyBytes))
		return
	}
	h.refuse(r.Context(), w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "the request body could not be read"))
}

func (h *Handler) answerPost(w http.ResponseWriter, r *http.Request, key, body []byte) {
	ctx := r.Context()
	if h.fromMemory(w, r, key) {
		return
	}
	params, err := decodeParams(body)
	if err != nil {
		h.refuse(ctx, w, r, http.StatusBadRequest, err)
		return
	}
	params.Headers = r.Header
	op, refused := h.exec.CreateOperationContext(ctx, params)
	switch {
	case refused != nil:
		h.answerRefused(w, r, op, refused)
	case op.Operation.Operation == ast.Subscription && strings.Contains(r.Header.Get("Accept"), eventStream):
		h.serveEvents(w, r, params)
	case op.Operation.Operation == ast.Subscription:
		h.refuse(ctx, w, r, http.StatusNotAcceptable,
			domain.Errorf(domain.Invalid, "a subscription needs graphql-transport-ws or the header Accept: text/event-stream"))
	default:
		h.execute(w, r, op, key)
	}
}

// fromMemory answers with what was answered before to the same bytes, if the catalogue is still the same now.
func (h *Handler) fromMemory(w http.ResponseWriter, r *http.Request, key []byte) bool {
	if h.cache == nil {
		return false
	}
	found := h.cache.get(key)
	if found == nil {
		return false
	}
	if version, err := h.gate.Version(r.Context()); err != nil || version != found.version {
		return false
	}
	header := w.Header()
	header["X-Kabinet-Cache"] = cacheHit
	header["Content-Type"] = contentTypes[negotiate(r.Header.Get("Accept"))]
	header["Content-Length"] = []string{strconv.Itoa(len(found.body))}
	_, _ = w.Write(found.body)
	return true
}

var (
	cacheHit     = []string{"hit"}
	contentTypes = map[string][]string{plainJSON: {plainJSON}, responseJSON: {responseJSON}}
)

// execute runs an operation and keeps the answer when it follows from the catalogue alone. The version is read before anything else is, so an answer
// is never kept under a version newer than itself.
func (h *Handler) execute(w http.ResponseWriter, r *http.Request, op *graphql.OperationContext, key []byte) {
	ctx := r.Context()
	keep := h.cache != nil && key != nil && followsFromCatalogue(op.Operation) && h.documents.forAll(ctx)
	var version int64
	if keep {
		var err error
		version, err = h.gate.Version(ctx)
		keep = err == nil
		requestFrom(ctx).personal.Store(false)
	}
	run, opCtx := h.exec.DispatchOperation(ctx, op)
	response := run(opCtx)
	if response == nil { // the caller left
		return
	}
	body := encode(response)
	if keep && len(response.Errors) == 0 && !requestFrom(ctx).personal.Load() {
		h.cache.put(&answer{key: string(key), version: version, body: body})
		w.Header().Set("X-Kabinet-Cache", "miss")
	}
	h.writeBytes(w, r, http.StatusOK, body)
}

// answerRefused answers an operation that was not executed because its document, its variables or its size were refused.
func (h *Handler) answerRefused(w http.ResponseWriter, r *http.Request, op *graphql.OperationContext, refused gqlerror.List) {
	status := http.StatusOK
	if errcode.GetErrorKind(refused) == errcode.KindProtocol {
		status = http.StatusUnprocessableEntity
		if negotiate(r.Header.Get("Accept")) == responseJSON {
			status = http.StatusBadRequest
		}
	}
	h.write(w, r, status, h.exec.DispatchError(graphql.WithOperationContext(r.Context(), op), few(refused)))
}

// serveGet answers queries in the address, as persisted queries are asked for.
func (h *Handler) serveGet(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	query := r.URL.Query()
	sent := requestParams{RawParams: graphql.RawParams{Query: query.Get("query"), OperationName: query.Get("operationName"), Headers: r.Header},
		DocumentID: query.Get(documentIDKey)}
	for name, into := range map[string]*map[string]any{"variables": &sent.Variables, "extensions": &sent.Extensions} {
		if text := query.Get(name); text != "" && decodeJSON([]byte(text), into) != nil {
			h.refuse(ctx, w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "%s must be a JSON object", name))
			return
		}
	}
	params := sent.params()
	if params.Query == "" && params.Extensions == nil {
		h.refuse(ctx, w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "there is no query"))
		return
	}
	op, refused := h.exec.CreateOperationContext(ctx, params)
	switch {
	case refused != nil:
		h.answerRefused(w, r, op, refused)
	case op.Operation.Operation != ast.Query:
		w.Header().Set("Allow", "POST")
		h.refuse(ctx, w, r, http.StatusMethodNotAllowed, domain.Errorf(domain.Invalid, "GET is for queries only"))
	default:
		h.execute(w, r, op, nil)
	}
}

// prefersEvents says whether the client names server-sent events before JSON. Clients that name everything they understand get JSON for
// queries, and events for subscriptions.
func prefersEvents(accept string) bool {
	events := strings.Index(accept, eventStream)
	json := strings.Index(accept, "json")
	return events >= 0 && (json < 0 || events < json)
}

// negotiate picks the content type of an answer: that of GraphQL over HTTP for clients that name it before plain JSON.
func negotiate(accept string) string {
	at := strings.Index(accept, responseJSON)
	if at < 0 {
		return plainJSON
	}
	if plain := strings.Index(accept, plainJSON); plain >= 0 && plain < at {
		return plainJSON
	}
	return responseJSON
}

// decodeParams reads one GraphQL request. What is wrong with it is told without repeating it.
func decodeParams(body []byte) (*graphql.RawParams, error) {
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	if len(trimmed) > 0 && trimmed[0] == '[' {
		return nil, domain.Errorf(domain.Invalid, "batches are not accepted: send one operation per request")
	}
	params := new(requestParams)
	if len(trimmed) == 0 || trimmed[0] != '{' || decodeJSON(trimmed, params) != nil {
		return nil, domain.Errorf(domain.Invalid, "the request body must be a JSON object with query or documentId, variables, operationName and extensions")
	}
	return params.params(), nil
}

func decodeJSON(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
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
	h.writeBytes(w, r, status, encode(response))
}

func (h *Handler) writeBytes(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	header := w.Header()
	header["Content-Type"] = contentTypes[negotiate(r.Header.Get("Accept"))]
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil && !errors.Is(err, context.Canceled) {
		h.options.Log.Debug("answer not delivered", "err", err)
	}
}
