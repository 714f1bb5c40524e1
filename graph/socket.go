package graph

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/time/rate"

	"kabinet/domain"
)

// Close codes of graphql-transport-ws, and those of websockets that are used besides.
const (
	closeBadMessage    websocket.StatusCode = 4400
	closeUnauthorized  websocket.StatusCode = 4401
	closeForbidden     websocket.StatusCode = 4403
	closeWrongProtocol websocket.StatusCode = 4406
	closeInitTimeout   websocket.StatusCode = 4408
	closeDuplicate     websocket.StatusCode = 4409
	closeSecondInit    websocket.StatusCode = 4429
	closeGoingAway                          = websocket.StatusGoingAway
	closeFlood                              = websocket.StatusPolicyViolation
	closeBroken                             = websocket.StatusInternalError
	closeCrowded                            = websocket.StatusTryAgainLater
)

const serverStops = "the server is stopping"

// What may wait to be written to one client. Who has more to say waits; for events that is the hub, which drops a subscriber that stays behind.
const (
	queuedMessages = 64
	queuedBytes    = 256 << 10
)

// unansweredPings is after how many pings a silent client counts as gone.
const unansweredPings = 2

// socket is one websocket. It costs one goroutine that reads, and for each subscription what waits for its events. A message is written by who has it, as far as
// that goes without waiting; a goroutine that writes the rest lives only while there is some.
type socket struct {
	all         *sockets
	exec        graphql.GraphExecutor
	conn        *websocket.Conn // reads, and says goodbye
	wire        *wire           // takes the messages
	leave       func()          // counts it no more for its address
	leavePerson func()          // and for the person; nil before the introduction
	letGo       func()          // of the rights of who introduced themselves; nil before

	// Of the goroutine that reads, or of the one that handles what was read, while that waits.
	request  *request
	locale   domain.Locale
	base     context.Context // of operations, once the client has introduced itself
	messages *rate.Limiter

	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	timer  *time.Timer  // for the introduction, then for pings
	pinged atomic.Int32 // how often since the last message came

	mu      sync.Mutex
	room    sync.Cond // the queue has become shorter, or the connection has ended
	rest    []byte    // of a frame that was begun, before the queue
	queue   []outgoing
	queued  int // bytes of answers in the queue
	writing bool
	gone    bool
	goodbye *farewell
	running map[string]*socketOperation
	open    bool // connection_init has come
	// dismissed is the goodbye to be said once what runs was answered, since the token counts no more
	dismissed *farewell
}

type farewell struct {
	code   websocket.StatusCode
	reason string
}

// outgoing is a message to the client, put together when it is written: answers are shared.
type outgoing struct {
	head, body, tail string
	answer           []byte // in place of body
	last             bool   // of its operation
}

func newSocket(all *sockets, conn *websocket.Conn, below *wire, exec graphql.GraphExecutor) *socket {
	limits := all.h.options.Limits
	c := &socket{all: all, exec: exec, conn: conn, wire: below, messages: rate.NewLimiter(rate.Limit(limits.Messages), 4*limits.Messages)}
	c.room.L = &c.mu
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.timer = time.AfterFunc(all.h.options.InitTimeout, c.tick)
	return c
}

// read handles what the client says until the connection ends, and frees everything then.
func (c *socket) read() {
	defer c.end()
	for {
		kind, text, err := c.conn.Read(context.Background())
		if err != nil {
			return
		}
		c.pinged.Store(0)
		switch {
		case c.closing(): // what the client says until it has heard the goodbye is of no interest
		case !c.messages.Allow():
			c.all.h.options.Watch.Limited("messages")
			c.close(closeFlood, "Too many messages")
		case kind != websocket.MessageText:
			c.close(closeBadMessage, "Messages are text")
		default:
			handled := make(chan struct{})
			go func() { // on a goroutine of its own, whose stack grows and goes; this one's stays as long as the connection
				defer close(handled)
				c.handle(text)
			}()
			<-handled
		}
	}
}

func (c *socket) end() {
	_ = c.conn.CloseNow()
	c.timer.Stop()
	c.mu.Lock()
	c.gone, c.queue, c.running = true, nil, nil
	c.room.Broadcast()
	c.mu.Unlock()
	c.cancel()
	if c.letGo != nil {
		c.letGo()
	}
	c.all.forget(c)
}

// tick ends a connection whose client has not introduced itself in time or has left two pings unanswered, and pings the others. One that is behind is not pinged:
// whether it reads is told by the time that writing takes.
func (c *socket) tick() {
	ping := c.all.h.options.Ping
	c.mu.Lock()
	gone, open, idle := c.gone, c.open, len(c.queue) == 0
	c.mu.Unlock()
	switch {
	case gone:
		return
	case !open:
		c.all.h.options.Watch.Limited("init_time")
		c.close(closeInitTimeout, "Connection initialisation timeout")
		return
	case c.pinged.Load() >= unansweredPings:
		_ = c.conn.CloseNow()
		return
	case idle:
		c.pinged.Add(1)
		c.send(nil, outgoing{body: `{"type":"ping"}`})
	}
	c.timer.Reset(ping)
}

// send writes a message when that goes at once, else puts it at the end of the queue, and waits for room in it. A message of an operation goes out only while
// that runs. False says that nobody listens.
func (c *socket) send(of *socketOperation, m outgoing) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.deaf(of) && c.full() {
		c.room.Wait()
	}
	return c.put(of, m)
}

