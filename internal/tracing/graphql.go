package tracing

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"kabinet/domain"
)

// Extensions make the executor of GraphQL tell of its operations; none when tracing is off.
func (t *Tracer) Extensions() []graphql.HandlerExtension {
	if t == nil {
		return nil
	}
	return []graphql.HandlerExtension{operations{t.tracer}}
}

// operations makes a span of each operation, and of each root field in it. Of a subscription only the beginning is a span: it may last for days, and its
// events go to thousands.
type operations struct{ tracer trace.Tracer }

var _ interface {
	graphql.OperationInterceptor
	graphql.ResponseInterceptor
	graphql.RootFieldInterceptor
} = operations{}

// ExtensionName names the extension.
func (operations) ExtensionName() string { return "Tracing" }

// Validate accepts every schema.
func (operations) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation traces how a subscription begins.
func (o operations) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	ctx, span := o.start(ctx, op)
	defer span.End()
	return next(ctx)
}

// InterceptResponse traces a query or a mutation.
func (o operations) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	op := graphql.GetOperationContext(ctx)
	if op.Operation == nil || op.Operation.Operation == ast.Subscription {
		return next(ctx)
	}
	ctx, span := o.start(ctx, op)
	defer span.End()
	response := next(ctx)
	if response != nil && len(response.Errors) > 0 {
		code, _ := response.Errors[0].Extensions["code"].(domain.Code)
		span.SetStatus(codes.Error, string(code))
	}
	return response
}

func (o operations) start(ctx context.Context, op *graphql.OperationContext) (context.Context, trace.Span) {
	kind := string(op.Operation.Operation)
	name := kind
	if field, one := rootField(op.Operation); one {
		name += " " + field
	}
	attributes := []attribute.KeyValue{attribute.String("graphql.operation.type", kind)}
	if called := op.Operation.Name; called != "" {
		attributes = append(attributes, attribute.String("graphql.operation.name", called[:min(len(called), 100)]))
	}
	return o.tracer.Start(ctx, name, trace.WithAttributes(attributes...))
}

// rootField is the one root field of an operation.
func rootField(op *ast.OperationDefinition) (name string, one bool) {
	if len(op.SelectionSet) != 1 {
		return "", false
	}
	f, one := op.SelectionSet[0].(*ast.Field)
	if !one {
		return "", false
	}
	return f.Name, true
}

// InterceptRootField traces a root field.
func (o operations) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	f := graphql.GetRootFieldContext(ctx)
	ctx, span := o.tracer.Start(ctx, f.Field.ObjectDefinition.Name+"."+f.Field.Name)
	defer span.End()
	return next(ctx)
}
