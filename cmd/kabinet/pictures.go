package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"kabinet/internal/gallery"
	"kabinet/internal/job"
	"kabinet/internal/storage"
	"kabinet/store"
)

// openGallery opens the pictures of the business where the configuration says that they lie.
func (c config) openGallery(st *store.Store, log *slog.Logger) (*gallery.Gallery, error) {
	address := c.Storage
	if address == "" {
		address = filepath.Join(c.Data, "pictures")
	}
	objects, err := storage.Open(address)
	if err != nil {
		return nil, err
	}
	return gallery.New(st, objects, log), nil
}

// sweepEvery is how often the whole store of objects is looked through for what a crash left.
const sweepEvery = 6 * time.Hour

// handlePictures does the work on pictures that no request waits for.
func handlePictures(q *job.Queue, g *gallery.Gallery, every time.Duration, log *slog.Logger) {
	q.Handle(store.JobPictureSizes, func(ctx context.Context, j job.Job) error {
		var args struct {
			Picture int64 `json:"picture"`
		}
		if err := j.Decode(&args); err != nil {
			return err
		}
		return g.MakeSizes(ctx, args.Picture)
	}, job.Limit(2), job.Timeout(2*time.Minute))
	const drop, sweep = "pictures.drop", "pictures.sweep"
	q.Handle(drop, func(ctx context.Context, _ job.Job) error {
		n, err := g.DropLoose(ctx)
		if n > 0 {
			log.Info("upkeep", "work", drop, "done", n)
		}
		return err
	}, job.Limit(1))
	q.Every(drop, max(every, 10*time.Minute), job.New{Kind: drop})
	q.Handle(sweep, func(ctx context.Context, _ job.Job) error {
		n, err := g.Sweep(ctx)
		if n > 0 {
			log.Warn("objects without rows were removed", "objects", n)
		}
		return err
	}, job.Limit(1), job.Timeout(time.Hour))
	q.Every(sweep, sweepEvery, job.New{Kind: sweep})
}
