package demo

import "math"

func drawStethoscope(c *canvas) {
	c.stage()
	x := c.between(175, 195)
	c.heart(x+104, 196, 0.62)
	tube := func(width, dx, dy float64, with paint) {
		yoke := pt(x+dx, 166+dy)
		c.fill(stroke(width, curve(pt(x-62+dx, 42+dy), pt(x-66+dx, 92+dy), pt(x-38+dx, 140+dy), yoke)...), with)
		c.fill(stroke(width, curve(pt(x+62+dx, 42+dy), pt(x+66+dx, 92+dy), pt(x+38+dx, 140+dy), yoke)...), with)
		c.fill(stroke(width*1.12, curve(yoke, pt(x-3+dx, 205+dy), pt(x-38+dx, 252+dy), pt(x-102+dx, 240+dy), pt(x-120+dx, 186+dy), pt(x-96+dx, 150+dy))...), with)
	}
	tube(9, 4, 6, solid(c.pal.ink.alpha(0.16)))
	tube(9, 0, 0, vertical(60, c.pal.near.light(0.12), 260, c.pal.ink))
	tube(2, -1.5, -1.5, solid(white.alpha(0.35)))
	metal := vertical(24, white, 96, c.pal.mid.light(0.35))
	for _, side := range []float64{-1, 1} {
		c.fill(stroke(6.5, curve(pt(x+side*64, 86), pt(x+side*62, 58), pt(x+side*50, 34), pt(x+side*36, 26))...), metal)
		c.fill(ellipse(x+side*33, 25, 8, 6.5), solid(c.pal.ink))
	}
	px, py := x-88, 142.0
	c.soft(circle(px+4, py+7, 34), 9, solid(c.pal.ink.alpha(0.4)))
	c.fill(circle(px, py, 34), linear(px-24, py-24, white, px+24, py+24, c.pal.mid.light(0.15)))
	c.fill(circle(px, py, 28), linear(px-20, py-20, c.pal.mid.light(0.4), px+20, py+20, white))
	c.fill(circle(px, py, 21), radial(px-8, py-8, 34, c.pal.accent.light(0.35), c.pal.accent))
	c.soft(ellipse(px-8, py-9, 8, 5), 3, solid(white.alpha(0.75)))
}

// heartShape is about 100 units wide, with the origin in its middle.
func heartShape() *path {
	return new(path).move(0, 46).cube(-22, 28, -52, 6, -52, -20).cube(-52, -46, -16, -54, 0, -28).
		cube(16, -54, 52, -46, 52, -20).cube(52, 6, 22, 28, 0, 46).close()
}

func (c *canvas) heart(x, y, s float64) {
	c.soft(ellipse(x+4*s, y+50*s, 34*s, 5*s), 5*s, solid(c.pal.ink.alpha(0.35)))
	shape := heartShape().placed(x, y, s, 0)
	c.fill(shape, linear(x-40*s, y-44*s, c.pal.accent.light(0.25), x+36*s, y+40*s, c.pal.accent.dark(0.16)))
	c.inside(shape, func() {
		c.soft(ellipse(0, 0, 15, 8).placed(x-27*s, y-24*s, s, -0.7), 6*s, solid(white.alpha(0.7)))
		c.soft(ellipse(x+26*s, y+26*s, 40*s, 16*s), 12*s, solid(c.pal.ink.alpha(0.18)))
	})
}

