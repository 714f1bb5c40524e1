package domain

import (
	"strconv"
	"time"
)

// Picture is a picture of a product, a club or a post, in several sizes, smallest first.
type Picture struct {
	ID        int64
	ProductID int64 // of a product's picture; 0 for others
	AltText   Text
	Sizes     []PictureSize
}

// GID is the picture's global id.
func (p Picture) GID() GID { return GID{"Picture", p.ID} }

// PictureSize is one size of a picture.
type PictureSize struct {
	Width  int64
	Height int64
	URL    string
}

// URLFor is the address of the smallest size at least as wide as wanted, else of the largest; empty without sizes.
func (p Picture) URLFor(width int64) string {
	for _, s := range p.Sizes {
		if s.Width >= width {
			return s.URL
		}
	}
	if n := len(p.Sizes); n > 0 {
		return p.Sizes[n-1].URL
	}
	return ""
}

// The limits of uploads.
const (
	MaxPictureBytes   = 12 << 20
	LoosePictureLives = 24 * time.Hour // how long a picture is kept that nothing shows
)

// UploadsPerHour is how many pictures one person may upload within an hour; the staff fills catalogues.
func UploadsPerHour(v Viewer) int64 {
	if v.IsStaff() {
		return 1000
	}
	return 60
}

// PictureWidths are the widths at which pictures are kept besides their largest, which is MaxPictureSide at most in both directions.
func PictureWidths() []int { return []int{160, 480, 1080} }

// MaxPictureSide is the longest side of the largest size.
const MaxPictureSide = 2048

// PictureFile is a picture as the store of objects keeps it: sizes of one name.
type PictureFile struct {
	ID     int64
	Name   string
	Width  int64 // of the largest size
	Height int64
}

// ObjectName is the name under which one size of a picture is kept.
func ObjectName(name string, width int64) string { return name + "-" + strconv.FormatInt(width, 10) }

// SizedPicture is one size of a picture.
type SizedPicture struct {
	Width       int64  `db:"width"`
	Height      int64  `db:"height"`
	ContentType string `db:"content_type"`
	Bytes       []byte `db:"bytes"` // nil when it lies in the store of objects
}

// ShownPicture is a picture that something shows, with words for those who do not see it.
type ShownPicture struct {
	PictureID int64
	Alt       Text
}

// MaxAlt bounds the words of a picture.
const MaxAlt = 300

// CheckPictures lists what is wrong with the pictures of something that shows at most so many; a picture stands once.
func CheckPictures(shown []ShownPicture, most int) (refused Refused) {
	if len(shown) > most {
		refused = append(refused, Refusal{Code: CodeTooLarge, Field: []string{"pictures"}, Rule: "pictures", Limit: int64(most)})
	}
	seen := map[int64]bool{}
	for i, p := range shown {
		at := []string{"pictures", strconv.Itoa(i)}
		if p.PictureID == 0 {
			refused = append(refused, PictureNotFound(at...))
		} else if seen[p.PictureID] {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: at, Rule: "twice"})
		}
		seen[p.PictureID] = true
		for _, text := range []string{p.Alt.RU, p.Alt.EN} {
			refused = append(refused, CheckText(text, false, MaxAlt, "pictures", strconv.Itoa(i), "alt")...)
		}
	}
	return refused
}

// PictureNotFound is the refusal of a picture that does not exist or is not the caller's to show.
func PictureNotFound(field ...string) Refusal {
	return Refusal{Code: CodeNotFound, Field: field, Rule: "picture"}
}
