package demo

import "math"

// Still lifes: a quiet wall with a pale disc behind the subject, soft spots of light and a table it casts a shadow on.

const tableY = 226.0

func (c *canvas) stage() {
	c.backdrop(c.pal.top.mix(c.pal.low, 0.25), c.pal.low)
	cx := c.between(180, 220)
	c.soft(circle(cx, 142, 112), 3, vertical(30, c.pal.sun.alpha(0.95), 260, c.pal.sun.mix(c.pal.top, 0.45).alpha(0.55)))
	for range 7 {
		r := c.between(6, 22)
		c.soft(circle(c.between(0, sheetW), c.between(0, 200), r), r*0.5, solid(white.alpha(c.between(0.12, 0.4))))
	}
	c.fill(rect(-5, tableY, 410, 90), vertical(tableY, c.pal.far.mix(c.pal.low, 0.35), 302, c.pal.far.mix(c.pal.mid, 0.35)))
	c.soft(rect(-20, tableY-1, 440, 3), 3, solid(white.alpha(0.45)))
}

func (c *canvas) shadow(x, y, rx float64) {
	c.soft(ellipse(x+rx*0.14, y, rx, rx*0.13), rx*0.18, solid(c.pal.ink.alpha(0.42)))
}

// steam rises in wisps from a line about x, y.
func (c *canvas) steam(x, y, spread, h float64) {
	for i := -1; i <= 1; i++ {
		sx, bend := x+float64(i)*spread, c.between(7, 12)
		if i == 0 {
			bend = -bend
		}
		reach := h * c.between(0.8, 1.1)
		wisp := curve(pt(sx, y), pt(sx+bend, y-reach*0.3), pt(sx-bend*0.8, y-reach*0.65), pt(sx+bend*0.7, y-reach))
		c.soft(taper(func(t float64) float64 { return 2 + 8*math.Sin(math.Pi*(0.15+0.75*t)) }, wisp...), 5,
			vertical(y-reach, white.alpha(0), y-reach*0.25, white.alpha(0.85)))
	}
}

// leaf points up from the origin, of length 1.
func leaf(width float64) *path {
	return new(path).move(0, 0).cube(width*0.9, -0.18, width*0.75, -0.68, 0, -1).cube(-width*0.75, -0.68, -width*0.9, -0.18, 0, 0).close()
}

func (c *canvas) leaf(x, y, size, angle, width float64, t tint) {
	sin, cos := math.Sincos(angle)
	tip := pt(x+size*sin, y-size*cos)
	c.fill(leaf(width).placed(x, y, size, angle), linear(x, y, t.dark(0.18), tip.x, tip.y, t.light(0.22)))
	vein := pt(x+size*0.86*sin, y-size*0.86*cos)
	c.fill(taper(func(k float64) float64 { return size * 0.028 * (1 - 0.7*k) }, pt(x, y), vein), solid(t.light(0.4).alpha(0.7)))
	for i := 1; i <= 4; i++ {
		k := float64(i) * 0.18
		from := pt(x+size*k*sin, y-size*k*cos)
		for _, side := range []float64{-0.75, 0.75} {
			s2, c2 := math.Sincos(angle + side)
			length := size * width * 0.36 * (1 - k*0.5)
			c.fill(stroke(size*0.011, from, pt(from.x+length*s2, from.y-length*c2)), solid(t.light(0.4).alpha(0.5)))
		}
	}
}

// sprig is a stem with paired leaves growing from (x, y) at an angle.
func (c *canvas) sprig(x, y, size, angle float64, pairs int, t tint) {
	sin, cos := math.Sincos(angle)
	at := func(k float64) point {
		bow := math.Sin(k*math.Pi) * size * 0.05
		return pt(x+size*k*sin+bow*cos, y-size*k*cos+bow*sin)
	}
	stem := make([]point, 12)
	for i := range stem {
		stem[i] = at(float64(i) / 11)
	}
	c.fill(taper(func(k float64) float64 { return size * 0.022 * (1.2 - k) }, stem...), solid(t.dark(0.3)))
	for i := range pairs {
		k := 0.22 + 0.7*float64(i)/float64(pairs)
		p, length := at(k), size*(0.09+1.08/float64(pairs))*(1.1-0.55*k)
		c.leaf(p.x, p.y, length, angle-0.95+0.3*k, 0.46, t)
		c.leaf(p.x, p.y, length, angle+0.95-0.3*k, 0.46, t.light(0.08))
	}
	tip := at(0.98)
	c.leaf(tip.x, tip.y, size*0.26, angle, 0.46, t.light(0.1))
}

