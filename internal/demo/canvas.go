package demo

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// Scenes are composed on a sheet of 400 × 300 units whatever the size in pixels, so one composition serves every width.
const (
	sheetW = 400.0
	sheetH = 300.0
)

// tint is a colour with straight alpha, each part 0..1.
type tint struct{ r, g, b, a float64 }

func hex(v uint32) tint {
	return tint{float64(v>>16&0xff) / 255, float64(v>>8&0xff) / 255, float64(v&0xff) / 255, 1}
}

var (
	white = tint{1, 1, 1, 1}
	dusk  = tint{0.06, 0.05, 0.12, 1}
)

func (t tint) alpha(a float64) tint { t.a *= a; return t }

// mix moves k of the way (0..1) from t to o.
func (t tint) mix(o tint, k float64) tint {
	return tint{t.r + (o.r-t.r)*k, t.g + (o.g-t.g)*k, t.b + (o.b-t.b)*k, t.a + (o.a-t.a)*k}
}

func (t tint) light(k float64) tint { return t.mix(white.alpha(t.a), k) }
func (t tint) dark(k float64) tint  { return t.mix(dusk.alpha(t.a), k) }

// paint answers the colour at a point of the sheet.
type paint func(x, y float64) tint

func solid(t tint) paint { return func(_, _ float64) tint { return t } }

// linear runs from one colour at (x0,y0) to another at (x1,y1) and stays flat outside.
func linear(x0, y0 float64, from tint, x1, y1 float64, to tint) paint {
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	return func(x, y float64) tint {
		k := ((x-x0)*dx + (y-y0)*dy) / length
		return from.mix(to, min(max(k, 0), 1))
	}
}

func vertical(y0 float64, from tint, y1 float64, to tint) paint {
	return linear(0, y0, from, 0, y1, to)
}

// radial eases from the inner colour at the centre to the outer one at radius r.
func radial(cx, cy, r float64, inner, outer tint) paint {
	return func(x, y float64) tint {
		k := min(math.Hypot(x-cx, y-cy)/r, 1)
		return inner.mix(outer, k*k*(3-2*k))
	}
}

// canvas paints anti-aliased shapes, given in sheet units, over an RGBA picture.
type canvas struct {
	img    *image.RGBA
	scale  float64
	ox, oy float64
	flip   bool
	clip   *image.Alpha
	ras    vector.Rasterizer
	rnd    *rand.Rand
	pal    palette
}

func newCanvas(w, h int, rnd *rand.Rand, pal palette) *canvas {
	scale := max(float64(w)/sheetW, float64(h)/sheetH)
	return &canvas{
		img:   image.NewRGBA(image.Rect(0, 0, w, h)),
		scale: scale,
		ox:    (float64(w) - sheetW*scale) / 2,
		oy:    (float64(h) - sheetH*scale) / 2,
		rnd:   rnd,
		pal:   pal,
	}
}

// between draws a number of the scene's own random sequence from [lo, hi).
func (c *canvas) between(lo, hi float64) float64 { return lo + (hi-lo)*c.rnd.Float64() }

func (c *canvas) device(p point) (float64, float64) {
	if c.flip {
		p.x = sheetW - p.x
	}
	return c.ox + p.x*c.scale, c.oy + p.y*c.scale
}

func (c *canvas) sheet(px, py int) (float64, float64) {
	x := (float64(px) + 0.5 - c.ox) / c.scale
	if c.flip {
		x = sheetW - x
	}
	return x, (float64(py) + 0.5 - c.oy) / c.scale
}

// fill paints the inside of a shape.
func (c *canvas) fill(p *path, with paint) { c.soft(p, 0, with) }

// soft paints a shape whose edge is blurred over about blur units: shadows, steam, glow.
func (c *canvas) soft(p *path, blur float64, with paint) {
	mask := c.mask(p, blur)
	if mask == nil {
		return
	}
	area := mask.Rect.Intersect(c.img.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			cover := uint32(mask.Pix[mask.PixOffset(x, y)])
			if c.clip != nil {
				cover = cover * uint32(c.clip.AlphaAt(x, y).A) / 255
			}
			if cover == 0 {
				continue
			}
			ux, uy := c.sheet(x, y)
			c.blend(x, y, with(ux, uy), float64(cover)/255)
		}
	}
}