func drawHeart(c *canvas) {
	c.stage()
	x, y := 200+c.between(-5, 5), 134.0
	for i, r := range []float64{128, 106} {
		c.fill(circle(x, y, r), solid(white.alpha(0.16+0.1*float64(i))))
	}
	c.soft(ellipse(x, 250, 74, 9), 10, solid(c.pal.ink.alpha(0.35)))
	c.heart(x, y, 1.62)
	beat := []point{pt(x-150, y+4), pt(x-62, y+4), pt(x-48, y-8), pt(x-36, y+4), pt(x-24, y+4), pt(x-12, y+44), pt(x+6, y-58), pt(x+22, y+30),
		pt(x+32, y+4), pt(x+46, y+4), pt(x+58, y-12), pt(x+70, y+4), pt(x+150, y+4)}
	fade := func(t tint) paint {
		return func(ux, _ float64) tint { return t.alpha(min(max(1.5-math.Abs(ux-x)/100, 0), 1)) }
	}
	c.soft(stroke(9, beat...), 5, fade(c.pal.ink.alpha(0.3)))
	c.fill(stroke(5.4, beat...), fade(white))
	for _, s := range []float64{-1, 1} {
		c.sprig(x+s*52, 262, 82, s*1.02, 4, c.pal.mid)
	}
}

func drawFlask(c *canvas) {
	c.stage()
	x := c.between(150, 170)
	c.shadow(x, 254, 74)
	body := new(path).move(x-16, 74).line(x+16, 74).line(x+16, 138).cube(x+34, 176, x+58, 210, x+68, 234).
		cube(x+73, 248, x+64, 254, x+54, 254).line(x-54, 254).cube(x-64, 254, x-73, 248, x-68, 234).
		cube(x-58, 210, x-34, 176, x-16, 138).close()
	c.fill(body, linear(x-60, 0, white.alpha(0.72), x+60, 0, c.pal.far.alpha(0.5)))
	c.inside(body, func() {
		level := curve(pt(x-80, 188), pt(x-30, 183), pt(x+10, 190), pt(x+80, 185))
		liquid := new(path).move(x-80, 188)
		for _, q := range level {
			liquid.line(q.x, q.y)
		}
		c.fill(liquid.line(x+80, 262).line(x-80, 262).close(), linear(x-50, 184, c.pal.accent.light(0.35), x+50, 254, c.pal.accent.dark(0.1)))
		for range 16 {
			r := c.between(1.2, 5)
			bx, by := x+c.between(-50, 50), c.between(194, 250)
			c.fill(circle(bx, by, r), solid(white.alpha(0.3)))
			c.fill(circle(bx-r*0.3, by-r*0.3, r*0.35), solid(white.alpha(0.7)))
		}
		c.soft(polygon(pt(x-14, 130), pt(x-8, 130), pt(x-46, 244), pt(x-58, 244)), 4, solid(white.alpha(0.6)))
	})
	for i := range 3 {
		c.fill(stroke(1.6, pt(x+22+float64(i)*11, 166+float64(i)*22), pt(x+34+float64(i)*11, 166+float64(i)*22)), solid(white.alpha(0.8)))
	}
	c.fill(rounded(x-23, 66, 46, 11, 5.5), linear(x-23, 0, white, x+23, 0, c.pal.far))
	for range 4 {
		c.fill(circle(x+c.between(-14, 14), c.between(30, 60), c.between(2, 5)), solid(c.pal.accent.light(0.4).alpha(0.7)))
	}
	c.rack(x+146, 254)
}

// rack is a stand with three test tubes, standing on (x, y).
func (c *canvas) rack(x, y float64) {
	c.shadow(x, y, 70)
	for i, t := range []tint{c.pal.warm, c.pal.mid, c.pal.accent} {
		tx := x - 36 + float64(i)*36
		tube := new(path).move(tx-10, y-118).line(tx+10, y-118).line(tx+10, y-26).
			cube(tx+10, y-10, tx-10, y-10, tx-10, y-26).close()
		c.fill(tube, linear(tx-10, 0, white.alpha(0.85), tx+10, 0, c.pal.far.alpha(0.6)))
		c.inside(tube, func() {
			top := y - c.between(62, 98)
			c.fill(rect(tx-12, top, 24, 100), linear(tx-10, top, t.light(0.25), tx+10, y, t.dark(0.12)))
			c.fill(ellipse(tx, top, 10, 2.4), solid(t.light(0.5)))
			c.fill(rect(tx-7, y-114, 3, 90), solid(white.alpha(0.5)))
		})
		c.fill(rounded(tx-13, y-124, 26, 9, 4), vertical(y-124, c.pal.near.light(0.15), y-115, c.pal.near))
	}
	wood := vertical(y-84, c.pal.cream, y, c.pal.cream.mix(c.pal.far, 0.4))
	c.fill(rounded(x-66, y-58, 132, 13, 5), wood)
	c.fill(rounded(x-66, y-13, 132, 14, 5), wood)
	c.fill(new(path).add(rect(x-62, y-58, 7, 54), rect(x+55, y-58, 7, 54)), wood)
}