func drawCup(c *canvas) {
	c.stage()
	x := c.between(185, 210)
	c.sprig(x+92, 250, 62, 0.5, 3, c.pal.mid)
	c.shadow(x, 250, 104)
	c.fill(ellipse(x, 247, 96, 13), vertical(236, c.pal.cream, 262, c.pal.cream.mix(c.pal.far, 0.55)))
	c.fill(ellipse(x, 244, 62, 7), vertical(238, c.pal.cream.mix(c.pal.far, 0.45), 252, c.pal.cream))
	handle := stroke(10, arc(x+62, 182, 30, 27, -1.9, 1.9)...)
	c.fill(handle, vertical(150, c.pal.accent.light(0.1), 214, c.pal.accent.dark(0.25)))
	bowl := new(path).move(x-66, 140).cube(x-64, 196, x-46, 240, x-18, 244).line(x+18, 244).cube(x+46, 240, x+64, 196, x+66, 140).close()
	c.fill(bowl, linear(x-66, 150, c.pal.accent.light(0.22), x+66, 210, c.pal.accent.dark(0.22)))
	c.inside(bowl, func() {
		band := curve(pt(x-70, 176), pt(x-30, 184), pt(x, 186), pt(x+30, 184), pt(x+70, 176))
		c.fill(stroke(9, band...), solid(c.pal.cream.alpha(0.9)))
		for i := -4; i <= 4; i++ {
			c.fill(circle(x+float64(i)*14.5, 185.5-math.Abs(float64(i))*1.7, 2.3), solid(c.pal.warm.dark(0.05)))
		}
		c.soft(ellipse(x-40, 190, 9, 46), 9, solid(white.alpha(0.5)))
	})
	c.fill(ellipse(x, 140, 66, 15), vertical(125, c.pal.cream, 155, c.pal.cream.mix(c.pal.far, 0.3)))
	tea := hex(0xa8561f)
	c.fill(ellipse(x, 141, 59, 11.5), linear(x-59, 130, tea.dark(0.25), x+50, 150, tea.mix(c.pal.warm, 0.55)))
	c.leaf(x-8, 146, 20, 1.2, 0.5, c.pal.mid.mix(hex(0x5fa35a), 0.5))
	c.steam(x, 128, 24, 86)
}

func drawStones(c *canvas) {
	c.stage()
	x := c.between(185, 215)
	c.sprig(x-60, 252, 120, -0.62, 4, c.pal.accent.mix(c.pal.mid, 0.3))
	c.sprig(x+64, 252, 88, 0.75, 3, c.pal.accent.mix(c.pal.mid, 0.15))
	c.shadow(x, 256, 108)
	y := 256.0
	for i, s := range []struct{ rx, ry float64 }{{90, 25}, {69, 21}, {50, 17}, {31, 13}} {
		cx := x + c.between(-7, 7)
		cy := y - s.ry
		t := c.pal.near.mix(c.pal.far, 0.1+0.16*float64(i))
		stone := blob(pt(cx-s.rx, cy+s.ry*0.15), pt(cx-s.rx*0.55, cy-s.ry*0.85), pt(cx+s.rx*0.15, cy-s.ry), pt(cx+s.rx*0.85, cy-s.ry*0.5),
			pt(cx+s.rx, cy+s.ry*0.25), pt(cx+s.rx*0.5, cy+s.ry*0.95), pt(cx-s.rx*0.5, cy+s.ry))
		c.fill(stone, vertical(cy-s.ry, t.light(0.3), cy+s.ry, t.dark(0.3)))
		c.inside(stone, func() {
			c.soft(ellipse(cx-s.rx*0.25, cy-s.ry*0.6, s.rx*0.5, s.ry*0.22), s.ry*0.5, solid(white.alpha(0.55)))
			c.soft(ellipse(cx, cy+s.ry*1.05, s.rx*0.9, s.ry*0.35), s.ry*0.5, solid(c.pal.ink.alpha(0.45)))
			for range 16 {
				c.fill(circle(cx+c.between(-1, 1)*s.rx, cy+c.between(-1, 1)*s.ry, c.between(0.4, 1.1)), solid(white.alpha(0.22)))
			}
		})
		y -= s.ry*2 - 3.5
	}
	c.flower(x+c.between(-3, 3), y-3, 25)
	c.candle(x+142, 252, 27)
}

