package graph

import (
	"bytes"
	"context"
	"net"
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

// socket is one websocket. It costs one goroutine that reads, and for each subscription what waits for its events; a goroutine that writes lives
// only while there is something to write.
type socket struct {
	all     *sockets
	exec    graphql.GraphExecutor
	conn    *websocket.Conn
	raw     net.Conn
	address caller
	person  caller // who introduced themselves; the zero one for nobody
	letGo   func() // of the rights of who introduced themselves; nil before

	// Of the goroutine that reads, or of the one that handles what was read, while that waits.
	request  *request
	locale   domain.Locale
	base     context.Context // of operations, once the client has introduced itself
	messages *rate.Limiter

	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	timer  *time.Timer  // for the introduction, then for pings
	heard  atomic.Int64 // when the last message came, in nanoseconds

	mu      sync.Mutex
	room    sync.Cond // the queue has become shorter, or the connection has ended
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
}

func newSocket(all *sockets, conn *websocket.Conn, raw net.Conn, exec graphql.GraphExecutor) *socket {
	limits := all.h.options.Limits
	c := &socket{all: all, exec: exec, conn: conn, raw: raw, messages: rate.NewLimiter(rate.Limit(limits.Messages), 4*limits.Messages)}
	c.room.L = &c.mu
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.heard.Store(time.Now().UnixNano())
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
		c.heard.Store(time.Now().UnixNano())
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

// tick ends a connection whose client has not introduced itself in time or has been silent for two pings, and pings the others.
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
	case time.Since(time.Unix(0, c.heard.Load())) > 2*ping:
		_ = c.conn.CloseNow()
		return
	case idle:
		c.send(nil, outgoing{body: `{"type":"ping"}`})
	}
	c.timer.Reset(ping)
}

// send puts a message at the end of the queue, and waits for room in it. A message of an operation goes out only while that runs. False says that nobody
// listens.
func (c *socket) send(of *socketOperation, m outgoing) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.deaf(of) && (len(c.queue) >= queuedMessages || c.queued >= queuedBytes) {
		c.room.Wait()
	}
	if c.deaf(of) {
		return false
	}
	if of != nil && of.ended {
		delete(c.running, of.id)
	}
	c.queue = append(c.queue, m)
	c.queued += len(m.answer) + len(m.body)
	c.beginWriting()
	c.part()
	return true
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

// writeBuffers are where messages are put together.
var writeBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write works off the queue, each message within the timeout: a client that does not read is cut off.
func (c *socket) write() {
	buffer := writeBuffers.Get().(*bytes.Buffer)
	defer func() {
		if buffer.Cap() <= keptBody {
			writeBuffers.Put(buffer)
		}
	}()
	for {
		c.mu.Lock()
		batch, goodbye := c.queue, c.goodbye
		c.queue, c.queued = nil, 0
		if len(batch) == 0 && goodbye == nil {
			_ = c.raw.SetWriteDeadline(time.Time{}) // pongs of the websocket itself are written without us
			c.writing = false
			c.mu.Unlock()
			return
		}
		c.room.Broadcast()
		c.mu.Unlock()
		for _, m := range batch {
			buffer.Reset()
			buffer.WriteString(m.head)
			buffer.WriteString(m.body)
			buffer.Write(m.answer)
			buffer.WriteString(m.tail)
			_ = c.raw.SetWriteDeadline(time.Now().Add(c.all.h.options.WriteTimeout))
			if c.conn.Write(context.Background(), websocket.MessageText, buffer.Bytes()) != nil {
				_ = c.conn.CloseNow()
				return
			}
		}
		if len(batch) == 0 {
			c.cancel()
			_ = c.raw.SetWriteDeadline(time.Now().Add(c.all.h.options.WriteTimeout))
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
	cancel context.CancelFunc
	ended  bool // the next message is the last one
	// answers is set for a query or a mutation, under the lock of the websocket
	answers bool
}

func (o *socketOperation) next(answer []byte, _ domain.Cursor) bool {
	return o.c.send(o, outgoing{head: `{"type":"next","id":` + o.quoted + `,"payload":`, answer: answer, tail: "}"})
}

func (o *socketOperation) refuse(errs gqlerror.List) {
	o.ended = true
	o.c.send(o, outgoing{head: `{"type":"error","id":` + o.quoted + `,"payload":`, answer: encodeErrors(errs), tail: "}"})
}

func (o *socketOperation) complete() {
	o.ended = true
	o.c.send(o, outgoing{head: `{"type":"complete","id":` + o.quoted, tail: "}"})
}
