// Package gallery takes pictures in, makes their sizes, serves them and clears away those that nothing shows. Bytes lie in a store of objects, rows in the
// database, and the order of the two is what keeps them together: an object is written before a row speaks of it, and removed after its row is
// gone. A crash between the two leaves an object without a row, never a row without an object; [Gallery.Sweep] finds such objects.
package gallery

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"kabinet/domain"
	"kabinet/internal/picture"
	"kabinet/internal/storage"
)

// Rows is what the gallery asks of the database.
type Rows interface {
	// MayUpload is an error when somebody has uploaded as many pictures as one may.
	MayUpload(ctx context.Context, v domain.Viewer) error
	// KeepPicture records a picture whose largest size lies in the store of objects; kept is false for a repeat.
	KeepPicture(ctx context.Context, v domain.Viewer, key, digest string, f domain.PictureFile) (p domain.Picture, kept bool, err error)
	// PictureToSize reads a picture whose smaller sizes are to be made; ErrNotFound when there is nothing to do.
	PictureToSize(ctx context.Context, id int64) (domain.PictureFile, error)
	// KeepSizes records the smaller sizes of a picture.
	KeepSizes(ctx context.Context, id int64, sizes []domain.SizedPicture) error
	// Media reads one size of a picture; ErrNotFound when there is none.
	Media(ctx context.Context, name string, width int64) (domain.SizedPicture, error)
	// DropLoosePictures forgets pictures that nothing shows and returns the names of their objects.
	DropLoosePictures(ctx context.Context) (objects []string, err error)
	// UnknownObjects are those of the objects that no row speaks of.
	UnknownObjects(ctx context.Context, objects []string) (unknown []string, err error)
	// ObjectsAfter reads the names of objects that rows speak of, in order.
	ObjectsAfter(ctx context.Context, after string, limit int) (objects []string, err error)
}

// Gallery is the pictures of one business. It is safe for concurrent use.
type Gallery struct {
	rows    Rows
	objects storage.Store
	log     *slog.Logger
	desks   chan struct{} // one for each picture that may be worked on at a time: decoding takes memory
	now     func() time.Time
}

const (
	desks       = 2
	makeTimeout = 30 * time.Second
	// orphanAge is how old an object without a row must be to be removed: a young one may be waiting for its row.
	orphanAge = 24 * time.Hour
	// sweepSet is how many objects are looked up at once.
	sweepSet = 500
)

// New opens the gallery.
func New(rows Rows, objects storage.Store, log *slog.Logger) *Gallery {
	return &Gallery{rows: rows, objects: objects, log: log, desks: make(chan struct{}, desks), now: time.Now}
}

// sit waits for a desk to work at.
func (g *Gallery) sit(ctx context.Context) (leave func(), err error) {
	select {
	case g.desks <- struct{}{}:
		return func() { <-g.desks }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Upload takes a picture in. Nothing of the file but its pixels is kept. Refusals: a file that is too large or no picture, and STORAGE_FULL; nothing is stored
// then. Who uploads too much gets RATE_LIMITED. The same key and file give the first result again.
func (g *Gallery) Upload(ctx context.Context, v domain.Viewer, key string, file io.Reader) (domain.Picture, error) {
	if refused := domain.CheckKey(key); refused != nil {
		return domain.Picture{}, refused
	}
	if err := g.rows.MayUpload(ctx, v); err != nil {
		return domain.Picture{}, err
	}
	clean, digest, err := g.clean(ctx, file)
	if err != nil {
		return domain.Picture{}, err
	}
	f := domain.PictureFile{Name: strings.ToLower(rand.Text()), Width: int64(clean.Width), Height: int64(clean.Height)}
	object := domain.ObjectName(f.Name, f.Width)
	if err := g.objects.Put(ctx, object, picture.ContentType, clean.Bytes); err != nil {
		return domain.Picture{}, g.putFailed(err)
	}
	p, kept, err := g.rows.KeepPicture(ctx, v, key, digest, f)
	var coded *domain.Error
	// After any other error the row may have been committed all the same.
	if err == nil && !kept || errors.As(err, &coded) || domain.AsRefused(err) != nil {
		if err := g.objects.Remove(context.WithoutCancel(ctx), object); err != nil {
			g.log.Warn("an object that nobody needs stays until it is swept", "object", object, "error", err)
		}
	}
	return p, err
}

// clean reads a file and draws it anew, at a desk.
func (g *Gallery) clean(ctx context.Context, file io.Reader) (picture.Clean, string, error) {
	leave, err := g.sit(ctx)
	if err != nil {
		return picture.Clean{}, "", err
	}
	defer leave()
	raw, err := io.ReadAll(io.LimitReader(file, domain.MaxPictureBytes+1))
	if err != nil {
		return picture.Clean{}, "", fmt.Errorf("read an upload: %w", err)
	}
	if len(raw) > domain.MaxPictureBytes {
		return picture.Clean{}, "", domain.Refuse(domain.Refusal{Code: domain.CodeTooLarge, Field: []string{"file"}, Rule: "pictureBytes", Limit: domain.MaxPictureBytes >> 20})
	}
	ctx, cancel := context.WithTimeout(ctx, makeTimeout)
	defer cancel()
	clean, err := picture.Make(ctx, raw, domain.MaxPictureSide)
	sum := sha256.Sum256(raw)
	return clean, hex.EncodeToString(sum[:]), refusal(err)
}

// refusal says to the caller why a file is no picture.
func refusal(err error) error {
	switch {
	case errors.Is(err, picture.ErrUnknown):
		return domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"file"}, Rule: "pictureType"})
	case errors.Is(err, picture.ErrTooBig), errors.Is(err, context.DeadlineExceeded):
		return domain.Refuse(domain.Refusal{Code: domain.CodeTooLarge, Field: []string{"file"}, Rule: "picturePixels", Limit: picture.MaxPixels / 1_000_000})
	case errors.Is(err, picture.ErrDamaged):
		return domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"file"}, Rule: "pictureDamaged"})
	}
	return err
}

