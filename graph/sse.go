package graph

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// serveEvents answers as server-sent events in the distinct connections mode of the GraphQL over SSE protocol: each operation has its own request, its results are
// "next" events, "complete" is the last one. As the protocol asks for, a document that is refused is told of by such an event too; what is no GraphQL request, or of nobody who
// may call, is refused before by a status. The id of a "next" event is the cursor of what it tells of, so that a client that comes back with
// Last-Event-ID goes on behind it.
func (h *Handler) serveEvents(w http.ResponseWriter, r *http.Request, params *graphql.RawParams) {
	req := requestFrom(r.Context())
	req.cookie = nil // the head of the answer leaves before the operation runs
	req.lastEventID = r.Header.Get("Last-Event-ID")
	leave, refused := h.enter(req)
	if refused != nil {
		h.refuse(r.Context(), w, r, http.StatusTooManyRequests, refused)
		return
	}
	defer leave()
	header := w.Header()
	header.Set("Content-Type", eventStream)
	header.Set("Cache-Control", "no-cache, no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
	header.Add("Vary", variesBy)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := eventWriter{w: w, control: http.NewResponseController(w), timeout: h.options.WriteTimeout}
	if !out.send(":\n\n") {
		return
	}
	answers, revoked := make(eventAnswers), make(chan error, 1)
	go func() {
		defer close(answers)
		o, ctx := h.prepare(ctx, h.exec, params, eventListener{answers, ctx})
		if o == nil {
			return
		}
		if o.subscribes {
			defer h.options.Rights.hold(req.access(), func(reason error) { revoked <- reason })()
		}
		o.finish(ctx)
	}()
	ping := time.NewTicker(h.options.Ping)
	defer ping.Stop()
	for {
		select {
		case <-ping.C:
			if !out.send(":\n\n") {
				return
			}
		case answer, more := <-answers:
			if !more {
				out.send(completeEvent)
				return
			}
			if !out.send(answer.id + "event: next\ndata: " + string(answer.body) + "\n\n") {
				return
			}
		case reason := <-revoked:
			if errors.Is(reason, domain.ErrSessionEnded) {
				out.send(lastEvents(h.errors.present(ctx, reason)))
			}
			return // without "complete": the client comes back with another token
		case <-ctx.Done():
			return
		}
	}
}

// lastEvents tell why a stream ends, and that there is nothing to come back for.
func lastEvents(why *gqlerror.Error) string {
	return "event: next\ndata: " + string(encode(&graphql.Response{Errors: gqlerror.List{why}})) + "\n\n" + completeEvent
}

const completeEvent = "event: complete\ndata:\n\n"

type eventAnswers chan eventAnswer

type eventAnswer struct {
	id   string // the line by which the client resumes; empty when there is nothing to resume behind
	body []byte
}

// eventListener hears the answers of an operation until ctx ends.
type eventListener struct {
	answers eventAnswers
	ctx     context.Context
}

func (l eventListener) next(body []byte, at domain.Cursor) bool {
	answer := eventAnswer{body: body}
	if at != (domain.Cursor{}) {
		answer.id = "id: " + at.String() + "\n"
	}
	select {
	case l.answers <- answer:
		return true
	case <-l.ctx.Done():
		return false
	}
}

func (l eventListener) tryNext([]byte, domain.Cursor) bool { return false } // the goroutine of the request writes

func (l eventListener) refuse(errs gqlerror.List) {
	l.next(encode(&graphql.Response{Errors: errs}), domain.Cursor{})
}

// eventWriter writes events, each within the timeout: a client that does not read is cut off.
type eventWriter struct {
	w       io.Writer
	control *http.ResponseController
	timeout time.Duration
}

func (e eventWriter) send(text string) bool {
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	if _, err := io.WriteString(e.w, text); err != nil {
		return false
	}
	if err := e.control.Flush(); err != nil {
		return false
	}
	_ = e.control.SetWriteDeadline(time.Time{})
	return true
}