// trySend sends a message unless it has to wait for room.
func (c *socket) trySend(of *socketOperation, m outgoing) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.full() && c.put(of, m)
}

// full says that there is no room in the queue; the lock is held.
func (c *socket) full() bool { return len(c.queue) >= queuedMessages || c.queued >= queuedBytes }

// put writes a message or queues it; the lock is held.
func (c *socket) put(of *socketOperation, m outgoing) bool {
	if c.deaf(of) {
		return false
	}
	if m.last {
		delete(c.running, of.id)
	}
	if c.writing || !c.writeNow(m) {
		c.queue = append(c.queue, m)
		c.queued += len(m.answer) + len(m.body)
		c.beginWriting()
	}
	c.part()
	return true
}

// writeNow writes a message that nothing is before, unless the client has to be waited for; the lock is held.
func (c *socket) writeNow(m outgoing) bool {
	out := writeBuffers.Get().(*frames)
	defer out.keep()
	out.add(m)
	wrote := c.wire.try(out.bytes)
	switch {
	case wrote == len(out.bytes):
		return true
	case wrote > 0:
		c.rest = bytes.Clone(out.bytes[wrote:])
		c.beginWriting()
		return true
	}
	return false
}

// deaf says that a message of an operation has nobody to go to; the lock is held.
func (c *socket) deaf(of *socketOperation) bool {
	return c.gone || c.goodbye != nil || of != nil && (c.running[of.id] != of || c.dismissed != nil && !of.answers)
}

// beginWriting sees that the queue is worked off; the lock is held.
func (c *socket) beginWriting() {
	if !c.writing {
		c.writing = true
		go c.write()
	}
}

// close says goodbye behind what is in the queue. Only the first goodbye counts.
func (c *socket) close(code websocket.StatusCode, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone || c.goodbye != nil {
		return
	}
	c.goodbye = &farewell{code, reason}
	c.room.Broadcast()
	c.beginWriting()
}

func (c *socket) closing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.goodbye != nil
}

// frames are messages put together to be written.
type frames struct{ bytes []byte }

var writeBuffers = sync.Pool{New: func() any { return new(frames) }}

func (f *frames) add(m outgoing) {
	f.bytes = appendFrame(f.bytes, len(m.head)+len(m.body)+len(m.answer)+len(m.tail))
	f.bytes = append(append(append(append(f.bytes, m.head...), m.body...), m.answer...), m.tail...)
}

func (f *frames) keep() {
	if cap(f.bytes) <= keptBody {
		f.bytes = f.bytes[:0]
		writeBuffers.Put(f)
	}
}

// writtenAtOnce is how many bytes of messages go out together, each time within the timeout.
const writtenAtOnce = 16 << 10

// cutOff ends a connection that nothing can be written to. Who waits for room in the queue is told before: it may be who handles what was read, and reading
// goes on only after that.
func (c *socket) cutOff() {
	c.mu.Lock()
	c.gone = true
	c.room.Broadcast()
	c.mu.Unlock()
	_ = c.conn.CloseNow()
}

// write works off the queue: a client that does not read is cut off.
func (c *socket) write() {
	out := writeBuffers.Get().(*frames)
	defer out.keep()
	within := c.all.h.options.WriteTimeout
	for {
		c.mu.Lock()
		rest, batch, goodbye := c.rest, c.queue, c.goodbye
		c.rest, c.queue, c.queued = nil, nil, 0
		if rest == nil && len(batch) == 0 && goodbye == nil {
			c.writing = false
			c.mu.Unlock()
			return
		}
		c.room.Broadcast()
		c.mu.Unlock()
		if rest != nil && c.wire.finish(rest, within) != nil {
			c.cutOff()
			return
		}
		for i, m := range batch {
			if out.add(m); len(out.bytes) < writtenAtOnce && i < len(batch)-1 {
				continue
			}
			if c.wire.send(out.bytes, within) != nil {
				c.cutOff()
				return
			}
			out.bytes = out.bytes[:0]
		}
		if rest == nil && len(batch) == 0 {
			c.cancel()
			_ = c.wire.SetWriteDeadline(time.Now().Add(within))
			_ = c.conn.Close(goodbye.code, goodbye.reason)
			return
		}
	}
}

// socketOperation is an operation that runs on a websocket.
type socketOperation struct {
	c      *socket
	id     string
	quoted string // the id as JSON
	head   string // of its answers
	cancel context.CancelFunc
	ended  bool // the last message was said
	// answers is set for a query or a mutation, under the lock of the websocket
	answers bool
}

func (o *socketOperation) next(answer []byte, _ domain.Cursor) bool {
	return o.c.send(o, outgoing{head: o.head, answer: answer, tail: "}"})
}

func (o *socketOperation) tryNext(answer []byte, _ domain.Cursor) bool {
	return o.c.trySend(o, outgoing{head: o.head, answer: answer, tail: "}"})
}

func (o *socketOperation) refuse(errs gqlerror.List) {
	o.ended = true
	o.c.send(o, outgoing{head: `{"type":"error","id":` + o.quoted + `,"payload":`, answer: encodeErrors(errs), tail: "}", last: true})
}

func (o *socketOperation) complete() {
	o.ended = true
	o.c.send(o, outgoing{head: `{"type":"complete","id":` + o.quoted, tail: "}", last: true})
}