func drawTooth(c *canvas) {
	c.stage()
	x, y := 200+c.between(-6, 6), 140.0
	c.fill(circle(x, y, 122), solid(white.alpha(0.25)))
	c.shadow(x, 258, 62)
	tooth := new(path).move(x, y-72).cube(x+22, y-94, x+82, y-92, x+84, y-34).
		cube(x+85, y+10, x+64, y+34, x+58, y+72).cube(x+53, y+106, x+46, y+120, x+36, y+118).
		cube(x+22, y+114, x+24, y+54, x, y+52).cube(x-24, y+54, x-22, y+114, x-36, y+118).
		cube(x-46, y+120, x-53, y+106, x-58, y+72).cube(x-64, y+34, x-85, y+10, x-84, y-34).
		cube(x-82, y-92, x-22, y-94, x, y-72).close()
	c.fill(tooth, linear(x-60, y-80, white, x+70, y+110, c.pal.far.light(0.45)))
	c.inside(tooth, func() {
		c.soft(ellipse(x+78, y+20, 26, 110), 20, solid(c.pal.mid.alpha(0.32)))
		c.soft(ellipse(0, 0, 13, 40).placed(x-58, y-36, 1, 0.35), 10, solid(white))
		c.soft(stroke(5, curve(pt(x-20, y-62), pt(x, y-52), pt(x+20, y-62))...), 4, solid(c.pal.far.alpha(0.6)))
	})
	smile := curve(pt(x-22, y-4), pt(x, y+9), pt(x+22, y-4))
	c.fill(stroke(4, smile...), solid(c.pal.near))
	for _, s := range []float64{-1, 1} {
		c.fill(ellipse(x+s*30, y-20, 4, 5.4), solid(c.pal.near))
		c.soft(ellipse(x+s*42, y-4, 9, 5), 4, solid(c.pal.accent.alpha(0.55)))
	}
	for _, p := range []point{pt(x+106, y-66), pt(x+126, y-30), pt(x-112, y-56), pt(x-98, y+44)} {
		c.spark(p.x+c.between(-5, 5), p.y+c.between(-5, 5), c.between(9, 18))
	}
}

// spark is a four-pointed star.
func (c *canvas) spark(x, y, r float64) {
	const pinch = 0.13
	star := new(path).move(x, y-r).cube(x+r*pinch, y-r*pinch, x+r*pinch, y-r*pinch, x+r, y).
		cube(x+r*pinch, y+r*pinch, x+r*pinch, y+r*pinch, x, y+r).
		cube(x-r*pinch, y+r*pinch, x-r*pinch, y+r*pinch, x-r, y).
		cube(x-r*pinch, y-r*pinch, x-r*pinch, y-r*pinch, x, y-r).close()
	c.soft(star, r*0.3, solid(c.pal.warm.light(0.3).alpha(0.6)))
	c.fill(star, solid(white))
}

