package graph

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// serveEvents answers as server-sent events in the distinct connections mode of the GraphQL over SSE protocol: each operation has its own request, its results are
// "next" events, "complete" is the last one.
func (h *Handler) serveEvents(w http.ResponseWriter, r *http.Request, params *graphql.RawParams) {
	requestFrom(r.Context()).cookie = nil // the head of the answer leaves before the operation runs
	header := w.Header()
	header.Set("Content-Type", eventStream)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := eventWriter{w: w, control: http.NewResponseController(w), timeout: h.options.WriteTimeout}
	if !out.send(":\n\n") {
		return
	}
	answers := make(eventAnswers)
	go func() {
		defer close(answers)
		if o, ctx := h.prepare(ctx, h.exec, params, eventListener{answers, ctx}); o != nil {
			o.finish(ctx)
		}
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
				out.send("event: complete\ndata:\n\n")
				return
			}
			if !out.send("event: next\ndata: " + string(answer) + "\n\n") {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

type eventAnswers chan []byte

// eventListener hears the answers of an operation until ctx ends.
type eventListener struct {
	answers eventAnswers
	ctx     context.Context
}

func (l eventListener) next(answer []byte) bool {
	select {
	case l.answers <- answer:
		return true
	case <-l.ctx.Done():
		return false
	}
}

func (l eventListener) refuse(errs gqlerror.List) { l.next(encode(&graphql.Response{Errors: errs})) }

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
