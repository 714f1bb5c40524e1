// Package picture makes a clean picture of a file that a stranger sent: what comes out was drawn anew from the pixels, so that nothing but the pixels
// is left of it: no place, no camera, no profile, no second file behind the first.
//
// A file is known by its first bytes alone; its name and the type it claims mean nothing. JPEG, PNG, GIF (its first frame) and WebP are taken; anything
// else, SVG and HTML among it, is not. How much memory and time a file will cost is reckoned from its headers before a pixel of it is decoded.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// The reasons why a file is not taken.
var (
	ErrUnknown = errors.New("picture: neither JPEG, PNG, GIF nor WebP")
	ErrDamaged = errors.New("picture: the file is damaged")
	ErrTooBig  = errors.New("picture: too many pixels")
)

const (
	// MaxPixels is how many pixels a file may have: those of the largest telephones of today.
	MaxPixels = 50_000_000
	maxSide   = 65_535 // more has no format but PNG
	// maxMemory bounds what decoding may take. Only unusual files meet it before MaxPixels: progressive JPEG, sixteen bits for each channel.
	maxMemory = 200 << 20
	// maxScans bounds the passes over a JPEG. A few bytes can ask for one more pass over all of it; honest files have a dozen.
	maxScans = 64

	quality = 85
)

// Kind is the kind of a file.
type Kind string

// The kinds that are taken.
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	GIF  Kind = "image/gif"
	WebP Kind = "image/webp"
)

// Sniff tells the kind of a file by its first bytes; empty for any that is not taken.
func Sniff(head []byte) Kind {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	}
	return ""
}

// Clean is a picture that was drawn anew, as a JPEG.
type Clean struct {
	Width, Height int
	Bytes         []byte
}

// ContentType is the type of every clean picture.
const ContentType = string(JPEG)

// Make draws the picture of a file anew, upright as its camera held it, on white where it is transparent, shrunk to at most longest pixels in
// both directions. The error is ErrUnknown, ErrDamaged or ErrTooBig, or that of ctx.
func Make(ctx context.Context, file []byte, longest int) (Clean, error) {
	decoded, orientation, err := decode(ctx, file)
	if err != nil {
		return Clean{}, err
	}
	size := decoded.Bounds().Size()
	return encode(turned(shrunk(decoded, fit(size.X, size.Y, longest, longest)), orientation))
}

// Narrow makes a narrower one of a clean picture; one that is no wider than width stays as wide as it is.
func Narrow(ctx context.Context, file []byte, width int) (Clean, error) {
	decoded, _, err := decode(ctx, file)
	if err != nil {
		return Clean{}, err
	}
	size := decoded.Bounds().Size()
	return encode(shrunk(decoded, fit(size.X, size.Y, width, size.Y)))
}

func encode(m *image.RGBA) (Clean, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
		return Clean{}, fmt.Errorf("encode a picture: %w", err)
	}
	return Clean{Width: m.Rect.Dx(), Height: m.Rect.Dy(), Bytes: out.Bytes()}, nil
}

// decode reads a file whose cost was reckoned to be bearable.
func decode(ctx context.Context, file []byte) (image.Image, int, error) {
	kind := Sniff(file)
	if kind == "" {
		return nil, 0, ErrUnknown
	}
	facts, err := examine(kind, file)
	if err != nil {
		return nil, 0, err
	}
	reader := &patient{ctx: ctx, r: bytes.NewReader(file)}
	var m image.Image
	switch kind {
	case JPEG:
		m, err = jpeg.Decode(reader)
	case PNG:
		m, err = png.Decode(reader)
	case GIF:
		m, err = gif.Decode(reader)
	case WebP:
		m, err = webp.Decode(reader)
	}
	switch {
	case ctx.Err() != nil:
		return nil, 0, context.Cause(ctx)
	case err != nil:
		return nil, 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	case m.Bounds().Empty(), m.Bounds().Dx()*m.Bounds().Dy() > MaxPixels:
		return nil, 0, ErrDamaged
	}
	return m, facts.orientation, nil
}

// patient reads until its context ends; decoders ask no context, but they ask for bytes.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