func drawShield(c *canvas) {
	c.stage()
	x, y := 200+c.between(-5, 5), 138.0
	for _, s := range []float64{-1, 1} {
		c.sprig(x+s*40, 262, 150, s*0.62, 5, c.pal.far.mix(c.pal.mid, 0.5))
	}
	c.shadow(x, 258, 66)
	shape := func(s float64) *path {
		return new(path).move(0, -96).cube(26, -76, 56, -68, 84, -68).cube(88, 8, 66, 76, 0, 112).
			cube(-66, 76, -88, 8, -84, -68).cube(-56, -68, -26, -76, 0, -96).close().placed(x, y, s, 0)
	}
	c.soft(shape(1).placed(3, 6, 1, 0), 10, solid(c.pal.ink.alpha(0.3)))
	c.fill(shape(1), linear(x-70, y-80, white, x+70, y+100, c.pal.far.light(0.4)))
	c.fill(shape(0.87), linear(x-60, y-70, c.pal.mid.light(0.14), x+60, y+90, c.pal.near))
	c.inside(shape(0.87), func() {
		c.fill(rect(x, y-120, 120, 260), solid(c.pal.ink.alpha(0.12)))
		c.soft(ellipse(0, 0, 12, 50).placed(x-52, y-20, 1, 0.15), 10, solid(white.alpha(0.35)))
	})
	cross := new(path).add(rounded(x-15, y-48, 30, 92, 9))
	c.soft(rounded(x-46, y-15, 92, 34, 9).placed(2, 4, 1, 0), 5, solid(c.pal.ink.alpha(0.2)))
	c.fill(cross.add(rounded(x-46, y-17, 92, 30, 9)), solid(white))
	c.heart(x+1, y-1, 0.2)
	c.spark(x+102, y-62, 14)
	c.spark(x-106, y-20, 9)
}

func drawBottle(c *canvas) {
	c.stage()
	x := c.between(165, 185)
	c.sprig(x-58, 252, 112, -0.42, 4, c.pal.mid.mix(c.pal.accent, 0.15))
	c.shadow(x, 256, 64)
	glass := rounded(x-52, 118, 104, 138, 18)
	c.fill(glass, linear(x-52, 0, c.pal.near.light(0.24), x+52, 0, c.pal.ink.mix(c.pal.near, 0.5)))
	c.fill(rounded(x-37, 104, 74, 24, 6), linear(x-37, 0, c.pal.near.light(0.2), x+37, 0, c.pal.ink))
	top := rounded(x-44, 66, 88, 44, 8)
	c.fill(top, linear(x-44, 0, white, x+44, 0, c.pal.far.light(0.15)))
	c.inside(top, func() {
		for i := range 15 {
			c.fill(rect(x-44+float64(i)*6.3, 78, 1.3, 40), solid(c.pal.mid.alpha(0.28)))
		}
	})
	label := rect(x-52, 146, 104, 84)
	c.fill(label, linear(x-52, 0, c.pal.cream, x+52, 0, c.pal.cream.mix(c.pal.far, 0.4)))
	c.fill(rect(x-52, 146, 104, 9), linear(x-52, 0, c.pal.accent, x+52, 0, c.pal.accent.dark(0.2)))
	c.sprig(x, 208, 40, 0, 3, c.pal.mid)
	for i, w := range []float64{58, 40} {
		c.fill(rounded(x-w/2, 213+float64(i)*7, w, 3.4, 1.7), solid(c.pal.mid.alpha(0.7)))
	}
	c.inside(glass, func() { c.soft(rounded(x-44, 122, 10, 128, 5), 4, solid(white.alpha(0.5))) })
	for i, p := range []struct{ dx, dy, a float64 }{{92, 0, 0.25}, {136, -8, -0.5}, {118, 16, 1.1}, {166, 12, 0.1}} {
		t := c.pal.accent
		if i%2 == 1 {
			t = c.pal.warm
		}
		c.capsule(x+p.dx, 250+p.dy, p.a, t)
	}
}

