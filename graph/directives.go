package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
)

func directives() DirectiveRoot {
	return DirectiveRoot{
		Auth: func(ctx context.Context, _ any, next graphql.Resolver) (any, error) {
			if !ViewerFrom(ctx).SignedIn() {
				return nil, errSignIn
			}
			return next(ctx)
		},
		Role: func(ctx context.Context, _ any, next graphql.Resolver, is domain.StaffRole) (any, error) {
			switch v := ViewerFrom(ctx); {
			case !v.SignedIn():
				return nil, errSignIn
			case v.StaffID == 0 || !v.Role.AtLeast(is):
				return nil, domain.Errorf(domain.Forbidden, "this needs the role %s", is)
			}
			return next(ctx)
		},
	}
}

var errSignIn = domain.Errorf(domain.Unauthenticated, "sign in first")
