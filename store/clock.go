package store

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	clockEvery = 10 * time.Second       // how often the database is asked for the time
	clockWait  = 2 * time.Second        // how long its answer may take
	clockDrift = 100 * time.Millisecond // what clocks may differ by without being set
)

// databaseClock is the clock of the database, carried on in between by the steady clock of this machine. So processes whose machines disagree about
// the time agree about what was first, and a machine whose clock is set does not move the business.
type databaseClock struct {
	db   *sqlx.DB
	mark atomic.Pointer[mark]
	stop context.CancelFunc
	done chan struct{}
}

// mark is a moment on both clocks.
type mark struct{ there, here time.Time }

// newDatabaseClock asks for the time, and goes on asking until it is closed.
func newDatabaseClock(ctx context.Context, db *sqlx.DB) (*databaseClock, error) {
	c := &databaseClock{db: db, done: make(chan struct{})}
	if err := c.set(ctx); err != nil {
		return nil, err
	}
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	go c.keep(ctx)
	return c, nil
}

// Now is the time of the database.
func (c *databaseClock) Now() time.Time {
	m := c.mark.Load()
	return m.there.Add(time.Since(m.here))
}

func (c *databaseClock) set(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clockWait)
	defer cancel()
	asked := time.Now()
	var there time.Time
	if err := c.db.GetContext(ctx, &there, `select clock_timestamp()`); err != nil {
		return err
	}
	here := asked.Add(time.Since(asked) / 2)
	if old := c.mark.Load(); old == nil || old.there.Add(here.Sub(old.here)).Sub(there).Abs() > clockDrift {
		c.mark.Store(&mark{there: there, here: here})
	}
	return nil
}

func (c *databaseClock) keep(ctx context.Context) {
	defer close(c.done)
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := c.set(ctx); err != nil && ctx.Err() == nil {
			slog.DebugContext(ctx, "the database was not asked for the time", "error", err)
		}
	}
}

func (c *databaseClock) close() {
	c.stop()
	<-c.done
}
