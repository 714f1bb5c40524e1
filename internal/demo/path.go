package demo

import (
	"math"

	"golang.org/x/image/vector"
)

type point struct{ x, y float64 }

func pt(x, y float64) point { return point{x, y} }

// step is one verb of a path: n points make a move (n=0 closes), a line or a cubic curve.
type step struct {
	move bool
	n    int
	pts  [3]point
}

// path is a shape in sheet units. Its pieces must turn the same way to add up: pieces turning against each other cut holes.
type path struct{ steps []step }

func (p *path) move(x, y float64) *path {
	p.steps = append(p.steps, step{move: true, n: 1, pts: [3]point{{x, y}}})
	return p
}

func (p *path) line(x, y float64) *path {
	p.steps = append(p.steps, step{n: 1, pts: [3]point{{x, y}}})
	return p
}

func (p *path) cube(ax, ay, bx, by, x, y float64) *path {
	p.steps = append(p.steps, step{n: 3, pts: [3]point{{ax, ay}, {bx, by}, {x, y}}})
	return p
}

func (p *path) close() *path {
	p.steps = append(p.steps, step{})
	return p
}

// add appends other shapes to this one.
func (p *path) add(others ...*path) *path {
	for _, o := range others {
		p.steps = append(p.steps, o.steps...)
	}
	return p
}

func (p *path) trace(z *vector.Rasterizer, at func(point) (float32, float32)) {
	for _, s := range p.steps {
		switch {
		case s.move:
			z.MoveTo(at(s.pts[0]))
		case s.n == 1:
			z.LineTo(at(s.pts[0]))
		case s.n == 3:
			ax, ay := at(s.pts[0])
			bx, by := at(s.pts[1])
			x, y := at(s.pts[2])
			z.CubeTo(ax, ay, bx, by, x, y)
		default:
			z.ClosePath()
		}
	}
}

// placed turns the shape by angle (radians) about the origin, scales it and moves the origin to (x, y).
func (p *path) placed(x, y, scale, angle float64) *path {
	sin, cos := math.Sincos(angle)
	out := &path{steps: make([]step, len(p.steps))}
	for i, s := range p.steps {
		for k := range s.n {
			q := s.pts[k]
			s.pts[k] = point{x + scale*(q.x*cos-q.y*sin), y + scale*(q.x*sin+q.y*cos)}
		}
		out.steps[i] = s
	}
	return out
}

func polygon(pts ...point) *path {
	p := new(path).move(pts[0].x, pts[0].y)
	for _, q := range pts[1:] {
		p.line(q.x, q.y)
	}
	return p.close()
}

func rect(x, y, w, h float64) *path {
	return polygon(pt(x, y), pt(x+w, y), pt(x+w, y+h), pt(x, y+h))
}

// kappa places the control points of a cubic that follows a quarter of a circle.
const kappa = 0.5523

func ellipse(cx, cy, rx, ry float64) *path {
	kx, ky := rx*kappa, ry*kappa
	return new(path).move(cx+rx, cy).
		cube(cx+rx, cy+ky, cx+kx, cy+ry, cx, cy+ry).
		cube(cx-kx, cy+ry, cx-rx, cy+ky, cx-rx, cy).
		cube(cx-rx, cy-ky, cx-kx, cy-ry, cx, cy-ry).
		cube(cx+kx, cy-ry, cx+rx, cy-ky, cx+rx, cy).close()
}

func circle(cx, cy, r float64) *path { return ellipse(cx, cy, r, r) }

func rounded(x, y, w, h, r float64) *path {
	k := r * (1 - kappa)
	return new(path).move(x+r, y).line(x+w-r, y).
		cube(x+w-k, y, x+w, y+k, x+w, y+r).line(x+w, y+h-r).
		cube(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h).line(x+r, y+h).
		cube(x+k, y+h, x, y+h-k, x, y+h-r).line(x, y+r).
		cube(x, y+k, x+k, y, x+r, y).close()
}

// blob is the smooth closed shape through the points.
func blob(pts ...point) *path {
	n := len(pts)
	p := new(path).move(pts[0].x, pts[0].y)
	for i := range pts {
		a, b, d, e := pts[(i+n-1)%n], pts[i], pts[(i+1)%n], pts[(i+2)%n]
		p.cube(b.x+(d.x-a.x)/6, b.y+(d.y-a.y)/6, d.x-(e.x-b.x)/6, d.y-(e.y-b.y)/6, d.x, d.y)
	}
	return p.close()
}

// curve samples the smooth open line through the points.
func curve(pts ...point) []point {
	const per = 14
	at := func(i int) point { return pts[min(max(i, 0), len(pts)-1)] }
	out := []point{pts[0]}
	for i := range len(pts) - 1 {
		a, b, d, e := at(i-1), at(i), at(i+1), at(i+2)
		for k := 1; k <= per; k++ {
			t := float64(k) / per
			out = append(out, point{spline(a.x, b.x, d.x, e.x, t), spline(a.y, b.y, d.y, e.y, t)})
		}
	}
	return out
}

func spline(a, b, d, e, t float64) float64 {
	return 0.5 * (2*b + (d-a)*t + (2*a-5*b+4*d-e)*t*t + (3*b-a-3*d+e)*t*t*t)
}

// arc samples a part of an ellipse between two angles (radians, clockwise from the right).
func arc(cx, cy, rx, ry, from, to float64) []point {
	const parts = 48
	out := make([]point, parts+1)
	for i := range out {
		sin, cos := math.Sincos(from + (to-from)*float64(i)/parts)
		out[i] = point{cx + rx*cos, cy + ry*sin}
	}
	return out
}

// stroke is a line of even width with round ends.
func stroke(width float64, pts ...point) *path {
	return taper(func(float64) float64 { return width }, pts...)
}

// taper is a line whose width depends on how far along it one is (0..1).
func taper(width func(t float64) float64, pts ...point) *path {
	p := new(path)
	last := float64(len(pts) - 1)
	for i, a := range pts {
		wa := width(float64(i)/last) / 2
		p.add(joint(a, wa))
		if i == len(pts)-1 {
			break
		}
		b := pts[i+1]
		wb := width(float64(i+1)/last) / 2
		length := math.Hypot(b.x-a.x, b.y-a.y)
		if length == 0 {
			continue
		}
		nx, ny := -(b.y-a.y)/length, (b.x-a.x)/length
		p.add(polygon(pt(a.x+nx*wa, a.y+ny*wa), pt(b.x+nx*wb, b.y+ny*wb), pt(b.x-nx*wb, b.y-ny*wb), pt(a.x-nx*wa, a.y-ny*wa)))
	}
	return p
}

// joint is a disc that turns the same way as the segments of a stroke.
func joint(at point, r float64) *path {
	const sides = 18
	pts := make([]point, sides)
	for i := range pts {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / sides)
		pts[i] = point{at.x + r*cos, at.y + r*sin}
	}
	return polygon(pts...)
}
