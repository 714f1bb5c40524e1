package demo

import "math"

// Landscapes: a sky, planes of hills growing darker towards the viewer, and one subject.

func (c *canvas) backdrop(top, low tint) { c.fill(rect(-5, -5, 410, 310), vertical(0, top, 210, low)) }

// sunAt paints a disc with its glow.
func (c *canvas) sunAt(x, y, r float64) {
	glow := c.pal.sun.alpha(0.75)
	c.fill(rect(-5, -5, 410, 310), radial(x, y, r*6, glow, c.pal.sun.alpha(0)))
	c.soft(circle(x, y, r*1.12), 6, solid(c.pal.sun.light(0.3).alpha(0.6)))
	c.fill(circle(x, y, r), vertical(y-r, c.pal.sun.light(0.6), y+r, c.pal.sun))
}

func (c *canvas) cloud(x, y, size float64) {
	puffs := new(path)
	for i, r := range []float64{0.55, 0.85, 1, 0.7, 0.45} {
		puffs.add(circle(x+(float64(i)-2)*size*0.75, y-r*size*0.35, r*size*0.62))
	}
	base := rounded(x-size*2, y-size*0.3, size*4, size*0.5, size*0.25)
	c.soft(puffs.add(base), 1.6, vertical(y-size, white.alpha(0.85), y+size*0.3, white.alpha(0.25)))
}

func (c *canvas) birds(x, y float64) {
	for i := range 3 {
		bx, by := x+float64(i)*15+c.between(-4, 4), y+float64(i%2)*9+c.between(-3, 3)
		s := c.between(3.4, 5)
		wing := curve(pt(bx-s*1.5, by-s*0.4), pt(bx-s*0.7, by-s*0.75), pt(bx, by), pt(bx+s*0.7, by-s*0.75), pt(bx+s*1.5, by-s*0.4))
		c.fill(taper(func(t float64) float64 { return 0.4 + 1.1*math.Sin(t*math.Pi) }, wing...), solid(c.pal.ink.alpha(0.6)))
	}
}

// ridge is a rolling horizon about height y; it answers the height at each x.
func (c *canvas) ridge(y, swing float64) func(x float64) float64 {
	a, b, d := c.between(0, 7), c.between(0, 7), c.between(0, 7)
	return func(x float64) float64 {
		return y - swing*(0.6*math.Sin(x/83+a)+0.3*math.Sin(x/37+b)+0.1*math.Sin(x/13+d))
	}
}

func below(height func(float64) float64) *path {
	p := new(path).move(-6, 306)
	for x := -6.0; x <= 406; x += 4 {
		p.line(x, height(x))
	}
	return p.line(406, 306).close()
}

// hills fills under a ridge, fading into mist towards its foot.
func (c *canvas) hills(height func(float64) float64, t tint, mist float64) {
	top := height(0)
	for x := 0.0; x <= sheetW; x += 20 {
		top = min(top, height(x))
	}
	c.fill(below(height), vertical(top, t, top+90, t.mix(c.pal.low, mist)))
}

// pine is a tree standing on (x, y).
func pine(x, y, h float64) *path {
	p := rect(x-h*0.025, y-h*0.22, h*0.05, h*0.23)
	const tiers = 5
	for i := range tiers {
		k := float64(i) / tiers
		top, foot, half := y-h*(1-k*0.82), y-h*(0.68-k*0.62), h*(0.085+k*0.15)
		p.add(new(path).move(x, top).
			cube(x+half*0.18, top+(foot-top)*0.55, x+half*0.5, foot-h*0.02, x+half, foot).
			cube(x+half*0.5, foot+h*0.018, x-half*0.5, foot+h*0.018, x-half, foot).
			cube(x-half*0.5, foot-h*0.02, x-half*0.18, top+(foot-top)*0.55, x, top).close())
	}
	return p
}

