package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/internal/picture"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// corners is a picture with a colour of its own in each quarter: red, green, blue, yellow by rows.
func corners(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, [...]color.RGBA{{220, 20, 20, 255}, {20, 200, 20, 255}, {20, 20, 220, 255}, {220, 220, 20, 255}}[x*2/w+y*2/h*2])
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}))
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return b.Bytes()
}

func asGIF(t testing.TB, frames int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for range frames {
		m := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.White, color.RGBA{200, 0, 0, 255}})
		m.SetColorIndex(3, 3, 1)
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 1)
	}
	var b bytes.Buffer
	must(t, gif.EncodeAll(&b, g))
	return b.Bytes()
}

// webpFile is a lossless WebP of one pixel.
const webpFile = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

// theSecret stands for where a picture was taken: it must be in nothing that comes out.
const theSecret = "GPSLatitude-59.9386N-30.3141E"

// exif is EXIF data with a way up and a secret.
func exif(orientation uint16) []byte {
	b := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	b = binary.BigEndian.AppendUint16(b, 0x0112)
	b = binary.BigEndian.AppendUint16(b, 3)
	b = binary.BigEndian.AppendUint32(b, 1)
	b = binary.BigEndian.AppendUint16(b, orientation)
	b = append(b, 0, 0)
	b = append(b, "\x88\x25\x00\x02\x00\x00\x00\x1e\x00\x00\x00\x26\x00\x00\x00\x00"...)
	return append(b, theSecret...)
}

// withSegment puts a segment behind the first two bytes of a JPEG.
func withSegment(file []byte, marker byte, body []byte) []byte {
	out := append([]byte{0xff, 0xd8, 0xff, marker}, byte((len(body)+2)>>8), byte(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(file []byte, name string, body []byte) []byte {
	const header = 8 + 25
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, name...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(bytes.Clone(file[:header]), chunk...), file[header:]...)
}

func decoded(t testing.TB, clean picture.Clean) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(clean.Bytes))
	must(t, err)
	if m.Bounds().Dx() != clean.Width || m.Bounds().Dy() != clean.Height {
		t.Errorf("it is %v, told as %d × %d", m.Bounds(), clean.Width, clean.Height)
	}
	return m
}

func TestMake_TurnsThePictureUprightAndForgetsItsPlace(t *testing.T) {
	t.Parallel()
	// Which corner of the upright picture the quarters of the stored one come to, for each way up: top left, top right, bottom left, bottom right.
	upright := map[uint16]string{0: "rgby", 1: "rgby", 2: "gryb", 3: "ybgr", 4: "byrg", 5: "rbgy", 6: "bryg", 7: "ygbr", 8: "gyrb", 9: "rgby"}
	for way, want := range upright {
		for kind, file := range map[string][]byte{
			"jpeg": withSegment(asJPEG(t, corners(80, 40)), 0xe1, append([]byte("Exif\x00\x00"), exif(way)...)),
			"png":  withChunk(asPNG(t, corners(80, 40)), "eXIf", exif(way)),
		} {
			if !bytes.Contains(file, []byte(theSecret)) {
				t.Fatal("there is nothing to forget")
			}
			clean, err := picture.Make(t.Context(), file, 2048)
			must(t, err)
			if w, h := clean.Width, clean.Height; (w > h) != (way < 5 || way > 8) {
				t.Errorf("%s, way %d: %d × %d", kind, way, w, h)
			}
			if got := quarters(decoded(t, clean)); got != strings.ReplaceAll(want, " ", "") {
				t.Errorf("%s, way %d: %s, want %s", kind, way, got, want)
			}
			narrow, err := picture.Narrow(t.Context(), clean.Bytes, 16)
			must(t, err)
			for _, b := range [][]byte{clean.Bytes, narrow.Bytes} {
				if bytes.Contains(b, []byte(theSecret)) || bytes.Contains(b, []byte("Exif")) {
					t.Errorf("%s, way %d: the place is still there", kind, way)
				}
			}
		}
	}
}

// quarters names the colours of the four quarters.
func quarters(m image.Image) (names string) {
	b := m.Bounds()
	for _, at := range [][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, blue, _ := m.At(b.Min.X+b.Dx()*at[0]/4, b.Min.Y+b.Dy()*at[1]/4).RGBA()
		switch {
		case r > 0x8000 && g > 0x8000:
			names += "y"
		case r > 0x8000:
			names += "r"
		case g > 0x8000:
			names += "g"
		case blue > 0x8000:
			names += "b"
		}
	}
	return names
}

