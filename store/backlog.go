package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// Backlog is what waits in the database for somebody to go on with it, besides jobs.
type Backlog struct {
	Events  int64         // committed and not lined up
	Oldest  time.Duration // how long the oldest of them has waited
	Imports []ImportCount
}

// ImportCount is how many imports of the desk there are of a kind in a state.
type ImportCount struct {
	Kind    domain.ImportKind  `db:"kind"`
	State   domain.ImportState `db:"state"`
	Imports int64              `db:"n"`
}

// Backlog reads what waits.
func (s *Store) Backlog(ctx context.Context) (b Backlog, err error) {
	var events struct {
		Count   int64   `db:"n"`
		Seconds float64 `db:"seconds"`
	}
	if err := s.get(ctx, &events, `
select count(*) as n, coalesce(greatest(extract(epoch from clock_timestamp() - min(at)), 0), 0)::float8 as seconds
  from event
 where seq is null`); err != nil {
		return b, err
	}
	b.Events, b.Oldest = events.Count, time.Duration(events.Seconds*float64(time.Second))
	return b, s.list(ctx, &b.Imports, `select kind, state, count(*) as n from import_task group by kind, state order by kind, state`)
}
