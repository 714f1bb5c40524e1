package domain

// The bounds of a page.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// Page is which part of a list is wanted. Exactly one of First and Last is set; cursors are opaque and come from an earlier page of
// the same list with the same sorting.
type Page struct {
	First  int
	Last   int
	After  string
	Before string
}

// Backward says whether the page is counted from the end.
func (p Page) Backward() bool { return p.Last > 0 }

// Size is how many items the page holds at most.
func (p Page) Size() int {
	if p.Backward() {
		return p.Last
	}
	return p.First
}

// NewPage checks the four arguments of a list. A missing size is DefaultPage; a size outside 1..MaxPage, or first and last together with
// a value, is Invalid.
func NewPage(first *int, after *string, last *int, before *string) (Page, error) {
	p := Page{After: deref(after), Before: deref(before)}
	switch {
	case last != nil:
		p.Last = *last
	case first != nil:
		p.First = *first
	default:
		p.First = DefaultPage
	}
	if n := p.Size(); n < 1 || n > MaxPage || last != nil && *last < 1 {
		return Page{}, Errorf(Invalid, "a page holds 1 to %d items", MaxPage)
	}
	return p, nil
}

// List is one page of a list with what a connection tells about it.
type List[T any] struct {
	Items []T
	// Cursors stand beside the items, one each.
	Cursors     []string
	HasNext     bool
	HasPrevious bool
	// Total is how many there are in all; nil where counting is not cheap.
	Total *int
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
