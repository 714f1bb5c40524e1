package graph

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// wire is the connection below a websocket. Messages are written to it as frames of our own, at best without waiting and on the goroutine that has them; the
// library reads, and writes only its own frames, which are short: pongs and the goodbye. One frame is written at a time, whole.
type wire struct {
	net.Conn
	raw syscall.RawConn // nil when it cannot be tried

	frame sync.Mutex // held while a frame is being written
	over  bool       // a close frame was written, or half of any, and nothing may follow it
}

var errWireOver = errors.New("graph: nothing can follow what the websocket has said")

func newWire(conn net.Conn) *wire {
	w := &wire{Conn: conn}
	if below, ok := conn.(syscall.Conn); ok {
		if raw, err := below.SyscallConn(); err == nil {
			w.raw = raw
		}
	}
	return w
}

const (
	textFrame  = 0x81 // a message in one frame
	closeFrame = 0x88
)

// appendFrame appends the head of a frame with a text of a length, which the text is to follow.
func appendFrame(to []byte, length int) []byte {
	switch {
	case length < 126:
		return append(to, textFrame, byte(length))
	case length <= 0xffff:
		return binary.BigEndian.AppendUint16(append(to, textFrame, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(to, textFrame, 127), uint64(length))
}

// Write writes a frame of the library's.
func (w *wire) Write(frame []byte) (int, error) {
	w.frame.Lock()
	defer w.frame.Unlock()
	if w.over {
		return 0, errWireOver
	}
	n, err := w.Conn.Write(frame)
	w.over = err != nil || len(frame) > 0 && frame[0] == closeFrame
	return n, err
}

// send writes frames within a time, and waits for that.
func (w *wire) send(frames []byte, within time.Duration) error {
	w.frame.Lock()
	return w.finish(frames, within)
}

// finish writes what is left of frames that try began.
func (w *wire) finish(rest []byte, within time.Duration) error {
	defer w.frame.Unlock()
	if w.over {
		return errWireOver
	}
	_ = w.SetWriteDeadline(time.Now().Add(within))
	_, err := w.Conn.Write(rest)
	w.over = err != nil
	_ = w.SetWriteDeadline(time.Time{}) // frames of the library are written without us
	return err
}

// try writes as much of a frame as goes without waiting, and says how much that was. After a part of it the wire is held for finish; after nothing, for whatever
// reason, everything is as it was.
func (w *wire) try(frame []byte) int {
	if w.raw == nil || !w.frame.TryLock() {
		return 0
	}
	if w.over {
		w.frame.Unlock()
		return 0
	}
	a := attempts.Get().(*attempt)
	a.frame, a.wrote = frame, 0
	_ = w.raw.Write(a.once)
	wrote := a.wrote
	a.frame = nil
	attempts.Put(a)
	if wrote == 0 || wrote == len(frame) {
		w.frame.Unlock()
	}
	return wrote
}

// attempt is one write that does not wait. It is kept, with its own function, so that trying costs no memory.
type attempt struct {
	frame []byte
	wrote int
	once  func(fd uintptr) (done bool)
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{}
	a.once = func(fd uintptr) bool {
		a.wrote = writeSome(fd, a.frame)
		return true
	}
	return a
}}