func (c *canvas) flower(x, y, r float64) {
	for _, layer := range []struct {
		n    int
		size float64
		t    tint
	}{{7, 1, c.pal.warm.light(0.35)}, {5, 0.72, c.pal.cream}} {
		for i := range layer.n {
			k := float64(i)/float64(layer.n-1) - 0.5
			c.fill(leaf(0.5).placed(x, y, r*layer.size, k*2.7), vertical(y-r, layer.t.light(0.4), y, layer.t.mix(c.pal.mid, 0.28)))
		}
	}
	c.fill(ellipse(x, y-1, r*0.2, r*0.13), solid(c.pal.warm))
}

func (c *canvas) candle(x, y, h float64) {
	c.shadow(x, y, 21)
	c.soft(circle(x, y-h-10, 26), 20, solid(c.pal.warm.alpha(0.55)))
	c.fill(rounded(x-15, y-h, 30, h, 4), linear(x-15, y, c.pal.cream, x+15, y, c.pal.cream.mix(c.pal.warm, 0.55)))
	c.fill(ellipse(x, y-h, 15, 3.6), solid(c.pal.cream.mix(c.pal.warm, 0.3)))
	c.fill(stroke(1.2, pt(x, y-h), pt(x, y-h-5)), solid(c.pal.ink))
	c.fill(leaf(0.62).placed(x, y-h-2, 17, 0), vertical(y-h-19, c.pal.sun, y-h, c.pal.accent.mix(c.pal.warm, 0.7)))
}

func drawBath(c *canvas) {
	c.stage()
	plank := hex(0xb9844f).mix(c.pal.mid, 0.25)
	for i := range 9 {
		px := float64(i)*48 - 10
		c.fill(rect(px, -5, 46.6, tableY+5), vertical(0, plank.light(0.42).mix(c.pal.low, 0.25), tableY, plank.light(0.12).mix(c.pal.low, 0.12)))
		c.fill(rect(px+46.6, -5, 1.4, tableY+5), solid(plank.dark(0.45).alpha(0.55)))
	}
	c.fill(rect(-5, -5, 410, 310), radial(200, 90, 230, c.pal.sun.alpha(0.8), c.pal.sun.alpha(0)))
	c.fill(rect(-5, tableY, 410, 90), vertical(tableY, plank, 305, plank.dark(0.4)))
	c.fill(rect(-5, 262, 410, 1.6), solid(plank.dark(0.5).alpha(0.6)))
	x := c.between(160, 180)
	c.shadow(x, 262, 84)
	c.bucket(x, 262, plank)
	c.whisk(x+122, 262)
	c.steam(x, 138, 34, 108)
}

func (c *canvas) bucket(x, y float64, wood tint) {
	c.fill(stroke(5, arc(x, y-112, 66, 62, math.Pi, 2*math.Pi)...), vertical(y-175, c.pal.ink.light(0.35), y-110, c.pal.ink.light(0.1)))
	body := polygon(pt(x-70, y-116), pt(x+70, y-116), pt(x+56, y), pt(x-56, y))
	c.fill(body, linear(x-70, y, wood.light(0.3), x+70, y, wood.dark(0.35)))
	c.inside(body, func() {
		for i := -3; i <= 3; i++ {
			f := float64(i)
			c.fill(stroke(1.3, pt(x+f*21, y-118), pt(x+f*17, y)), solid(wood.dark(0.55).alpha(0.6)))
		}
		for _, by := range []float64{y - 92, y - 22} {
			c.fill(stroke(8, curve(pt(x-74, by-3), pt(x, by+3), pt(x+74, by-3))...), linear(x-70, y, c.pal.warm.light(0.3), x+70, y, c.pal.warm.dark(0.5)))
		}
		c.soft(ellipse(x-44, y-58, 8, 54), 9, solid(white.alpha(0.35)))
	})
	c.fill(ellipse(x, y-116, 70, 14), solid(wood.light(0.32)))
	c.fill(ellipse(x, y-115, 63, 11), vertical(y-127, hex(0x5c9fb0).mix(c.pal.top, 0.3), y-104, hex(0xcdeaf0).mix(c.pal.low, 0.2)))
	c.fill(stroke(4.5, pt(x+16, y-114), pt(x+66, y-176)), linear(x+16, y-114, wood.dark(0.2), x+66, y-176, wood.light(0.35)))
}