// woods plants a row of pines along a ridge, with heights from lo to hi, a little past both sides of the picture.
func (c *canvas) woods(height func(float64) float64, lo, hi float64, t tint) {
	const from, to = -5.0, 405.0
	row := new(path)
	for x := from; x < to; x += c.between(lo*0.22, hi*0.34) {
		row.add(pine(x, height(x)+3, c.between(lo, hi)))
	}
	c.fill(row, vertical(height(from)-hi, t.light(0.08), height(from)+8, t))
}

// water covers everything below y and mirrors the sun standing above sunX.
func (c *canvas) water(y, sunX float64) {
	deep := c.pal.mid.mix(c.pal.top, 0.35)
	c.fill(rect(-5, y, 410, 320-y), vertical(y, c.pal.low.mix(c.pal.far, 0.45), 305, deep))
	for range 26 {
		k := c.rnd.Float64()
		ly := y + 3 + k*k*(295-y)
		w := 8 + (ly-y)*c.between(0.25, 0.7)
		x := sunX + c.between(-1, 1)*(6+(ly-y)*0.42)
		c.soft(ellipse(x, ly, w, 0.5+(ly-y)*0.011), 0.6, solid(c.pal.sun.light(0.35).alpha(c.between(0.25, 0.6))))
	}
	for range 22 {
		ly := y + 4 + c.rnd.Float64()*(290-y)
		c.fill(ellipse(c.between(0, sheetW), ly, 10+(ly-y)*0.3, 0.4+(ly-y)*0.006), solid(c.pal.cream.alpha(0.22)))
	}
}

// frame stands tall pines at the edges of the picture, nearest to the viewer.
func (c *canvas) frame() {
	ground := func(x float64) float64 {
		edge := math.Abs(x-sheetW/2) / (sheetW / 2)
		return 318 - 40*edge*edge + 3*math.Sin(x/19)
	}
	c.fill(below(ground), solid(c.pal.ink))
	trees := new(path)
	for _, x := range []float64{4, 31, 52, 352, 378, 402} {
		x += c.between(-5, 5)
		reach := 1 - math.Abs(math.Abs(x-sheetW/2)-200)/90
		trees.add(pine(x, ground(x)+6, 70+reach*c.between(95, 130)))
	}
	c.fill(trees, vertical(110, c.pal.near.mix(c.pal.ink, 0.35), 300, c.pal.ink))
}

// country is the common start of landscapes: sky, sun, clouds and two far ridges. It answers where the sun stands.
func (c *canvas) country(horizon float64) float64 {
	c.backdrop(c.pal.top, c.pal.low)
	x := c.between(110, 290)
	c.sunAt(x, horizon-c.between(58, 84), c.between(17, 24))
	c.cloud(c.between(40, 150), c.between(40, 75), c.between(11, 16))
	c.cloud(c.between(250, 370), c.between(28, 60), c.between(9, 13))
	c.hills(c.ridge(horizon-30, 20), c.pal.far.mix(c.pal.low, 0.35), 0.7)
	c.hills(c.ridge(horizon-14, 13), c.pal.far, 0.6)
	return x
}

func drawLake(c *canvas) {
	sun := c.country(168)
	shore := c.ridge(162, 6)
	c.hills(shore, c.pal.mid, 0.3)
	c.woods(shore, 16, 30, c.pal.mid.mix(c.pal.near, 0.35))
	c.water(172, sun)
	c.birds(c.between(150, 230), c.between(60, 90))
	c.frame()
}

