package demo

import (
	"math"
	"math/rand/v2"
)

// palette gives colours to the roles that scenes paint with, so that any scene can be painted in any palette.
type palette struct {
	top, low       tint // backdrop, from the top down to the horizon
	sun            tint // the brightest spot and its glow
	far, mid, near tint // planes of distance, also the main material of things
	ink            tint // darkest lines and silhouettes
	accent, warm   tint // the two colours that catch the eye
	cream          tint // light material: porcelain, paper, sails
}

func newPalette(top, low, sun, far, mid, near, ink, accent, warm, cream uint32) palette {
	return palette{hex(top), hex(low), hex(sun), hex(far), hex(mid), hex(near), hex(ink), hex(accent), hex(warm), hex(cream)}
}

// paletteNamed answers a palette by its name in the content files.
func paletteNamed(name string) (palette, bool) {
	switch name {
	case "forest":
		return newPalette(0x9fd0c4, 0xf6efd2, 0xffe7a3, 0x8fbfae, 0x4f8f7b, 0x1f5a4a, 0x12362f, 0xe07a4f, 0xf2c14e, 0xfff8e7), true
	case "lake":
		return newPalette(0x74b0d6, 0xfde3cf, 0xfff0c2, 0x9bbfd0, 0x4d8aa8, 0x1f5673, 0x12344a, 0xf08a5d, 0xf9c784, 0xfffaf0), true
	case "ember":
		return newPalette(0x2f2750, 0xf08f68, 0xffd27a, 0xa85f7c, 0x6a3a63, 0x36214a, 0x1b122b, 0xff7a4d, 0xffc15e, 0xfff1dd), true
	case "rose":
		return newPalette(0xe6bcc1, 0xfdf0e8, 0xfff3dc, 0xd9a5ab, 0xb3747f, 0x7a4856, 0x43242f, 0x7fa894, 0xeeb287, 0xfff8f3), true
	case "honey":
		return newPalette(0xf3c76c, 0xfff3d3, 0xfffae0, 0xe8b45c, 0xc98535, 0x8a5523, 0x4a2c12, 0x5f8d5a, 0xf0a030, 0xfffbee), true
	case "frost":
		return newPalette(0x8fafd9, 0xf9e6ea, 0xfff6e5, 0xb9cbe6, 0x7d9cc9, 0x41618f, 0x22375a, 0xe27d7d, 0xf6c9a0, 0xffffff), true
	case "meadow":
		return newPalette(0x83cbe6, 0xfbf6c9, 0xfff2a0, 0xa9d6a0, 0x67b267, 0x2f7d4f, 0x1a4632, 0xff7f50, 0xffcb47, 0xfffdf2), true
	case "sand":
		return newPalette(0xe0c5a3, 0xfbf3e4, 0xfffaee, 0xcfae88, 0xa57f5a, 0x6d5039, 0x3b2a1f, 0x5f9ea0, 0xe9a86a, 0xfffaf2), true
	case "mint":
		return newPalette(0x9bd6cb, 0xf1fbf6, 0xffffff, 0x8fcfc3, 0x3fa796, 0x1b7468, 0x0f4640, 0xff8a73, 0xffd08a, 0xffffff), true
	case "coral":
		return newPalette(0xffb19a, 0xfff1e6, 0xfffaf0, 0xf5a08c, 0xe06f5e, 0xa7443e, 0x5a2226, 0x2f8f8b, 0xffcf86, 0xfffaf5), true
	case "violet":
		return newPalette(0xbcaee6, 0xf8f0fb, 0xfff7e8, 0xa998d6, 0x7763b5, 0x483a85, 0x2a2156, 0xf2879b, 0xffd08a, 0xffffff), true
	case "sky":
		return newPalette(0x93c3ef, 0xf2f9ff, 0xfffbe8, 0x8dbbe6, 0x4688c9, 0x1f5594, 0x12335f, 0xff8c6b, 0xffd27d, 0xffffff), true
	case "lime":
		return newPalette(0xc9e297, 0xfbfbe6, 0xfffde0, 0xb4d27a, 0x7fab45, 0x4a7a2c, 0x28461a, 0xf2785c, 0xffd166, 0xfffff4), true
	default:
		return palette{}, false
	}
}

// varied turns the hues of a palette a little, and that of its accent more, so that neighbours on a shelf are not twins.
func (p palette) varied(rnd *rand.Rand) palette {
	all := (rnd.Float64() - 0.5) * 0.2
	for _, t := range []*tint{&p.top, &p.low, &p.far, &p.mid, &p.near, &p.warm} {
		*t = t.turned(all)
	}
	p.accent = p.accent.turned((rnd.Float64() - 0.5) * 0.8)
	return p
}

// turned rotates the hue by an angle in radians and keeps the brightness.
func (t tint) turned(angle float64) tint {
	y := 0.299*t.r + 0.587*t.g + 0.114*t.b
	i := 0.596*t.r - 0.274*t.g - 0.322*t.b
	q := 0.211*t.r - 0.523*t.g + 0.312*t.b
	sin, cos := math.Sincos(angle)
	i, q = i*cos-q*sin, i*sin+q*cos
	within := func(v float64) float64 { return min(max(v, 0), 1) }
	return tint{within(y + 0.956*i + 0.621*q), within(y - 0.272*i - 0.647*q), within(y - 1.106*i + 1.703*q), t.a}
}
