package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// errPanic stands for a panic that was logged where it was caught.
var errPanic = errors.New("panic")

// parserLimit begins the words of the parser when a document has too many tokens; it has no error of its own for that.
const parserLimit = "exceeded token limit"

// presenter is the one door through which errors leave: every error gets a code of the contract and the request's id, and what is not meant for
// clients is logged here and leaves as INTERNAL.
type presenter struct {
	log   *slog.Logger
	watch Watch
}

func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	found := graphql.DefaultErrorPresenter(ctx, err)
	shown := &gqlerror.Error{Path: found.Path, Locations: found.Locations}
	code, retryAfter := domain.Internal, 0.0
	var coded *domain.Error
	switch refused := domain.AsRefused(err); {
	case errors.As(err, &coded):
		code, shown.Message = coded.Code, coded.Message
		retryAfter = math.Ceil(coded.RetryAfter.Seconds())
		if coded.Limit != "" {
			p.watch.Limited(coded.Limit)
		}
	case len(refused) > 0:
		code, shown.Message = domain.Invalid, refused[0].Message(LocaleFrom(ctx))
	case found.Err == nil: // made by the GraphQL libraries about the document or its variables: their words are for the caller
		code, shown.Message = domain.Invalid, found.Message
		if strings.HasPrefix(found.Message, parserLimit) {
			p.watch.Limited("tokens")
		}
	default:
		shown.Message = "something went wrong on our side; it is in our logs under the requestId"
		p.logFailure(ctx, found, err)
	}
	p.watch.Failed(code)
	shown.Extensions = map[string]any{
		"code":      code,
		"requestId": RequestIDFrom(ctx),
		"retryable": code == domain.RateLimited || code == domain.Internal,
	}
	if retryAfter > 0 {
		shown.Extensions["retryAfter"] = retryAfter
	}
	return shown
}

func (p presenter) logFailure(ctx context.Context, found *gqlerror.Error, err error) {
	switch {
	case errors.Is(err, errPanic):
		return
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		p.log.DebugContext(ctx, "caller left", "requestId", RequestIDFrom(ctx), "path", found.Path.String())
		return
	}
	p.log.ErrorContext(ctx, "request failed", "requestId", RequestIDFrom(ctx), "path", found.Path.String(), "err", err)
}

// recovered logs a panic with its stack and gives the error to answer with.
func (p presenter) recovered(ctx context.Context, value any) error {
	p.log.ErrorContext(ctx, "panic", "requestId", RequestIDFrom(ctx), "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	return errPanic
}
