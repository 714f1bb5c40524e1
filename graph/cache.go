package graph

import (
	"container/list"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// answerCache keeps whole answers by the bytes of their request, bounded by memory; the ones used longest ago go first. An answer is true as long as the
// catalogue has the version it was made under.
type answerCache struct {
	limit int64

	mu    sync.Mutex
	size  int64
	items map[string]*list.Element
	order list.List // of *answer, last used first
}

type answer struct {
	key     string
	field   string // the name of its operation
	version int64
	body    []byte
	packed  []byte // in gzip; nil while nobody has asked for that
}

// answerOverhead is about what an entry takes besides its bytes.
const answerOverhead = 256

func newAnswerCache(limit int64) *answerCache {
	return &answerCache{limit: limit, items: map[string]*list.Element{}}
}

// get finds the answer to a request; the caller compares its version and must not change it.
func (c *answerCache) get(key []byte) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, found := c.items[string(key)]
	if !found {
		return nil
	}
	c.order.MoveToFront(at)
	return at.Value.(*answer)
}

// put keeps an answer. One that is older than what is kept already, or takes more than a tenth of the memory, is not taken.
func (c *answerCache) put(a *answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.weight() > c.limit/10 {
		return
	}
	if at, found := c.items[a.key]; found {
		if at.Value.(*answer).version >= a.version {
			return
		}
		c.remove(at)
	}
	c.items[a.key] = c.order.PushFront(a)
	c.size += a.weight()
	c.shrink()
}

// withPacked is an answer with its body in gzip, and keeps that in its place, if it still has one. The answer itself is being read by others.
func (c *answerCache) withPacked(a *answer, packed []byte) *answer {
	both := *a
	both.packed = packed
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, found := c.items[a.key]; found && at.Value == any(a) && both.weight() <= c.limit/10 {
		at.Value = &both
		c.size += both.weight() - a.weight()
		c.shrink()
	}
	return &both
}

// shrink drops what was used longest ago until the rest has room; the lock is held.
func (c *answerCache) shrink() {
	for c.size > c.limit {
		c.remove(c.order.Back())
	}
}

func (c *answerCache) remove(at *list.Element) {
	a := c.order.Remove(at).(*answer)
	delete(c.items, a.key)
	c.size -= a.weight()
}

// weighed says how many answers are kept and what they take.
func (c *answerCache) weighed() (answers int, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.items), c.size
}

func (a *answer) weight() int64 {
	return int64(len(a.key) + len(a.body) + len(a.packed) + answerOverhead)
}

// followsFromCatalogue says that the answer to an operation depends on nothing but the catalogue, the request's bytes and its language: a query of root fields
// marked @cached, below which every field is of a type marked @cached and is not itself @live.
func followsFromCatalogue(op *ast.OperationDefinition) bool {
	if op.Operation != ast.Query {
		return false
	}
	fragments := map[string]bool{}
	var all func(ast.SelectionSet) bool
	all = func(set ast.SelectionSet) bool {
		for _, selection := range set {
			ok := false
			switch s := selection.(type) {
			case *ast.Field:
				ok = s.Name == "__typename" || cachedField(s) && all(s.SelectionSet)
			case *ast.InlineFragment:
				ok = all(s.SelectionSet)
			case *ast.FragmentSpread:
				var known bool
				if ok, known = fragments[s.Name]; !known {
					ok = all(s.Definition.SelectionSet)
					fragments[s.Name] = ok
				}
			}
			if !ok {
				return false
			}
		}
		return true
	}
	return all(op.SelectionSet)
}

func cachedField(f *ast.Field) bool {
	marked := f.Definition.Directives.ForName("cached") != nil || f.ObjectDefinition.Directives.ForName("cached") != nil
	return marked && f.Definition.Directives.ForName("live") == nil
}