func drawBoat(c *canvas) {
	sun := c.country(160)
	shore := c.ridge(156, 5)
	c.woods(shore, 12, 22, c.pal.mid.mix(c.pal.far, 0.25))
	c.water(164, sun)
	x, y, s := c.between(170, 230), 232.0, c.between(1, 1.15)
	c.soft(ellipse(x, y+13*s, 62*s, 4*s), 5, solid(c.pal.ink.alpha(0.4)))
	mirror := polygon(pt(x, y+16), pt(x+46*s, y+18), pt(x+4, y+74*s), pt(x-26*s, y+20))
	c.soft(mirror, 5, vertical(y+14, c.pal.cream.alpha(0.4), y+74*s, c.pal.cream.alpha(0)))
	c.fill(stroke(2.2*s, pt(x, y), pt(x, y-124*s)), solid(c.pal.ink))
	mainsail := new(path).move(x+3*s, y-120*s).cube(x+34*s, y-84*s, x+52*s, y-42*s, x+56*s, y-14*s).
		cube(x+38*s, y-8*s, x+18*s, y-8*s, x+3*s, y-12*s).close()
	c.fill(mainsail, linear(x, y, c.pal.cream, x+60*s, y-40*s, c.pal.cream.mix(c.pal.far, 0.28)))
	c.inside(mainsail, func() {
		c.fill(rect(x, y-46*s, 70*s, 11*s), solid(c.pal.accent))
		c.fill(rect(x, y-31*s, 70*s, 4*s), solid(c.pal.warm))
	})
	jib := new(path).move(x-3*s, y-108*s).cube(x-12*s, y-70*s, x-30*s, y-36*s, x-44*s, y-13*s).
		cube(x-30*s, y-8*s, x-16*s, y-8*s, x-3*s, y-11*s).close()
	c.fill(jib, linear(x-44*s, y, c.pal.cream.mix(c.pal.warm, 0.35), x, y-70*s, c.pal.cream))
	c.fill(polygon(pt(x+1, y-124*s), pt(x-15*s, y-119*s), pt(x+1, y-114*s)), solid(c.pal.accent))
	hull := new(path).move(x-58*s, y-6*s).cube(x-20*s, y+1*s, x+30*s, y+1*s, x+66*s, y-9*s).
		cube(x+58*s, y+10*s, x+40*s, y+16*s, x+16*s, y+16*s).
		cube(x-14*s, y+17*s, x-46*s, y+16*s, x-58*s, y-6*s).close()
	c.fill(hull, vertical(y-8*s, c.pal.near.light(0.1), y+16*s, c.pal.ink))
	c.inside(hull, func() {
		c.fill(stroke(3*s, curve(pt(x-62*s, y-2*s), pt(x, y+4*s), pt(x+66*s, y-4*s))...), solid(c.pal.warm))
	})
	for i := range 4 {
		w := c.between(16, 34)
		c.fill(ellipse(x+c.between(-70, 70), y+18+float64(i)*9, w, 0.9), solid(c.pal.cream.alpha(0.5)))
	}
	c.birds(c.between(280, 320), c.between(60, 90))
}

func drawCabin(c *canvas) {
	c.country(175)
	back := c.ridge(190, 8)
	c.hills(back, c.pal.mid, 0.25)
	c.woods(back, 44, 84, c.pal.mid.mix(c.pal.near, 0.5))
	yard := c.ridge(226, 5)
	c.hills(yard, c.pal.near.light(0.06), 0.05)
	x, y := c.between(175, 225), 240.0
	c.fill(rect(-5, -5, 410, 310), radial(x, y-30, 150, c.pal.warm.alpha(0.42), c.pal.warm.alpha(0)))
	track := new(path).move(x-9, y).cube(x-4, y+24, x-40, y+40, x-58, 306).line(x+22, 306).cube(x-4, y+44, x+20, y+24, x+9, y).close()
	c.fill(track, vertical(y, c.pal.cream.alpha(0.75), 305, c.pal.cream.mix(c.pal.near, 0.4).alpha(0.7)))
	c.soft(ellipse(x, y+2, 98, 6), 5, solid(c.pal.ink.alpha(0.55)))
	c.cabin(x, y)
	tall := new(path)
	for _, tx := range []float64{22, 54, 345, 381} {
		tall.add(pine(tx+c.between(-6, 6), 268+c.between(-6, 8), c.between(130, 190)))
	}
	c.fill(tall, vertical(90, c.pal.near, 270, c.pal.ink))
	c.fill(below(c.ridge(279, 4)), vertical(270, c.pal.ink.mix(c.pal.near, 0.35), 305, c.pal.ink))
}