// putFailed tells the operator of a full disk and the caller to come again.
func (g *Gallery) putFailed(err error) error {
	if errors.Is(err, storage.ErrFull) {
		g.log.Error("no room is left for pictures", "error", err)
		return domain.Refuse(domain.Refusal{Code: domain.CodeStorageFull, Field: []string{"file"}})
	}
	return err
}

// MakeSizes makes the smaller sizes of a picture. Doing it again is harmless.
func (g *Gallery) MakeSizes(ctx context.Context, id int64) error {
	f, err := g.rows.PictureToSize(ctx, id)
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	leave, err := g.sit(ctx)
	if err != nil {
		return err
	}
	defer leave()
	largest, err := g.read(ctx, domain.ObjectName(f.Name, f.Width))
	if err != nil {
		return err
	}
	var sizes []domain.SizedPicture
	for _, width := range domain.PictureWidths() {
		if int64(width) >= f.Width {
			break
		}
		narrow, err := picture.Narrow(ctx, largest, width)
		if err != nil {
			return err
		}
		if err := g.objects.Put(ctx, domain.ObjectName(f.Name, int64(width)), picture.ContentType, narrow.Bytes); err != nil {
			return err
		}
		sizes = append(sizes, domain.SizedPicture{Width: int64(narrow.Width), Height: int64(narrow.Height), ContentType: picture.ContentType})
	}
	err = g.rows.KeepSizes(ctx, id, sizes)
	if errors.Is(err, domain.ErrNotFound) { // removed meanwhile; the sweep takes what was made
		return nil
	}
	return err
}

func (g *Gallery) read(ctx context.Context, object string) ([]byte, error) {
	r, err := g.objects.Open(ctx, object)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", object, err)
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

// DropLoose removes pictures that nothing has shown for a day, one set of them, and returns how many objects were removed.
func (g *Gallery) DropLoose(ctx context.Context) (int, error) {
	objects, err := g.rows.DropLoosePictures(ctx)
	for _, o := range objects {
		err = errors.Join(err, g.objects.Remove(ctx, o))
	}
	return len(objects), err
}

// Sweep removes objects that no row speaks of, such as a crash leaves, and returns how many there were.
func (g *Gallery) Sweep(ctx context.Context) (n int, err error) {
	var set []string
	sweep := func() error {
		unknown, err := g.rows.UnknownObjects(ctx, set)
		set = set[:0]
		for _, o := range unknown {
			n++
			err = errors.Join(err, g.objects.Remove(ctx, o))
		}
		return err
	}
	for o, err := range g.objects.All(ctx) {
		if err != nil {
			return n, err
		}
		if g.now().Sub(o.Changed) < orphanAge {
			continue
		}
		if set = append(set, o.Name); len(set) == sweepSet {
			if err := sweep(); err != nil {
				return n, err
			}
		}
	}
	if len(set) > 0 {
		err = sweep()
	}
	return n, err
}

// Missing lists the objects that rows speak of and that are not there, at most 20; for the doctor.
func (g *Gallery) Missing(ctx context.Context) (missing []string, err error) {
	there := map[string]bool{}
	for o, err := range g.objects.All(ctx) {
		if err != nil {
			return nil, err
		}
		there[o.Name] = true
	}
	after := ""
	for len(missing) < 20 {
		known, err := g.rows.ObjectsAfter(ctx, after, sweepSet)
		if err != nil || len(known) == 0 {
			return missing, err
		}
		after = known[len(known)-1]
		for _, name := range known {
			if there[name] {
				continue
			}
			r, err := g.objects.Open(ctx, name) // it may have come since the list was read
			switch {
			case errors.Is(err, storage.ErrNotFound):
				missing = append(missing, name)
			case err != nil:
				return missing, err
			default:
				_ = r.Close()
			}
		}
	}
	return slices.Clip(missing), nil
}
