package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// facts is what the headers of a file tell.
type facts struct {
	orientation int // as in EXIF, 1 to 8
	progressive bool
	scans       int
}

// examine refuses what would cost too much to decode.
func examine(kind Kind, file []byte) (f facts, err error) {
	var c image.Config
	r := bytes.NewReader(file)
	switch kind {
	case JPEG:
		c, err = jpeg.DecodeConfig(r)
		f = jpegFacts(file)
	case PNG:
		c, err = png.DecodeConfig(r)
		f.orientation = chunkOrientation(file, 8, pngChunk)
	case GIF:
		c, err = gif.DecodeConfig(r)
	case WebP:
		c, err = webp.DecodeConfig(r)
		f.orientation = chunkOrientation(file, 12, riffChunk)
	}
	switch {
	case err != nil:
		return f, fmt.Errorf("%w: %w", ErrDamaged, err)
	case c.Width <= 0 || c.Height <= 0:
		return f, ErrDamaged
	case max(c.Width, c.Height) > maxSide, c.Width > MaxPixels/c.Height, int64(c.Width)*int64(c.Height)*bytesPerPixel(kind, c.ColorModel, f) > maxMemory, f.scans > maxScans:
		return f, ErrTooBig
	}
	return f, nil
}

// bytesPerPixel is the most that decoding takes for each pixel.
func bytesPerPixel(kind Kind, m color.Model, f facts) int64 {
	switch {
	case kind == JPEG && f.progressive:
		return 15 // the coefficients of three channels are kept till the end
	case kind == JPEG && m == color.CMYKModel:
		return 4
	case kind == JPEG:
		return 3
	case m == color.NRGBA64Model || m == color.RGBA64Model:
		return 8
	case m == color.Gray16Model:
		return 2
	case kind == WebP && m != color.YCbCrModel:
		return 12 // lossless ones and masks are held twice while they are undone
	}
	return 4
}

// jpegFacts walks the segments of a JPEG and finds the way up, whether it is progressive, and how many passes it asks for.
func jpegFacts(file []byte) (f facts) {
	f.orientation = 1
	for at := 2; at+4 <= len(file); {
		if file[at] != 0xff {
			at++ // compressed data up to the next marker
			continue
		}
		switch marker := file[at+1]; {
		case marker == 0x00, marker == 0xff, marker >= 0xd0 && marker <= 0xd8, marker == 0x01:
			at++
			if marker != 0xff {
				at++
			}
			continue
		case marker == 0xd9:
			return f
		case marker == 0xc2:
			f.progressive = true
		case marker == 0xda:
			f.scans++
		case marker == 0xe1:
			length := int(binary.BigEndian.Uint16(file[at+2:]))
			if body := part(file, at+4, length-2); bytes.HasPrefix(body, []byte("Exif\x00\x00")) && f.orientation == 1 {
				f.orientation = orientation(body[6:])
			}
		}
		at += 2 + int(binary.BigEndian.Uint16(file[at+2:]))
	}
	return f
}

// part is a slice of the file; nil when it does not reach so far.
func part(file []byte, at, length int) []byte {
	if at < 0 || length < 0 || at > len(file)-length {
		return nil
	}
	return file[at : at+length]
}

// chunkOrientation finds the EXIF chunk of a PNG or WebP.
func chunkOrientation(file []byte, at int, read func([]byte) (name string, length, skip int)) int {
	for at+8 <= len(file) {
		name, length, skip := read(file[at:])
		if name == "eXIf" || name == "EXIF" {
			return orientation(bytes.TrimPrefix(part(file, at+8, length), []byte("Exif\x00\x00")))
		}
		if skip <= 0 || skip > len(file) {
			return 1
		}
		at += skip
	}
	return 1
}

func pngChunk(b []byte) (name string, length, skip int) {
	length = int(binary.BigEndian.Uint32(b))
	return string(b[4:8]), length, 12 + length
}

func riffChunk(b []byte) (name string, length, skip int) {
	length = int(binary.LittleEndian.Uint32(b[4:]))
	return string(b[:4]), length, 8 + length + length%2
}

// orientation reads the way up from EXIF data, which begins like a TIFF file; 1 when nothing sensible is said.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	directory := int(order.Uint32(tiff[4:]))
	count := part(tiff, directory, 2)
	if count == nil {
		return 1
	}
	const tag, entry = 0x0112, 12
	for i := range int(order.Uint16(count)) {
		field := part(tiff, directory+2+i*entry, entry)
		if field == nil {
			return 1
		}
		if order.Uint16(field) == tag {
			if way := int(order.Uint16(field[8:])); way >= 1 && way <= 8 {
				return way
			}
			return 1
		}
	}
	return 1
}