// cabin is an A-frame house with lit windows, standing on (x, y).
func (c *canvas) cabin(x, y float64) {
	const half, tall = 80.0, 128.0
	chimney := rect(x+30, y-tall+8, 12, 66)
	c.fill(chimney, solid(c.pal.ink.light(0.12)))
	c.smoke(x+36, y-tall+6, 58)
	roof := polygon(pt(x, y-tall), pt(x+half+12, y+3), pt(x-half-12, y+3))
	c.fill(roof, linear(x-half, y, c.pal.ink, x+half, y-20, c.pal.ink.light(0.2)))
	front := polygon(pt(x, y-tall+20), pt(x+half-2, y), pt(x-half+2, y))
	wood := c.pal.warm.mix(hex(0x8a5a34), 0.72)
	c.fill(front, vertical(y-tall, wood.dark(0.28), y, wood))
	c.inside(front, func() {
		for i := -6; i <= 6; i++ {
			c.fill(stroke(0.7, pt(x+float64(i)*12, y-tall), pt(x+float64(i)*12, y)), solid(c.pal.ink.alpha(0.3)))
		}
	})
	light := vertical(y-90, hex(0xfff3c4), y, hex(0xffc765))
	panes := new(path).add(
		polygon(pt(x, y-88), pt(x+19, y-58), pt(x-19, y-58)),
		rect(x-46, y-44, 26, 30), rect(x+20, y-44, 26, 30))
	c.soft(panes, 10, solid(hex(0xffd98a).alpha(0.8)))
	c.fill(panes, light)
	bars := new(path).add(stroke(1.6, pt(x, y-88), pt(x, y-58)), stroke(1.6, pt(x-33, y-44), pt(x-33, y-14)),
		stroke(1.6, pt(x+33, y-44), pt(x+33, y-14)), stroke(1.6, pt(x-46, y-29), pt(x-20, y-29)), stroke(1.6, pt(x+20, y-29), pt(x+46, y-29)))
	c.fill(bars, solid(wood.dark(0.5)))
	c.fill(rounded(x-11, y-44, 22, 45, 3), vertical(y-44, c.pal.accent.dark(0.1), y, c.pal.accent.dark(0.35)))
	c.fill(circle(x+6, y-21, 1.5), solid(hex(0xffe9b0)))
	c.fill(rounded(x-half-16, y-1, 2*half+32, 6, 2), solid(wood.dark(0.4)))
}

func (c *canvas) smoke(x, y, h float64) {
	lean := c.between(10, 22)
	rise := curve(pt(x, y), pt(x+5, y-h*0.3), pt(x-3+lean*0.4, y-h*0.6), pt(x+lean, y-h))
	c.soft(taper(func(t float64) float64 { return 4 + 11*t }, rise...), 6, vertical(y-h, white.alpha(0), y, white.alpha(0.7)))
}