func TestMake_KeepsNothingOfASecondFileBehindOrInsideTheFirst(t *testing.T) {
	t.Parallel()
	plain := asJPEG(t, corners(64, 64))
	const page, script, archive = "<html><script>alert(1)</script></html>", "=1;alert(document.cookie)//", "PK\x03\x04secret.txt"
	for name, file := range map[string][]byte{
		"a page behind a JPEG":     append(bytes.Clone(plain), page...),
		"an archive behind a JPEG": append(bytes.Clone(plain), archive...),
		"a page in a comment":      withSegment(plain, 0xfe, []byte(page)),
		"a page in a profile":      withSegment(plain, 0xe2, append([]byte("ICC_PROFILE\x00\x01\x01"), page...)),
		"a page in a PNG text":     withChunk(asPNG(t, corners(64, 64)), "tEXt", []byte("Comment\x00"+page)),
		"an archive behind a PNG":  append(asPNG(t, corners(64, 64)), archive...),
		"a script behind a GIF":    append(asGIF(t, 1), script...),
		"a huge profile in a PNG":  withChunk(asPNG(t, corners(64, 64)), "iCCP", append([]byte("x\x00\x00"), bytes.Repeat([]byte(page), 100_000)...)),
		"a WebP with a page":       []byte(webpFile + page),
	} {
		clean, err := picture.Make(t.Context(), file, 2048)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		decoded(t, clean)
		for _, hidden := range []string{"<html", "script", "alert", "PK\x03\x04", "ICC_PROFILE"} {
			if bytes.Contains(clean.Bytes, []byte(hidden)) {
				t.Errorf("%s: %q is still there", name, hidden)
			}
		}
	}
}

func TestMake_RefusesWhatIsNoPicture(t *testing.T) {
	t.Parallel()
	whole := asJPEG(t, corners(200, 200))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":                 {nil, picture.ErrUnknown},
		"a PNG of 2³¹ pixels":     {declared(math.MaxInt32, math.MaxInt32, 1, 0), picture.ErrDamaged},
		"a text":                  {[]byte("hello"), picture.ErrUnknown},
		"an SVG with a script":    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), picture.ErrUnknown},
		"a page":                  {[]byte("<!doctype html><script>alert(1)</script>"), picture.ErrUnknown},
		"a page before a JPEG":    {append([]byte("<html>"), whole...), picture.ErrUnknown},
		"an archive":              {[]byte("PK\x03\x04"), picture.ErrUnknown},
		"a PDF":                   {[]byte("%PDF-1.7"), picture.ErrUnknown},
		"a TIFF":                  {[]byte("II*\x00\x08\x00\x00\x00"), picture.ErrUnknown},
		"a script that is a GIF":  {[]byte("GIF89a=1;alert(1)//"), picture.ErrTooBig},
		"half a JPEG":             {whole[:len(whole)/2], picture.ErrDamaged},
		"a PNG without its end":   {asPNG(t, corners(200, 200))[:100], picture.ErrDamaged},
		"the beginning of a JPEG": {whole[:3], picture.ErrDamaged},
		"half a GIF":              {asGIF(t, 1)[:30], picture.ErrDamaged},
		"half a WebP":             {[]byte(webpFile)[:24], picture.ErrDamaged},
	} {
		if _, err := picture.Make(t.Context(), c.file, 2048); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// declared is a PNG that says it is so large; there are no pixels in it.
func declared(w, h uint32, depth, colour byte) []byte {
	header := binary.BigEndian.AppendUint32(nil, w)
	header = binary.BigEndian.AppendUint32(header, h)
	header = append(header, depth, colour, 0, 0, 0)
	file := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	file = append(file, header...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[12:]))
}

// scans is a progressive JPEG that asks for so many passes over a large picture.
func scans(t *testing.T, n int) []byte {
	t.Helper()
	file := []byte("\xff\xd8\xff\xc2\x00\x11\x08\x0b\xb8\x0b\xb8\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00")
	for range n {
		file = append(file, "\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00\x00"...)
	}
	return append(file, 0xff, 0xd9)
}

func TestMake_RefusesBombsWithoutMemoryOrTime(t *testing.T) {
	for name, file := range map[string][]byte{
		"a PNG of 50,000 × 50,000":             declared(50_000, 50_000, 8, 6),
		"a PNG of one endless row":             declared(40_000_000, 1, 8, 0),
		"a PNG with 16 bits":                   declared(7_000, 6_000, 16, 6),
		"a GIF of 65,535 × 65,535":             []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"),
		"a JPEG of 65,500 × 65,500":            []byte("\xff\xd8\xff\xc0\x00\x11\x08\xff\xdc\xff\xdc\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x08"),
		"a progressive JPEG of 24 megapixels":  []byte("\xff\xd8\xff\xc2\x00\x11\x08\x10\x00\x17\x70\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda\x00\x08"),
		"a progressive JPEG with 100,000 runs": scans(t, 100_000),
		"a WebP of 16,384 × 16,384":            []byte("RIFF\xff\xff\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x3f\x00\xff\x3f\x00"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		_, err := picture.Make(t.Context(), file, 2048)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, picture.ErrTooBig) {
			t.Errorf("%s: %v", name, err)
		}
		if took, memory := time.Since(began), after.TotalAlloc-before.TotalAlloc; took > 20*time.Second || memory > 4<<20 {
			t.Errorf("%s took %v and %d KB", name, took, memory>>10)
		}
	}
}