// whisk is a bundle of birch twigs tied at the handle, leaves up.
func (c *canvas) whisk(x, y float64) {
	c.shadow(x, y, 34)
	green := hex(0x5c8f45).mix(c.pal.accent, 0.2)
	for i := range 9 {
		a := (float64(i) - 4) * 0.13
		c.sprig(x+a*16, y-46, c.between(96, 122), a, 4, green.mix(c.pal.ink, 0.22*math.Abs(a)).light(c.between(0, 0.14)))
	}
	c.fill(polygon(pt(x-13, y-52), pt(x+13, y-52), pt(x+9, y), pt(x-9, y)), linear(x-13, y, hex(0xb98a5a), x+13, y, hex(0x6b4526)))
	for i := range 3 {
		c.fill(stroke(3, pt(x-12, y-44+float64(i)*5), pt(x+12, y-42+float64(i)*5)), solid(c.pal.cream.dark(0.08)))
	}
}

func drawJar(c *canvas) {
	c.stage()
	x := c.between(180, 200)
	c.sprig(x-74, 254, 100, -0.45, 4, c.pal.accent)
	c.shadow(x, 256, 72)
	glass := rounded(x-60, 132, 120, 124, 24)
	c.fill(glass, linear(x-60, 0, white.alpha(0.75), x+60, 0, c.pal.far.alpha(0.6)))
	c.inside(glass, func() {
		c.fill(rounded(x-55, 152, 110, 99, 19), linear(x-55, 160, c.pal.warm.light(0.28), x+55, 250, c.pal.warm.mix(c.pal.near, 0.6)))
		c.fill(ellipse(x, 154, 55, 6), solid(c.pal.warm.light(0.45)))
		for range 14 {
			c.fill(circle(x+c.between(-48, 48), c.between(165, 245), c.between(0.8, 2.6)), solid(white.alpha(0.32)))
		}
		c.soft(rounded(x-49, 150, 11, 92, 5), 4, solid(white.alpha(0.65)))
	})
	cloth := new(path).move(x-58, 112).cube(x-50, 88, x+50, 88, x+58, 112).
		cube(x+64, 122, x+74, 138, x+80, 146).cube(x+62, 152, x+50, 142, x+38, 148).cube(x+22, 154, x+12, 142, x-2, 148).
		cube(x-18, 154, x-30, 142, x-44, 149).cube(x-56, 154, x-66, 148, x-80, 144).cube(x-74, 136, x-64, 122, x-58, 112).close()
	c.fill(cloth, vertical(90, c.pal.cream, 150, c.pal.cream.mix(c.pal.far, 0.3)))
	c.inside(cloth, func() {
		for i := range 9 {
			f := float64(i)*20 - 80
			c.fill(stroke(3.4, pt(x+f*0.7, 86), pt(x+f, 156)), solid(c.pal.accent.alpha(0.55)))
			c.fill(stroke(3.4, pt(x-90, 96+float64(i)*12), pt(x+90, 96+float64(i)*12)), solid(c.pal.accent.alpha(0.28)))
		}
	})
	c.fill(stroke(4, curve(pt(x-60, 122), pt(x, 129), pt(x+60, 122))...), solid(c.pal.near))
	label := rounded(x-36, 180, 72, 46, 6)
	c.soft(label, 3, solid(c.pal.ink.alpha(0.25)))
	c.fill(label, solid(c.pal.cream))
	c.sprig(x, 219, 26, 0, 2, c.pal.accent)
	c.fill(stroke(2, pt(x-24, 221), pt(x+24, 221)), solid(c.pal.warm))
	c.dipper(x+112, 250)
}

func (c *canvas) dipper(x, y float64) {
	c.shadow(x, y+3, 40)
	c.fill(stroke(5, pt(x-6, y-8), pt(x+58, y-70)), linear(x, y, hex(0x9a6335), x+58, y-70, hex(0xd9a46a)))
	for i := range 5 {
		k := float64(i) - 2
		ring := ellipse(0, 0, 4, 15-2*math.Abs(k)).placed(x-14-k*5, y-2+k*5, 1, math.Pi/4+math.Pi/2)
		c.fill(ring, linear(x-20, y-14, hex(0xe2b27a), x, y+12, hex(0x8c5a2e)))
	}
	c.soft(ellipse(x-28, y+12, 17, 3), 1.5, solid(c.pal.warm))
}

