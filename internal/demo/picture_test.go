package demo

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

func pixels(t *testing.T, img image.Image) []byte {
	t.Helper()
	rgba, ok := img.(*image.RGBA)
	if !ok {
		t.Fatalf("drawn as %T", img)
	}
	return rgba.Pix
}

func TestDraw_RepeatsItselfAndVariesWithTheSeed(t *testing.T) {
	t.Parallel()
	for _, motif := range Motifs() {
		t.Run(motif, func(t *testing.T) {
			t.Parallel()
			first := pixels(t, Draw(motif+"/lake", 1, 160, 120))
			if !bytes.Equal(first, pixels(t, Draw(motif+"/lake", 1, 160, 120))) {
				t.Error("the same seed gives another picture")
			}
			if bytes.Equal(first, pixels(t, Draw(motif+"/lake", 2, 160, 120))) {
				t.Error("another seed gives the same picture")
			}
			if bytes.Equal(first, pixels(t, Draw(motif+"/rose", 1, 160, 120))) {
				t.Error("another palette gives the same picture")
			}
		})
	}
}

func TestDraw_FillsThePictureWithManyColours(t *testing.T) {
	t.Parallel()
	for _, motif := range Motifs() {
		img := Draw(motif+"/meadow", 3, 160, 120)
		seen := make(map[[3]byte]bool)
		pix := pixels(t, img)
		for i := 0; i < len(pix); i += 4 {
			if pix[i+3] != 255 {
				t.Fatalf("%s: pixel %d is not opaque", motif, i/4)
			}
			seen[[3]byte{pix[i] >> 4, pix[i+1] >> 4, pix[i+2] >> 4}] = true
		}
		if len(seen) < 40 {
			t.Errorf("%s: only %d colours", motif, len(seen))
		}
	}
}

func TestPictures_AreJPEGsOfThreeWidths(t *testing.T) {
	t.Parallel()
	pictures, err := Pictures(Product{Slug: "lake-house", Picture: "lake/forest"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Pictures(Product{Slug: "lake-house", Picture: "lake/forest"})
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures) != len(PictureWidths()) {
		t.Fatalf("%d pictures", len(pictures))
	}
	for i, w := range PictureWidths() {
		p := pictures[i]
		got, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		if got.Width != w || got.Height != w*3/4 || p.Width != w || p.Height != w*3/4 {
			t.Errorf("width %d: file of %d × %d, told %d × %d", w, got.Width, got.Height, p.Width, p.Height)
		}
		if !bytes.Equal(p.JPEG, again[i].JPEG) {
			t.Errorf("width %d differs the second time", w)
		}
		if len(p.JPEG) > 250_000 {
			t.Errorf("width %d: %d bytes", w, len(p.JPEG))
		}
	}
}

func TestPictures_RefuseAnUnknownMotif(t *testing.T) {
	t.Parallel()
	if _, err := Pictures(Product{Slug: "x", Picture: "castle/forest"}); err == nil {
		t.Error("no error")
	}
}

// TestContactSheet writes all pictures of a preset on one sheet, to be looked at, when KABINET_CONTACT_SHEETS names a folder.
func TestContactSheet(t *testing.T) {
	folder := os.Getenv("KABINET_CONTACT_SHEETS")
	if folder == "" {
		t.Skip("KABINET_CONTACT_SHEETS is not set")
	}
	eachPreset(t, func(t *testing.T, b *Business) {
		const columns, w, h = 6, 240, 180
		rows := (len(b.Products) + columns - 1) / columns
		sheet := image.NewRGBA(image.Rect(0, 0, columns*w, rows*h))
		for i, p := range b.Products {
			pictures, err := Pictures(p)
			if err != nil {
				t.Fatal(err)
			}
			img, err := jpeg.Decode(bytes.NewReader(pictures[1].JPEG))
			if err != nil {
				t.Fatal(err)
			}
			at := image.Pt(i%columns*w, i/columns*h)
			for y := range h {
				for x := range w {
					sheet.Set(at.X+x, at.Y+y, img.At(x*2, y*2))
				}
			}
			draw.Draw(sheet, image.Rect(at.X, at.Y, at.X+w, at.Y+2), image.White, image.Point{}, draw.Src)
		}
		f, err := os.Create(filepath.Join(folder, filepath.Base(t.Name())+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, sheet); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkPictures(b *testing.B) {
	business, err := Load(DefaultPreset)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if _, err := Pictures(business.Products[i%len(business.Products)]); err != nil {
			b.Fatal(err)
		}
	}
}