func TestMake_NeedsNoMoreMemoryThanThePixels(t *testing.T) {
	large := image.NewYCbCr(image.Rect(0, 0, 6_000, 4_000), image.YCbCrSubsampleRatio420)
	file := asJPEG(t, large)
	many := asGIF(t, 5_000)
	for name, c := range map[string]struct {
		file []byte
		most uint64
	}{"24 megapixels": {file, 110 << 20}, "5,000 frames": {many, 8 << 20}} {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		clean, err := picture.Make(t.Context(), c.file, 2048)
		runtime.ReadMemStats(&after)
		must(t, err)
		t.Logf("%s: %d KB, %d × %d", name, (after.TotalAlloc-before.TotalAlloc)>>10, clean.Width, clean.Height)
		if used := after.TotalAlloc - before.TotalAlloc; used > c.most {
			t.Errorf("%s took %d MB", name, used>>20)
		}
	}
}

func TestMake_StopsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	if _, err := picture.Make(ctx, asJPEG(t, corners(64, 64)), 2048); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

func TestMake_PutsWhatIsTransparentOnWhite(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 20, 20))
	m.Set(10, 10, color.NRGBA{A: 255})
	clean, err := picture.Make(t.Context(), asPNG(t, m), 2048)
	must(t, err)
	if r, g, b, _ := decoded(t, clean).At(1, 1).RGBA(); min(r, g, b) < 0xf000 {
		t.Errorf("the ground is %x %x %x", r, g, b)
	}
}

// Any size shrinks to fit, in its proportions, and an even colour stays what it is.
func TestMake_AnySizeShrinksInItsProportions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w, h := rapid.IntRange(1, 400).Draw(rt, "w"), rapid.IntRange(1, 400).Draw(rt, "h")
		longest := rapid.IntRange(1, 300).Draw(rt, "longest")
		level := uint8(rapid.IntRange(0, 255).Draw(rt, "level"))
		m := image.NewGray(image.Rect(0, 0, w, h))
		for i := range m.Pix {
			m.Pix[i] = level
		}
		clean, err := picture.Make(t.Context(), asPNG(t, m), longest)
		must(t, err)
		if max(clean.Width, clean.Height) > longest || clean.Width > w || clean.Height > h || min(clean.Width, clean.Height) < 1 {
			rt.Fatalf("%d × %d became %d × %d", w, h, clean.Width, clean.Height)
		}
		if off := math.Abs(float64(clean.Width*h - clean.Height*w)); off > float64(max(w, h))*1.01 {
			rt.Fatalf("%d × %d became %d × %d", w, h, clean.Width, clean.Height)
		}
		out := decoded(t, clean)
		for _, at := range []image.Point{{}, {clean.Width - 1, clean.Height - 1}, {clean.Width / 2, clean.Height / 2}} {
			if got := color.GrayModel.Convert(out.At(at.X, at.Y)).(color.Gray).Y; math.Abs(float64(got)-float64(level)) > 3 {
				rt.Fatalf("%d became %d at %v of %d × %d from %d × %d", level, got, at, clean.Width, clean.Height, w, h)
			}
		}
	})
}

// FuzzMake finds files that break the machinery: whatever is sent, the answer is a clean picture or one of the refusals.
func FuzzMake(f *testing.F) {
	for _, seed := range [][]byte{
		asJPEG(f, corners(16, 8)), asPNG(f, corners(8, 16)), asGIF(f, 2), []byte(webpFile), declared(50_000, 50_000, 8, 6), declared(3, 3, 16, 6),
		withSegment(asJPEG(f, corners(16, 8)), 0xe1, append([]byte("Exif\x00\x00"), exif(6)...)), withChunk(asPNG(f, corners(8, 16)), "eXIf", exif(8)),
		[]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"), []byte("\xff\xd8\xff\xe1\xff\xff"), []byte("RIFF\x00\x00\x00\x00WEBPEXIF\xff\xff\xff\xff"),
		[]byte("\xff\xd8\xff\xe1\x00\x18Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"), []byte("GIF89a=1;alert(1)//"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		clean, err := picture.Make(t.Context(), file, 256)
		switch {
		case err == nil:
			m := decoded(t, clean)
			if max(m.Bounds().Dx(), m.Bounds().Dy()) > 256 || picture.Sniff(clean.Bytes) != picture.JPEG {
				t.Errorf("came out as %v", m.Bounds())
			}
		case !errors.Is(err, picture.ErrUnknown) && !errors.Is(err, picture.ErrDamaged) && !errors.Is(err, picture.ErrTooBig):
			t.Errorf("refused by %v", err)
		}
	})
}
