package live

import (
	"context"
	"time"

	"kabinet/domain"
)

// hasty is a source whose answers are awaited for a limited time, so that a database that fell silent holds up the stream no longer than that.
type hasty struct {
	source   Source
	patience time.Duration
}

// LineUpEvents gives committed events their place in the order.
func (h hasty) LineUpEvents(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	return h.source.LineUpEvents(ctx)
}

// Head is the cursor of the last event.
func (h hasty) Head(ctx context.Context) (domain.Cursor, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	return h.source.Head(ctx)
}

// Tail reads all events after a cursor.
func (h hasty) Tail(ctx context.Context, after domain.Cursor, limit int) ([]domain.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	return h.source.Tail(ctx, after, limit)
}

// EventsAfter reads a topic's events after a cursor.
func (h hasty) EventsAfter(ctx context.Context, t domain.Topic, after domain.Cursor, limit int) ([]domain.Event, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	return h.source.EventsAfter(ctx, t, after, limit)
}
