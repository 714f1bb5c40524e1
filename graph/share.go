package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
)

// Subscriptions that ask for the same of the same event get the same bytes. The first one to hear of the event renders the answer, the others wait for it. What
// counts as the same: the document, the operation, the variables and the language; and the caller, as soon as anybody asked who that is while the
// answer was made.
const (
	// sharedFor is how long an answer is given to others: events reach all subscribers of a process at one moment, and what is "as it is now" in an
	// answer should be so.
	sharedFor = time.Second
	// sharedAnswers is how many answers are remembered.
	sharedAnswers = 512
)

type sharedKey struct {
	operation [32]byte
	event     *domain.Event
	who       domain.Viewer // the zero one stands for everybody
}

// sharingKey is the same for operations that would answer everybody the same.
func sharingKey(ctx context.Context, op *graphql.OperationContext) (key [32]byte) {
	variables, err := json.Marshal(op.Variables)
	if err != nil {
		panic(err) // they were read from JSON
	}
	digest := sha256.New()
	for _, part := range []string{op.RawQuery, op.OperationName, string(variables), string(LocaleFrom(ctx))} {
		size := [4]byte{byte(len(part) >> 24), byte(len(part) >> 16), byte(len(part) >> 8), byte(len(part))}
		digest.Write(size[:])
		digest.Write([]byte(part))
	}
	digest.Sum(key[:0])
	return key
}

// rendering is an answer in the making. What is behind done may be read once that is closed.
type rendering struct {
	began    time.Time
	done     chan struct{}
	once     sync.Once
	body     []byte // nil when it cannot be shared
	personal bool
	who      domain.Viewer
}

// finish gives the answer to those who wait; what comes after the first call changes nothing.
func (r *rendering) finish(body []byte, personal bool, who domain.Viewer) {
	r.once.Do(func() {
		r.body, r.personal, r.who = body, personal, who
		close(r.done)
	})
}

// fits says whether somebody is answered with it.
func (r *rendering) fits(who domain.Viewer) bool {
	return r.body != nil && (!r.personal || r.who == who)
}

// fail lets those who wait make the answer themselves.
func (r *rendering) fail() { r.finish(nil, false, domain.Viewer{}) }

// renderings are the answers of the last moment.
type renderings struct {
	mu     sync.Mutex
	byKey  map[sharedKey]*rendering
	oldest []sharedKey
}

// find is the rendering under a key; nil when there is none.
func (s *renderings) find(key sharedKey) *rendering {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, known := s.byKey[key]
	if !known || time.Since(r.began) >= sharedFor {
		return nil
	}
	return r
}

// join finds the rendering under a key; leads says that it is the caller's to make.
func (s *renderings) join(key sharedKey) (r *rendering, leads bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	r, known := s.byKey[key]
	if known && now.Sub(r.began) < sharedFor {
		return r, false
	}
	r = &rendering{began: now, done: make(chan struct{})}
	if !known {
		if len(s.oldest) == sharedAnswers {
			delete(s.byKey, s.oldest[0])
			s.oldest = append(s.oldest[:0], s.oldest[1:]...)
		}
		s.oldest = append(s.oldest, key)
	}
	s.byKey[key] = r
	return r, true
}

// Stream is the subscription that runs in a context, as whoever feeds it knows it.
type Stream struct{ o *operation }

// StreamFrom finds the subscription that runs in ctx. Outside of one the stream shares nothing.
func StreamFrom(ctx context.Context) Stream {
	o, _ := ctx.Value(operationKey{}).(*operation)
	return Stream{o}
}

// Handing is what became of an event that was to be handed to a subscription.
type Handing int

// What can become of it.
const (
	Left    Handing = iota // the subscription has ended, or is to end
	Given                  // the subscription is going to answer it
	Skipped                // there is nothing to show of it
)

// Try gives the subscription an event when that needs no waiting: the answer was made for somebody else, and the client can be sent it at once.
func (s Stream) Try(event *domain.Event) bool {
	if s.o == nil || !s.o.tryToShare(event) {
		return false
	}
	s.delivered(event)
	return true
}

// Share hands an event to the subscription, and returns once it was answered. Others that are handed this very event and ask for the same
// are answered with the same bytes; one that was read again, by who resumes, is another event. hand sends the event where the subscription reads it; it is
// not called when the answer is there already, so whom an event is not for must be sorted out before. False says that the subscription has ended.
func (s Stream) Share(ctx context.Context, event *domain.Event, hand func() Handing) bool {
	if s.o == nil {
		return hand() != Left
	}
	if !s.o.share(ctx, event, hand) {
		return false
	}
	s.delivered(event)
	return true
}

func (s Stream) delivered(event *domain.Event) {
	if event.At.After(s.o.began) {
		s.o.h.options.Watch.Delivered(s.o.field, time.Since(event.At))
	}
}

func (o *operation) tryToShare(event *domain.Event) bool {
	for _, who := range [...]domain.Viewer{{}, o.who} {
		r := o.h.renderings.find(sharedKey{o.key, event, who})
		if r == nil {
			return false
		}
		select {
		case <-r.done:
		default:
			return false
		}
		if r.fits(o.who) {
			return o.to.tryNext(r.body, event.Cursor)
		}
	}
	return false
}

func (o *operation) share(ctx context.Context, event *domain.Event, hand func() Handing) bool {
	for _, who := range [...]domain.Viewer{{}, o.who} {
		r, leads := o.h.renderings.join(sharedKey{o.key, event, who})
		if leads {
			return o.take(ctx, event, r, hand)
		}
		select {
		case <-r.done:
		case <-ctx.Done():
			return false
		}
		if r.fits(o.who) {
			return o.to.next(r.body, event.Cursor)
		}
	}
	return o.take(ctx, event, nil, hand)
}

// take hands an event over and waits until it was answered, so that an answer of somebody else does not overtake it.
func (o *operation) take(ctx context.Context, event *domain.Event, leads *rendering, hand func() Handing) bool {
	o.at, o.leads, o.awaited = event.Cursor, leads, true
	if handing := hand(); handing != Given {
		o.at, o.leads, o.awaited = domain.Cursor{}, nil, false
		if leads != nil {
			leads.fail()
		}
		return handing == Skipped
	}
	select {
	case <-o.answered:
		return true
	case <-ctx.Done():
		if leads != nil {
			leads.fail() // it left with the event in its hands; nobody waits for it
		}
		return false
	}
}