func drawLeaves(c *canvas) {
	c.backdrop(c.pal.low, c.pal.top.mix(c.pal.low, 0.45))
	c.soft(circle(c.between(170, 230), 150, 116), 4, vertical(40, c.pal.sun.alpha(0.95), 270, c.pal.far.alpha(0.35)))
	for _, s := range []struct{ x, size, angle, back float64 }{
		{60, 190, 0.2, 0.62}, {330, 200, -0.25, 0.62}, {130, 225, -0.18, 0.35}, {275, 215, 0.22, 0.35},
		{200, 255, 0.03, 0.05}, {165, 165, -0.62, 0.15}, {240, 170, 0.66, 0.15},
	} {
		t := c.pal.near.mix(c.pal.mid, c.rnd.Float64()*0.8).mix(c.pal.low, s.back)
		c.sprig(s.x+c.between(-10, 10), 306, s.size, s.angle+c.between(-0.06, 0.06), 7, t)
	}
	for range 15 {
		bx, by := c.between(120, 280), c.between(90, 250)
		r := c.between(3.6, 6.5)
		c.soft(circle(bx+1.5, by+2.5, r), 3, solid(c.pal.ink.alpha(0.3)))
		c.fill(circle(bx, by, r), radial(bx-r*0.4, by-r*0.4, r*1.7, c.pal.accent.light(0.3), c.pal.accent.dark(0.25)))
		c.fill(circle(bx-r*0.35, by-r*0.4, r*0.2), solid(white.alpha(0.85)))
	}
}

func drawPlate(c *canvas) {
	c.backdrop(c.pal.far.mix(c.pal.low, 0.45), c.pal.far.mix(c.pal.mid, 0.25))
	for i := range 11 {
		c.fill(rect(float64(i)*40-10+c.between(-3, 3), -5, 17, 310), solid(c.pal.low.alpha(0.16)))
	}
	x, y := 200+c.between(-6, 6), 150.0
	napkin := rect(-44, -120, 88, 240).placed(x+128, y+4, 1, 0.09)
	c.soft(napkin, 9, solid(c.pal.ink.alpha(0.25)))
	c.fill(napkin, linear(x+90, 0, c.pal.accent.light(0.14), x+176, 300, c.pal.accent.dark(0.12)))
	c.cutlery(x+150, y)
	c.soft(circle(x+5, y+9, 118), 16, solid(c.pal.ink.alpha(0.42)))
	c.fill(circle(x, y, 117), linear(x-90, y-90, white, x+90, y+90, c.pal.cream.mix(c.pal.far, 0.35)))
	c.fill(circle(x, y, 86), linear(x-60, y-60, c.pal.cream.mix(c.pal.far, 0.42), x+60, y+60, white))
	soup := c.pal.warm.mix(hex(0xd9572b), 0.3)
	c.fill(circle(x, y+1, 80), radial(x-18, y-20, 120, soup.light(0.2), soup.dark(0.14)))
	c.inside(circle(x, y+1, 80), func() {
		swirl := curve(pt(x-52, y+8), pt(x-30, y-34), pt(x+14, y-38), pt(x+36, y-6), pt(x+12, y+26), pt(x-18, y+12), pt(x-4, y-8))
		c.soft(taper(func(t float64) float64 { return 3 + 7*math.Sin(t*math.Pi) }, swirl...), 2, solid(c.pal.cream.alpha(0.9)))
		for range 34 {
			a, r := c.between(0, 2*math.Pi), 74*math.Sqrt(c.rnd.Float64())
			c.fill(circle(x+r*math.Cos(a), y+r*math.Sin(a), c.between(0.7, 1.7)), solid(c.pal.ink.alpha(0.5)))
		}
		c.soft(ellipse(x-36, y-46, 30, 9), 10, solid(white.alpha(0.4)))
	})
	herb := hex(0x5f9a3f)
	for i := range 5 {
		a := float64(i)*1.26 + c.between(-0.2, 0.2)
		c.leaf(x+20+8*math.Sin(a), y+26-8*math.Cos(a), c.between(20, 27), a, 0.62, herb.light(c.between(0, 0.2)))
	}
	for i := range 3 {
		a := float64(i)*2.1 + 0.6
		bx, by := x+20+9*math.Cos(a), y+27+9*math.Sin(a)
		c.fill(circle(bx, by, 6), radial(bx-2, by-2, 9, hex(0xe85d5d), hex(0x8f1d2c)))
		c.fill(circle(bx-2, by-2, 1.3), solid(white.alpha(0.8)))
	}
}

func (c *canvas) cutlery(x, y float64) {
	metal := linear(x-20, 0, white, x+20, 0, c.pal.mid.light(0.45))
	spoon := new(path).add(ellipse(x-8, y-72, 12, 19), rounded(x-10.4, y-60, 4.8, 150, 2.4))
	c.soft(spoon.placed(2, 3, 1, 0), 3, solid(c.pal.ink.alpha(0.35)))
	c.fill(spoon, metal)
	c.soft(ellipse(x-10, y-74, 6, 11), 4, solid(c.pal.mid.alpha(0.4)))
}
