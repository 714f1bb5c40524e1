package store

import (
	"context"

	"kabinet/domain"
)

// This file reads single objects by their row numbers, for node(id:). Ids that do not exist are absent from the maps. Whose the objects are is for
// the caller to decide.

// LinesByID reads order lines.
func (s *Store) LinesByID(ctx context.Context, ids []int64) (map[int64]domain.OrderLine, error) {
	var rows []orderLineRow
	err := s.list(ctx, &rows, `
select `+orderLineColumns+`
  from order_line l
  join orders o on o.id = l.order_id
 where l.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, orderLineRow.line), func(l domain.OrderLine) int64 { return l.ID }), err
}

// TimelineByID reads timeline entries.
func (s *Store) TimelineByID(ctx context.Context, ids []int64) (map[int64]domain.TimelineEntry, error) {
	var rows []timelineRow
	err := s.list(ctx, &rows, `select `+timelineColumns+`, '' as sort_key, t.id as sort_id from timeline t where t.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, timelineRow.entry), func(e domain.TimelineEntry) int64 { return e.ID }), err
}

// WalletEntriesByID reads movements of points.
func (s *Store) WalletEntriesByID(ctx context.Context, ids []int64) (map[int64]domain.WalletEntry, error) {
	var rows []entryRow
	err := s.list(ctx, &rows, `select `+entryColumns+`, '' as sort_key, t.id as sort_id from `+entryFrom+` where t.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, entryRow.entry), func(e domain.WalletEntry) int64 { return e.ID }), err
}

// LotsByID reads lots of points.
func (s *Store) LotsByID(ctx context.Context, ids []int64) (map[int64]domain.Lot, error) {
	var rows []domain.Lot
	err := s.list(ctx, &rows, `
select id, customer_id, remaining, held, expires_at, created_at
  from lot
 where id = any($1)`, orEmpty(ids))
	return byKey(rows, func(l domain.Lot) int64 { return l.ID }), err
}

// DevicesByID reads devices.
func (s *Store) DevicesByID(ctx context.Context, ids []int64) (map[int64]domain.Device, error) {
	var rows []domain.Device
	err := s.list(ctx, &rows, `select `+deviceColumns+` from device d where d.id = any($1)`, orEmpty(ids))
	return byKey(rows, func(d domain.Device) int64 { return d.ID }), err
}
