package graph

import (
	"slices"
	"strconv"
	"strings"
)

const (
	plainJSON    = "application/json"
	responseJSON = "application/graphql-response+json"
	eventStream  = "text/event-stream"
)

// acceptance is what an Accept header takes of what can be served.
type acceptance struct {
	json        string // the media type that answers in JSON have; empty when none is taken
	events      bool   // server-sent events are taken, which must be by name
	eventsFirst bool   // and rather than JSON
}

// accepts reads an Accept header. The media type of GraphQL is for those who name it: who sends no header, or takes anything, gets plain JSON, as programs
// that do not know it expect.
func accepts(header string) acceptance {
	switch header {
	case "", "*/*", plainJSON:
		return acceptance{json: plainJSON}
	case responseJSON:
		return acceptance{json: responseJSON}
	case eventStream:
		return acceptance{events: true, eventsFirst: true}
	}
	ranges := mediaRanges(header)
	plain, response, events := weigh(ranges, plainJSON), weigh(ranges, responseJSON), weigh(ranges, eventStream)
	best, kind := plain, plainJSON
	if response.before(plain) {
		best, kind = response, responseJSON
	}
	var a acceptance
	if best.q > 0 {
		a.json = kind
	}
	a.events = events.q > 0 && events.exact > 0
	a.eventsFirst = a.events && events.before(best)
	return a
}

// mediaRange is one part of an Accept header.
type mediaRange struct {
	kind string
	q    float64
}

// maxMediaRanges bounds the work on a header; what comes behind is not read.
const maxMediaRanges = 64

func mediaRanges(header string) []mediaRange {
	ranges := make([]mediaRange, 0, 8)
	for part := range strings.SplitSeq(header, ",") {
		kind, parameters, _ := strings.Cut(part, ";")
		r := mediaRange{kind: strings.ToLower(strings.TrimSpace(kind)), q: 1}
		for parameter := range strings.SplitSeq(parameters, ";") {
			name, value, _ := strings.Cut(parameter, "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "q":
				r.q = quality(value)
			case "charset":
				if !strings.EqualFold(value, "utf-8") && !strings.EqualFold(value, "utf8") {
					r.kind = "" // nothing is written in another encoding
				}
			}
		}
		if ranges = append(ranges, r); len(ranges) == maxMediaRanges {
			break
		}
	}
	return ranges
}

// quality is the weight of a q parameter; one that cannot be read, or is out of bounds, counts for nothing.
func quality(text string) float64 {
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// weight is how much a media type is wanted: q, and among equals the place of the range in the header. The range that fits most exactly counts.
type weight struct {
	q     float64
	place int
	exact int // 2 for the type itself, 1 for its family, 0 for anything
}

func (w weight) before(other weight) bool {
	return w.q > other.q || w.q == other.q && w.q > 0 && w.place < other.place
}

func weigh(ranges []mediaRange, kind string) weight {
	family := kind[:strings.IndexByte(kind, '/')] + "/*"
	for exact, name := range slices.Backward([]string{"*/*", family, kind}) {
		for place, r := range ranges {
			if r.kind == name {
				return weight{r.q, place, exact}
			}
		}
	}
	return weight{}
}

// answers is the media type of answers in JSON. Who takes none of them gets a refusal, and that is in the media type of GraphQL, since it has a meaning there
// whatever the status is.
func (a acceptance) answers() string {
	if a.json != "" {
		return a.json
	}
	return responseJSON
}

// acceptsGzip says whether answers may be packed.
func acceptsGzip(header string) bool {
	if header == "" {
		return false
	}
	ranges := mediaRanges(header)
	for _, name := range []string{"gzip", "x-gzip", "*"} {
		for _, r := range ranges {
			if r.kind == name {
				return r.q > 0
			}
		}
	}
	return false
}
