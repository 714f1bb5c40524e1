package demo

import "math"

func drawBike(c *canvas) {
	c.country(190)
	c.hills(c.ridge(196, 10), c.pal.mid, 0.2)
	meadow := c.ridge(226, 4)
	c.hills(meadow, c.pal.near.light(0.12), 0)
	lane := curve(pt(-20, 290), pt(120, 262), pt(260, 258), pt(420, 270))
	c.fill(stroke(34, lane...), vertical(240, c.pal.cream, 300, c.pal.cream.mix(c.pal.far, 0.5)))
	x, y := 200+c.between(-8, 8), 214.0
	c.soft(ellipse(x+6, y+49, 118, 6), 6, solid(c.pal.ink.alpha(0.4)))
	rear, front, crank := pt(x-68, y), pt(x+72, y), pt(x-6, y+6)
	for _, w := range []point{rear, front} {
		c.wheel(w, 46)
	}
	seat, head := pt(x-28, y-66), pt(x+50, y-62)
	tubes := new(path).add(
		stroke(5, rear, crank), stroke(4, rear, seat), stroke(5.5, crank, pt(x-31, y-74)), stroke(5.5, crank, pt(x+53, y-54)),
		stroke(5.5, seat, head), stroke(5, curve(pt(x+46, y-74), pt(x+56, y-46), pt(x+66, y-16), front)...))
	c.fill(tubes, linear(x-60, y-70, c.pal.accent.light(0.15), x+60, y, c.pal.accent.dark(0.12)))
	c.fill(stroke(4.4, curve(pt(x+46, y-74), pt(x+45, y-88), pt(x+60, y-94), pt(x+74, y-84))...), solid(c.pal.ink))
	c.fill(stroke(6, pt(x+66, y-91), pt(x+75, y-83)), solid(hex(0x7a4a2c)))
	saddle := new(path).move(x-52, y-80).cube(x-40, y-85, x-22, y-80, x-10, y-77).cube(x-16, y-71, x-34, y-72, x-46, y-70).
		cube(x-54, y-70, x-57, y-78, x-52, y-80).close()
	c.fill(saddle, vertical(y-84, hex(0x9a6238), y-68, hex(0x5a3720)))
	c.fill(circle(crank.x, crank.y, 12), solid(c.pal.ink))
	c.fill(circle(crank.x, crank.y, 6), solid(c.pal.far.light(0.4)))
	c.fill(new(path).add(stroke(3.4, pt(crank.x-9, crank.y-18), pt(crank.x+9, crank.y+18)), stroke(5, pt(crank.x+3, crank.y+19), pt(crank.x+17, crank.y+18)),
		stroke(5, pt(crank.x-16, crank.y-18), pt(crank.x-3, crank.y-19))), solid(c.pal.ink))
	c.basket(x+80, y-78)
	tufts := new(path)
	for range 60 {
		tx := c.between(0, sheetW)
		lean, h := c.between(-4, 4), c.between(7, 18)
		tufts.add(taper(func(t float64) float64 { return 2.2 * (1 - t) }, pt(tx, 304), pt(tx+lean*0.4, 304-h*0.6), pt(tx+lean, 304-h)))
	}
	c.fill(tufts, solid(c.pal.near.dark(0.2)))
}

func (c *canvas) wheel(at point, r float64) {
	for i := range 14 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 7)
		c.fill(stroke(0.8, at, pt(at.x+r*cos, at.y+r*sin)), solid(c.pal.ink.alpha(0.45)))
	}
	c.fill(stroke(5, arc(at.x, at.y, r, r, 0, 2*math.Pi)...), solid(c.pal.ink))
	c.fill(stroke(1.7, arc(at.x, at.y, r-4, r-4, 0, 2*math.Pi)...), solid(c.pal.cream))
	c.fill(circle(at.x, at.y, 4.5), solid(c.pal.ink))
}

// basket hangs in front of the handlebar, full of flowers.
func (c *canvas) basket(x, y float64) {
	for i := range 6 {
		a := (float64(i) - 2.5) * 0.3
		c.leaf(x+12+a*24, y+2, 24, a, 0.5, c.pal.mid)
	}
	for i, t := range []tint{c.pal.warm, c.pal.cream, c.pal.accent.light(0.3), c.pal.warm.light(0.3)} {
		fx, fy := x+1+float64(i)*8, y-12-6*math.Sin(float64(i)*1.4)
		for k := range 6 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 3)
			c.fill(circle(fx+4*cos, fy+4*sin, 3), solid(t))
		}
		c.fill(circle(fx, fy, 2.6), solid(c.pal.ink.mix(c.pal.warm, 0.5)))
	}
	body := polygon(pt(x-6, y), pt(x+32, y), pt(x+27, y+24), pt(x-1, y+24))
	c.fill(body, vertical(y, hex(0xd0a062), y+24, hex(0x8f6234)))
	c.inside(body, func() {
		for i := range 6 {
			c.fill(stroke(1.2, pt(x-8, y+3+float64(i)*4.4), pt(x+34, y+3+float64(i)*4.4)), solid(hex(0x6b4524).alpha(0.5)))
			c.fill(stroke(1.2, pt(x-3+float64(i)*6.4, y), pt(x+float64(i)*5.4, y+24)), solid(hex(0x6b4524).alpha(0.4)))
		}
	})
}

