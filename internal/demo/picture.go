package demo

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strings"
)

// PictureWidths are the widths in pixels at which Pictures draws each product, smallest first; the height is ¾ of the width.
func PictureWidths() []int { return []int{160, 480, 1080} }

const jpegQuality = 85

// Sized is one picture at one size.
type Sized struct {
	Width, Height int    // pixels
	JPEG          []byte // the encoded file
}

// Pictures draws a product's picture at every width of PictureWidths. The same product always gets the same bytes.
// The error says which motif or palette is unknown.
func Pictures(p Product) ([]Sized, error) {
	sizes, err := drawn(p.Picture, p.Slug)
	if err != nil {
		return nil, fmt.Errorf("product %s: %w", p.Slug, err)
	}
	return sizes, nil
}

// Pictures draws the scene at every width, as the one of that name: the same name always gets the same bytes.
func (s Scene) Pictures(name string) ([]Sized, error) {
	sizes, err := drawn(s.Draws, name)
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", name, err)
	}
	return sizes, nil
}

func drawn(motif, name string) (out []Sized, err error) {
	if err := checkPicture(motif); err != nil {
		return nil, err
	}
	hash := fnv.New64a()
	hash.Write([]byte(name))
	for _, w := range PictureWidths() {
		h := w * 3 / 4
		var file bytes.Buffer
		if err := jpeg.Encode(&file, Draw(motif, hash.Sum64(), w, h), &jpeg.Options{Quality: jpegQuality}); err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		out = append(out, Sized{Width: w, Height: h, JPEG: file.Bytes()})
	}
	return out, nil
}

// Draw paints the picture that a name of the form "motif/palette" describes, such as "cabin/forest". The seed varies the
// composition and the hues (light, hills, which way it faces) within the motif. A picture of other proportions than 4:3 shows the middle.
// An unknown motif or palette is painted as a lake in forest colours, so that a caller always has a picture to show.
func Draw(motif string, seed uint64, w, h int) image.Image {
	name, colours, _ := strings.Cut(motif, "/")
	paintScene, ok := scenes()[name]
	if !ok {
		paintScene = drawLake
	}
	pal, ok := paletteNamed(colours)
	if !ok {
		pal, _ = paletteNamed("forest")
	}
	rnd := rand.New(rand.NewPCG(seed, 0x6b6162696e6574))
	c := newCanvas(w, h, rnd, pal.varied(rnd))
	c.flip = c.rnd.IntN(2) == 1
	paintScene(c)
	c.vignette()
	c.grain()
	return c.img
}

// Motifs lists the scenes that Draw knows, in alphabetical order.
func Motifs() []string {
	var names []string
	for name := range scenes() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func scenes() map[string]func(*canvas) {
	return map[string]func(*canvas){
		"balloon":     drawBalloon,
		"bath":        drawBath,
		"bike":        drawBike,
		"boat":        drawBoat,
		"bottle":      drawBottle,
		"cabin":       drawCabin,
		"campfire":    drawCampfire,
		"court":       drawCourt,
		"cup":         drawCup,
		"flask":       drawFlask,
		"heart":       drawHeart,
		"jar":         drawJar,
		"lake":        drawLake,
		"leaves":      drawLeaves,
		"plate":       drawPlate,
		"scan":        drawScan,
		"shield":      drawShield,
		"snow":        drawSnow,
		"stethoscope": drawStethoscope,
		"stones":      drawStones,
		"tooth":       drawTooth,
	}
}

func checkPicture(name string) error {
	motif, colours, _ := strings.Cut(name, "/")
	if _, ok := scenes()[motif]; !ok {
		return fmt.Errorf("unknown motif %q, known are %s", motif, strings.Join(Motifs(), ", "))
	}
	if _, ok := paletteNamed(colours); !ok {
		return fmt.Errorf("unknown palette %q", colours)
	}
	return nil
}
