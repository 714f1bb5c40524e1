package qr

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"rsc.io/qr"
)

// drawn reads the modules back from the picture.
func drawn(t *testing.T, svg string) (black map[[2]int]bool) {
	t.Helper()
	var picture struct {
		Paths []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(svg), &picture); err != nil || len(picture.Paths) != 2 {
		t.Fatalf("%v in %s", err, svg)
	}
	black = map[[2]int]bool{}
	for run := range strings.SplitSeq(strings.TrimPrefix(picture.Paths[1].D, "M"), "M") {
		var x, y, width int
		if _, err := fmt.Sscanf(run, "%d %dh%d", &x, &y, &width); err != nil {
			t.Fatalf("%q: %v", run, err)
		}
		for i := range width {
			black[[2]int{x + i - quiet, y - quiet}] = true
		}
	}
	return black
}

func TestSVG_DrawsEveryModuleOfTheCode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"https://kabinet.example.com/i/K7MP4XQ2", "x", strings.Repeat("long ", 100)} {
		svg, err := SVG(text)
		if err != nil {
			t.Fatal(err)
		}
		black := drawn(t, svg)
		code, err := qr.Encode(text, qr.M)
		if err != nil {
			t.Fatal(err)
		}
		for y := range code.Size {
			for x := range code.Size {
				if black[[2]int{x, y}] != code.Black(x, y) {
					t.Fatalf("%.10q: module %d, %d is wrong", text, x, y)
				}
			}
		}
	}
}

func TestSVG_RefusesWhatNoCodeHolds(t *testing.T) {
	t.Parallel()
	if _, err := SVG(strings.Repeat("x", 5_000)); err == nil {
		t.Error("5,000 signs were drawn")
	}
}