func (c *canvas) capsule(x, y, angle float64, t tint) {
	whole := rounded(-19, -8, 38, 16, 8).placed(x, y, 1, angle)
	c.soft(rounded(-19, -8, 38, 16, 8).placed(x+2, y+6, 1, angle), 5, solid(c.pal.ink.alpha(0.4)))
	c.fill(whole, vertical(y-12, white, y+12, c.pal.cream.mix(c.pal.far, 0.45)))
	c.inside(whole, func() {
		c.fill(rect(-20, -10, 20, 20).placed(x, y, 1, angle), vertical(y-12, t.light(0.25), y+12, t.dark(0.12)))
		c.soft(rounded(-14, -5.5, 28, 3.4, 1.7).placed(x, y, 1, angle), 1.5, solid(white.alpha(0.8)))
	})
}

func drawScan(c *canvas) {
	c.stage()
	x := 200 + c.between(-5, 5)
	c.shadow(x, 258, 92)
	c.fill(polygon(pt(x-16, 210), pt(x+16, 210), pt(x+24, 254), pt(x-24, 254)), linear(x-20, 0, white, x+24, 0, c.pal.mid.light(0.3)))
	c.fill(rounded(x-62, 248, 124, 10, 5), linear(x-60, 0, white, x+60, 0, c.pal.mid.light(0.25)))
	c.soft(rounded(x-132, 48, 264, 172, 16), 10, solid(c.pal.ink.alpha(0.3)))
	c.fill(rounded(x-132, 44, 264, 172, 16), linear(x-100, 44, white, x+100, 216, c.pal.far.light(0.4)))
	screen := rounded(x-120, 56, 240, 138, 8)
	c.fill(screen, vertical(56, c.pal.ink, 194, c.pal.near.dark(0.35)))
	c.inside(screen, func() {
		for i := range 13 {
			c.fill(rect(x-120+float64(i)*20, 56, 0.6, 140), solid(white.alpha(0.07)))
			c.fill(rect(x-120, 56+float64(i)*20, 240, 0.6), solid(white.alpha(0.07)))
		}
		c.echo(x-46, 60)
		c.readings(x+34, 70)
	})
	c.fill(circle(x, 205, 3.4), solid(c.pal.accent))
}

// echo is the fan of an ultrasound picture that opens downwards from (x, y).
func (c *canvas) echo(x, y float64) {
	fan := new(path).move(x, y-4)
	for _, q := range arc(x, y-4, 132, 132, math.Pi/2-0.56, math.Pi/2+0.56) {
		fan.line(q.x, q.y)
	}
	fan.close()
	c.fill(fan, radial(x, y, 140, c.pal.mid.light(0.5), c.pal.mid.dark(0.35)))
	c.inside(fan, func() {
		for i := range 12 {
			r := 18 + float64(i)*10
			c.soft(stroke(c.between(1, 3), arc(x, y-4, r, r, math.Pi/2-0.6, math.Pi/2+0.6)...), 2, solid(white.alpha(c.between(0.06, 0.24))))
		}
		c.soft(ellipse(x+2, y+78, 36, 26), 8, solid(c.pal.ink.alpha(0.7)))
		c.soft(stroke(3.4, arc(x+2, y+78, 36, 26, 0, 2*math.Pi)...), 2, solid(white.alpha(0.7)))
		c.fill(heartShape().placed(x+2, y+78, 0.24, 0.1), vertical(y+60, c.pal.accent.light(0.3), y+92, c.pal.accent))
	})
}

func (c *canvas) readings(x, y float64) {
	for i, t := range []tint{c.pal.accent, c.pal.warm, c.pal.mid.light(0.5)} {
		ly := y + 14 + float64(i)*40
		wave := make([]point, 40)
		phase := c.between(0, 3)
		for k := range wave {
			u := float64(k) / 39 * 76
			spike := math.Exp(-math.Pow(math.Mod(u+phase*8, 26)-13, 2) / 5)
			wave[k] = pt(x+u, ly-18*spike+3*math.Sin(u/4+phase))
		}
		c.soft(stroke(4, wave...), 3, solid(t.alpha(0.5)))
		c.fill(stroke(1.8, wave...), solid(t.light(0.2)))
		c.fill(rounded(x, ly+10, c.between(26, 54), 3, 1.5), solid(white.alpha(0.4)))
	}
}