func drawSnow(c *canvas) {
	c.backdrop(c.pal.top, c.pal.low)
	c.sunAt(c.between(120, 280), c.between(70, 95), 19)
	peak := c.between(180, 240)
	for i, m := range []struct{ x, y, half float64 }{{peak - 105, 92, 120}, {peak + 110, 84, 135}, {peak, 56, 140}} {
		tone := c.pal.far.mix(c.pal.mid, 0.25*float64(i))
		c.fill(polygon(pt(m.x, m.y), pt(m.x+m.half, 210), pt(m.x-m.half, 210)), vertical(m.y, tone, 205, tone.mix(c.pal.low, 0.75)))
		snow := polygon(pt(m.x, m.y), pt(m.x+m.half*0.3, m.y+(210-m.y)*0.3), pt(m.x+m.half*0.13, m.y+(210-m.y)*0.24),
			pt(m.x+m.half*0.02, m.y+(210-m.y)*0.36), pt(m.x-m.half*0.12, m.y+(210-m.y)*0.23), pt(m.x-m.half*0.28, m.y+(210-m.y)*0.28))
		c.fill(snow, solid(white.alpha(0.92)))
	}
	far := c.ridge(188, 10)
	c.woods(far, 22, 40, c.pal.mid)
	c.fill(below(far), vertical(180, white, 250, c.pal.far.light(0.55)))
	near := c.ridge(225, 14)
	c.fill(below(near), vertical(210, white, 305, c.pal.far.light(0.3)))
	for _, off := range []float64{0, 9} {
		ski := curve(pt(150+off, near(150)), pt(176+off, 246), pt(150+off*1.6, 268), pt(200+off*2.4, 306))
		c.fill(taper(func(t float64) float64 { return 0.8 + 2*t }, ski...), solid(c.pal.mid.alpha(0.45)))
	}
	for _, x := range []float64{18, 58, 335, 372, 398} {
		x, h := x+c.between(-6, 6), c.between(80, 150)
		foot := near(x) + c.between(14, 30)
		c.soft(ellipse(x+h*0.12, foot, h*0.3, 3), 4, solid(c.pal.mid.alpha(0.5)))
		tree := pine(x, foot, h)
		c.fill(tree, vertical(foot-h, c.pal.near.light(0.1), foot, c.pal.ink.mix(c.pal.near, 0.5)))
		c.inside(tree, func() {
			for i := range 5 {
				k := float64(i) / 5
				c.soft(ellipse(x-h*0.05, foot-h*(0.86-k*0.72), h*(0.07+k*0.12), h*0.05), 3, solid(white.alpha(0.9)))
			}
		})
	}
	for range 90 {
		k := c.rnd.Float64()
		c.soft(circle(c.between(0, sheetW), c.between(0, sheetH), 0.7+k*k*2.2), 0.6, solid(white.alpha(0.45+0.5*k)))
	}
}

func drawCampfire(c *canvas) {
	c.backdrop(c.pal.top.dark(0.25), c.pal.low.mix(c.pal.mid, 0.35))
	for range 70 {
		c.fill(circle(c.between(0, sheetW), c.between(0, 130), c.between(0.4, 1.2)), solid(white.alpha(c.between(0.3, 0.95))))
	}
	moon := c.between(60, 120)
	c.soft(circle(moon, 56, 20), 14, solid(c.pal.sun.alpha(0.35)))
	c.fill(circle(moon, 56, 15), solid(c.pal.sun.light(0.5)))
	c.fill(circle(moon+7, 51, 13), solid(c.pal.top.dark(0.2).mix(c.pal.low, 0.12)))
	far := c.ridge(186, 10)
	c.hills(far, c.pal.mid, 0.3)
	c.woods(far, 30, 64, c.pal.near)
	c.fill(below(c.ridge(222, 4)), vertical(215, c.pal.near.light(0.05), 305, c.pal.ink))
	x, y := c.between(190, 210), 252.0
	c.fill(rect(-5, -5, 410, 310), radial(x, y-30, 190, c.pal.warm.alpha(0.6), c.pal.warm.alpha(0)))
	c.soft(ellipse(x, y+10, 96, 15), 10, solid(c.pal.warm.alpha(0.55)))
	for _, f := range []struct {
		w, h, lean float64
		t          tint
	}{{38, 108, 6, c.pal.accent}, {28, 84, -5, c.pal.warm.mix(c.pal.accent, 0.35)}, {18, 58, 3, c.pal.sun}, {9, 34, 0, c.pal.cream}} {
		flame := new(path).move(x+f.lean, y-f.h).
			cube(x+f.lean+f.w*0.2, y-f.h*0.62, x+f.w*1.1, y-f.h*0.5, x+f.w, y-f.h*0.2).
			cube(x+f.w*0.9, y+6, x-f.w*0.9, y+6, x-f.w, y-f.h*0.2).
			cube(x-f.w*1.15, y-f.h*0.48, x-f.w*0.2, y-f.h*0.5, x+f.lean, y-f.h).close()
		c.soft(flame, 2, vertical(y-f.h, f.t.alpha(0.75), y, f.t))
	}
	bark := hex(0x4a2d1f).mix(c.pal.ink, 0.3)
	for _, l := range [][2]point{{pt(x-54, y+16), pt(x+40, y-6)}, {pt(x+54, y+16), pt(x-40, y-6)}} {
		c.fill(stroke(14, l[0], l[1]), linear(x, y-10, c.pal.accent.mix(bark, 0.4), x, y+16, bark))
		c.fill(circle(l[0].x, l[0].y, 6), solid(hex(0xc98f5a)))
		c.fill(circle(l[0].x, l[0].y, 3), solid(hex(0xa26a3e)))
	}
	for i := range 9 {
		sx := x - 72 + float64(i)*18
		c.fill(ellipse(sx, y+21+5*math.Sin(float64(i)*math.Pi/8), 10, 6.5), vertical(y+12, c.pal.far.dark(0.2), y+30, c.pal.ink))
	}
	for range 26 {
		h := c.rnd.Float64()
		c.fill(circle(x+c.between(-1, 1)*(12+40*h), y-70-h*115, 0.6+1.3*(1-h)), solid(c.pal.warm.light(0.2).alpha(1-h*0.8)))
	}
	trees := new(path)
	for _, tx := range []float64{-2, 30, 368, 400} {
		trees.add(pine(tx+c.between(-5, 5), 296, c.between(150, 215)))
	}
	c.fill(trees, solid(c.pal.ink))
}

