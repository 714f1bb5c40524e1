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
	err = s.list(ctx, &b.Imports, `select kind, state, count(*) as n from import_task group by kind, state order by kind, state`)
	return b, err
}

// Server is what the database server says of itself.
type Server struct {
	Version     string    `db:"version"`
	Number      int       `db:"number"` // 150008 for 15.8
	Now         time.Time `db:"now"`
	Sessions    int       `db:"sessions"` // that there are now
	MaxSessions int       `db:"max_sessions"`
}

// Server asks the database server about itself.
func (s *Store) Server(ctx context.Context) (v Server, err error) {
	err = s.get(ctx, &v, `
select current_setting('server_version') as version, current_setting('server_version_num')::int as number, clock_timestamp() as now,
       (select count(*) from pg_stat_activity where backend_type = 'client backend') as sessions, current_setting('max_connections')::int as max_sessions`)
	return v, err
}