func drawCourt(c *canvas) {
	c.country(112)
	edge := c.ridge(112, 3)
	c.woods(edge, 26, 52, c.pal.near.mix(c.pal.mid, 0.4))
	c.fill(rect(-5, 112, 410, 200), vertical(112, c.pal.mid.light(0.12), 305, c.pal.mid.dark(0.1)))
	clay := c.pal.accent.mix(hex(0xb5532f), 0.4)
	at := func(u, v float64) point { // u across -1..1, v from the far line 0 to the near one 1
		depth := 1 / (1 + 2.1*(1-v))
		return pt(200+u*238*depth, 66+218*depth)
	}
	court := polygon(at(-1.25, -0.12), at(1.25, -0.12), at(1.35, 1.3), at(-1.35, 1.3))
	c.fill(court, vertical(126, clay.light(0.2), 305, clay))
	mark := func(u0, v0, u1, v1 float64) {
		a, b := at(u0, v0), at(u1, v1)
		c.fill(taper(func(t float64) float64 { return 1.2 + 3.4*(v0+(v1-v0)*t) }, a, b), solid(c.pal.cream))
	}
	for _, u := range []float64{-1, -0.75, 0.75, 1} {
		mark(u, 0, u, 1)
	}
	for _, v := range []float64{0, 0.26, 0.74, 1} {
		reach := 1.0
		if v == 0.26 || v == 0.74 {
			reach = 0.75
		}
		mark(-reach, v, reach, v)
	}
	mark(0, 0.26, 0, 0.74)
	c.net(at(-1.15, 0.5), at(1.15, 0.5))
	c.racket(c.between(300, 316), 226)
	c.ball(c.between(118, 150), 244, 21)
}

func (c *canvas) net(left, right point) {
	top := left.y - 30
	c.soft(rect(left.x, left.y-1, right.x-left.x, 5), 4, solid(c.pal.ink.alpha(0.35)))
	threads := new(path)
	for x := left.x; x < right.x; x += 5 {
		threads.add(stroke(0.6, pt(x, top), pt(x, left.y)))
	}
	for y := top + 4; y < left.y; y += 5 {
		threads.add(stroke(0.6, pt(left.x, y), pt(right.x, y)))
	}
	c.fill(threads, solid(c.pal.ink.alpha(0.5)))
	c.fill(stroke(4.4, pt(left.x, top), pt(right.x, top)), solid(white))
	c.fill(new(path).add(stroke(4, pt(left.x, top-2), pt(left.x, left.y+2)), stroke(4, pt(right.x, top-2), pt(right.x, left.y+2))), solid(c.pal.ink))
}

func (c *canvas) ball(x, y, r float64) {
	c.soft(ellipse(x+r*0.5, y+r*0.95, r*1.1, r*0.26), r*0.3, solid(c.pal.ink.alpha(0.5)))
	felt := hex(0xd9ee55)
	c.fill(circle(x, y, r), radial(x-r*0.4, y-r*0.45, r*1.7, felt.light(0.4), felt.dark(0.28)))
	c.inside(circle(x, y, r), func() {
		c.fill(stroke(r*0.12, arc(x-r*1.15, y-r*0.2, r, r, -1.3, 1.3)...), solid(white.alpha(0.9)))
		c.fill(stroke(r*0.12, arc(x+r*1.15, y+r*0.2, r, r, math.Pi-1.3, math.Pi+1.3)...), solid(white.alpha(0.9)))
	})
}

// racket lies on the ground with its head about (x, y).
func (c *canvas) racket(x, y float64) {
	const tilt = -0.75
	put := func(p *path) *path { return p.placed(x, y, 1, tilt) }
	handle := rounded(-4.5, 56, 9, 52, 4)
	throat := new(path).add(stroke(5, pt(-18, 36), pt(0, 66)), stroke(5, pt(18, 36), pt(0, 66)))
	rim := stroke(6, arc(0, 0, 34, 44, 0, 2*math.Pi)...)
	for _, p := range []*path{handle, throat, rim} {
		c.soft(p.placed(x+5, y+8, 1, tilt), 5, solid(c.pal.ink.alpha(0.4)))
	}
	c.inside(put(ellipse(0, 0, 34, 44)), func() {
		strings := new(path)
		for k := -44.0; k <= 44; k += 6.5 {
			strings.add(stroke(0.8, pt(-36, k), pt(36, k)), stroke(0.8, pt(k, -46), pt(k, 46)))
		}
		c.fill(put(strings), solid(c.pal.cream.alpha(0.9)))
	})
	frame := linear(x-30, y-40, c.pal.near.light(0.2), x+30, y+40, c.pal.ink)
	c.fill(put(throat), frame)
	c.fill(put(rim), frame)
	c.fill(put(handle), solid(hex(0x6b3f26)))
}