// inside paints with everything outside the shape cut off.
func (c *canvas) inside(p *path, draw func()) {
	outer := c.clip
	c.clip = c.mask(p, 0)
	if c.clip == nil {
		c.clip = outer
		return
	}
	if outer != nil {
		for y := c.clip.Rect.Min.Y; y < c.clip.Rect.Max.Y; y++ {
			for x := c.clip.Rect.Min.X; x < c.clip.Rect.Max.X; x++ {
				both := uint16(c.clip.AlphaAt(x, y).A) * uint16(outer.AlphaAt(x, y).A) / 255
				c.clip.SetAlpha(x, y, color.Alpha{A: uint8(both)})
			}
		}
	}
	draw()
	c.clip = outer
}

func (c *canvas) blend(x, y int, t tint, cover float64) {
	a := t.a * cover
	pix := c.img.Pix[c.img.PixOffset(x, y):][:4:4]
	over := func(below uint8, above float64) uint8 {
		return uint8(float64(below)*(1-a) + above*255*a + 0.5)
	}
	pix[0], pix[1], pix[2] = over(pix[0], t.r), over(pix[1], t.g), over(pix[2], t.b)
	pix[3] = 255
}

// mask rasterizes the part of a shape that may touch the picture; nil when none does.
func (c *canvas) mask(p *path, blur float64) *image.Alpha {
	radius := int(blur*c.scale/2 + 0.5)
	pad := 3 * radius
	box := c.bounds(p).Inset(-pad - 1).Intersect(c.img.Rect.Inset(-pad - 1))
	if box.Empty() {
		return nil
	}
	at := func(q point) (float32, float32) {
		x, y := c.device(q)
		return float32(x - float64(box.Min.X)), float32(y - float64(box.Min.Y))
	}
	c.ras.Reset(box.Dx(), box.Dy())
	p.trace(&c.ras, at)
	mask := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	c.ras.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	if radius > 0 {
		for range 3 {
			blurRows(mask, radius)
			blurColumns(mask, radius)
		}
	}
	mask.Rect = box
	return mask
}

func (c *canvas) bounds(p *path) image.Rectangle {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, s := range p.steps {
		for _, q := range s.pts[:s.n] {
			x, y := c.device(q)
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
		}
	}
	if x0 > x1 {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1)))
}

// vignette darkens the corners a little, which holds the eye in the middle.
func (c *canvas) vignette() {
	c.fill(rect(-5, -5, 410, 310), radial(200, 150, 290, c.pal.ink.alpha(0), c.pal.ink.alpha(0.2)))
}

// grain breaks the bands of long gradients with noise of about one level.
func (c *canvas) grain() {
	for i := 0; i < len(c.img.Pix); i += 4 {
		n := int(c.rnd.Uint32()&3) - 1
		for k := i; k < i+3; k++ {
			c.img.Pix[k] = uint8(min(max(int(c.img.Pix[k])+n, 0), 255))
		}
	}
}

func blurRows(m *image.Alpha, radius int) {
	line := make([]uint8, m.Rect.Dx())
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:][:len(line)]
		copy(line, row)
		boxBlur(line, radius, func(i int, v uint8) { row[i] = v })
	}
}

func blurColumns(m *image.Alpha, radius int) {
	line := make([]uint8, m.Rect.Dy())
	for x := range m.Rect.Dx() {
		for y := range line {
			line[y] = m.Pix[y*m.Stride+x]
		}
		boxBlur(line, radius, func(i int, v uint8) { m.Pix[i*m.Stride+x] = v })
	}
}

// boxBlur averages a window of 2·radius+1 by a running sum; beyond the ends counts as zero.
func boxBlur(line []uint8, radius int, set func(int, uint8)) {
	window, sum := 2*radius+1, 0
	for i := range min(radius, len(line)) {
		sum += int(line[i])
	}
	for i := range line {
		if i+radius < len(line) {
			sum += int(line[i+radius])
		}
		if i-radius-1 >= 0 {
			sum -= int(line[i-radius-1])
		}
		set(i, uint8((sum+window/2)/window))
	}
}
