package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// listener is who hears the answers of an operation that runs on a stream.
type listener interface {
	// next passes on one answer, to the event at a cursor; the zero one when it is to none. False says that nobody listens any more. The bytes may be
	// shared and must not be changed.
	next(answer []byte, at domain.Cursor) bool
	// tryNext does so unless it has to wait for the client; it may always say that it has to.
	tryNext(answer []byte, at domain.Cursor) bool
	// refuse says that nothing was executed.
	refuse(errs gqlerror.List)
}

// operation is one operation that runs on a stream: a websocket or server-sent events.
type operation struct {
	h   *Handler
	to  listener
	run graphql.ResponseHandler

	// For subscriptions only; see share.go.
	subscribes bool
	key        [32]byte
	who        domain.Viewer
	field      string        // the root field
	began      time.Time     // events before it are history that was asked for
	at         domain.Cursor // of the event that is answered next
	leads      *rendering    // what the next answer is rendered for, besides this operation
	awaited    bool          // whoever handed the event over waits until it was answered
	answered   chan struct{} // holds a token once it was
}

type operationKey struct{}

// prepare reads, checks and starts an operation; nil when it was refused, which to has heard then. finish must be called on what it returns.
func (h *Handler) prepare(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, to listener) (o *operation, opCtx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			to.next(encode(&graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, h.errors.recovered(ctx, p))}}), domain.Cursor{})
			o = nil
		}
	}()
	op, refused := exec.CreateOperationContext(ctx, params)
	if refused != nil {
		to.refuse(exec.DispatchError(graphql.WithOperationContext(ctx, op), few(refused)).Errors)
		return nil, nil
	}
	o = &operation{h: h, to: to}
	if op.Operation.Operation == ast.Subscription {
		o.subscribes, o.key, o.who = true, sharingKey(ctx, op), requestFrom(ctx).viewer
		o.answered = make(chan struct{}, 1)
		o.field, o.began = fieldOf(op.Operation), time.Now()
		ctx = context.WithValue(ctx, operationKey{}, o)
	}
	o.run, opCtx = exec.DispatchOperation(ctx, op)
	return o, opCtx
}

// finish passes on the answers until there is none left, or nobody listens.
func (o *operation) finish(ctx context.Context) {
	if o.subscribes {
		o.h.streams.Add(1)
		defer o.h.streams.Add(-1)
		o.h.options.Watch.Streaming(o.field, 1)
		defer o.h.options.Watch.Streaming(o.field, -1)
	} else {
		held, admitted := o.h.door.enter(ctx)
		if !admitted {
			o.to.next(encode(&graphql.Response{Errors: gqlerror.List{o.h.errors.present(ctx, errBusy)}}), domain.Cursor{})
			return
		}
		defer held.leave()
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.h.options.Patience)
		defer cancel()
	}
	defer func() {
		if p := recover(); p != nil {
			if o.leads != nil {
				o.leads.fail()
			}
			o.to.next(encode(&graphql.Response{Errors: gqlerror.List{o.h.errors.present(ctx, o.h.errors.recovered(ctx, p))}}), domain.Cursor{})
		}
	}()
	for o.answer(ctx) && o.subscribes {
	}
}

// answer passes on one answer. Each has a request of its own, which tells whether anybody asked who is calling.
func (o *operation) answer(ctx context.Context) bool {
	own := requestFrom(ctx).again()
	response := o.run(context.WithValue(ctx, requestKey{}, own))
	if response == nil {
		return false
	}
	body := encode(response)
	if o.leads != nil {
		if len(response.Errors) > 0 {
			o.leads.fail()
		} else {
			o.leads.finish(body, own.personal.Load(), o.who)
		}
		o.leads = nil
	}
	heard := o.to.next(body, o.at)
	o.at = domain.Cursor{}
	if o.awaited {
		o.awaited = false
		o.answered <- struct{}{}
	}
	return heard
}

// lastWords tells the client when a subscription ends on the server's side, so that it resumes instead of thinking that there is nothing more to come.
func (h *Handler) lastWords(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	events, over := next(ctx), false
	return func(ctx context.Context) *graphql.Response {
		if over {
			return nil
		}
		event := events(ctx)
		switch {
		case event != nil:
			over = event.Data == nil && len(event.Errors) > 0 // it was refused, nothing follows
			return event
		case ctx.Err() != nil: // the client ended it
			return nil
		}
		over = true
		return &graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, domain.ErrStreamEnded)}}
	}
}

// WaitForStreams waits until no subscription runs, or for ctx to end. Whoever stops the server ends the source of events, waits here until
// every stream has said its last words, and closes the connections then.
func (h *Handler) WaitForStreams(ctx context.Context) {
	waitFor(ctx, func() bool { return h.streams.Load() == 0 })
}

// waitFor looks until something holds or ctx ends, which it says.
func waitFor(ctx context.Context, holds func() bool) bool {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (h *Handler) oneError(ctx context.Context, err error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, err)}})
}