func drawBalloon(c *canvas) {
	c.country(205)
	field := c.ridge(222, 9)
	c.hills(field, c.pal.mid, 0.2)
	c.woods(field, 14, 26, c.pal.near.mix(c.pal.mid, 0.3))
	c.hills(c.ridge(262, 8), c.pal.near, 0)
	c.balloon(c.between(85, 115), c.between(118, 140), 26, c.pal.mid, c.pal.cream)
	c.balloon(c.between(318, 340), c.between(80, 100), 18, c.pal.warm, c.pal.accent)
	c.balloon(c.between(195, 225), c.between(98, 112), 58, c.pal.accent, c.pal.warm)
}

// balloon is a hot-air balloon with stripes of two colours; (x, y) is the middle of its envelope.
func (c *canvas) balloon(x, y, r float64, one, two tint) {
	envelope := func(half float64) *path {
		return new(path).move(x-half, y-r*0.1).
			cube(x-half, y-r*1.35, x+half, y-r*1.35, x+half, y-r*0.1).
			cube(x+half, y+r*0.5, x+half*0.3, y+r*0.95, x+half*0.2, y+r*1.22).line(x-half*0.2, y+r*1.22).
			cube(x-half*0.3, y+r*0.95, x-half, y+r*0.5, x-half, y-r*0.1).close()
	}
	ropes := new(path).add(stroke(r*0.02, pt(x-r*0.19, y+r*1.2), pt(x-r*0.14, y+r*1.62)), stroke(r*0.02, pt(x+r*0.19, y+r*1.2), pt(x+r*0.14, y+r*1.62)))
	c.fill(ropes, solid(c.pal.ink))
	for i, half := range []float64{1, 0.8, 0.55, 0.2} {
		t := one
		if i%2 == 1 {
			t = two
		}
		c.fill(envelope(r*half), solid(t))
	}
	whole := envelope(r)
	c.fill(whole, radial(x-r*0.35, y-r*0.55, r*1.7, white.alpha(0.42), dusk.alpha(0.3)))
	c.fill(rounded(x-r*0.17, y+r*1.58, r*0.34, r*0.27, r*0.05), vertical(y+r*1.5, hex(0xb98550), y+r*1.9, hex(0x7a5230)))
}
