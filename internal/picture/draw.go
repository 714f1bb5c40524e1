package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// fit is the largest size of the same proportions within the bounds; it never grows and never is empty.
func fit(w, h, maxW, maxH int) image.Point {
	if w <= maxW && h <= maxH {
		return image.Pt(w, h)
	}
	if w*maxH > h*maxW {
		return image.Pt(maxW, max(1, (h*maxW+w/2)/w))
	}
	return image.Pt(max(1, (w*maxH+h/2)/h), maxH)
}

// unit is one pixel of the source, in the fixed-point arithmetic of shrunk.
const unit = 1 << 12

// shrunk draws m smaller on white: each pixel is the mean of the area that it covers. It goes through the source row by row, so that it needs memory for
// two rows besides what it returns, whatever the size of the source.
func shrunk(m image.Image, size image.Point) *image.RGBA {
	from := m.Bounds()
	out := image.NewRGBA(image.Rectangle{Max: size})
	row := image.NewRGBA(image.Rect(0, 0, from.Dx(), 1))
	narrow := make([]uint64, size.X*3) // a row of the source at the new width
	sum := make([]uint64, size.X*3)
	// A pixel of the result covers step rows and across columns of the source.
	step, across := from.Dy()*unit/size.Y, from.Dx()*unit/size.X
	scale := uint64(step) * uint64(across)
	white := image.NewUniform(color.White)
	y, room := 0, step
	for sy := range from.Dy() {
		draw.Draw(row, row.Rect, white, image.Point{}, draw.Src)
		draw.Draw(row, row.Rect, m, image.Pt(from.Min.X, from.Min.Y+sy), draw.Over)
		squeeze(row.Pix, narrow, across)
		for left := unit; left > 0 && y < size.Y; {
			took := min(left, room)
			add(sum, narrow, uint64(took))
			left, room = left-took, room-took
			if room == 0 {
				write(out, y, sum, scale)
				y, room = y+1, step
			}
		}
	}
	return out
}

// squeeze sums a row of RGBA into a narrower one of three channels, each of whose pixels covers step of the row.
func squeeze(pix []byte, into []uint64, step int) {
	clear(into)
	x, room := 0, step
	for sx := range len(pix) / 4 {
		p := pix[sx*4 : sx*4+3]
		for left := unit; left > 0 && x*3 < len(into); {
			took := min(left, room)
			cell := into[x*3 : x*3+3]
			for c := range cell {
				cell[c] += uint64(p[c]) * uint64(took)
			}
			left, room = left-took, room-took
			if room == 0 {
				x, room = x+1, step
			}
		}
	}
}

func add(sum, row []uint64, weight uint64) {
	for i, v := range row {
		sum[i] += v * weight
	}
}

// write ends a row and begins the next.
func write(out *image.RGBA, y int, sum []uint64, scale uint64) {
	pix := out.Pix[y*out.Stride:]
	for x := range out.Rect.Dx() {
		for c := range 3 {
			pix[x*4+c] = uint8(min((sum[x*3+c]+scale/2)/scale, 255))
		}
		pix[x*4+3] = 255
	}
	clear(sum)
}

// turned sets a picture upright as EXIF says its camera was held.
func turned(m *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	size := image.Pt(w, h)
	if orientation >= 5 {
		size = image.Pt(h, w)
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range h {
		for x := range w {
			to := [...]image.Point{2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[orientation]
			out.SetRGBA(to.X, to.Y, m.RGBAAt(x, y))
		}
	}
	return out
}
