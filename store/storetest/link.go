package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"
)

// vanished is how long the database goes on believing in a client whose connection was swallowed.
const vanished = 8 * time.Second

// Link is a way to a database over the network that fails on demand.
type Link struct {
	// DSN is the address of the database at the near end.
	DSN string

	listener        net.Listener
	network, target string

	mu      sync.Mutex
	open    map[*passage]struct{}
	frozen  chan struct{} // closed while bytes flow
	refuses bool
	closed  bool
	over    chan struct{} // closed with it
	ends    sync.WaitGroup
}

// passage is one connection through a link.
type passage struct {
	near, far net.Conn
	swallowed chan struct{} // closed when nothing is to come through any more, nor an end
}

// NewLink opens a link to the database of a DSN; it ends with the test.
func NewLink(tb testing.TB, dsn string) *Link {
	tb.Helper()
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		tb.Fatalf("link: %v", err)
	}
	var tcp net.ListenConfig
	listener, err := tcp.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("link: %v", err)
	}
	l := &Link{listener: listener, network: "tcp", target: net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port)), open: map[*passage]struct{}{}, frozen: make(chan struct{}), over: make(chan struct{})}
	close(l.frozen)
	if strings.HasPrefix(cfg.Host, "/") {
		l.network, l.target = "unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port)
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		tb.Fatalf("link: %v", err)
	}
	l.DSN = fmt.Sprintf("host=%s port=%s user='%s' password='%s' dbname='%s' sslmode=disable", host, port, cfg.User, cfg.Password, cfg.Database)
	l.ends.Go(l.accept)
	tb.Cleanup(l.close)
	return l
}

func (l *Link) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.ends.Go(func() { l.carry(near) })
	}
}

// carry joins a connection with one to the database until either ends.
func (l *Link) carry(near net.Conn) {
	defer func() { _ = near.Close() }()
	l.mu.Lock()
	refused := l.refuses || l.closed
	l.mu.Unlock()
	if refused {
		return
	}
	far, err := new(net.Dialer).DialContext(context.Background(), l.network, l.target)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	p := &passage{near: near, far: far, swallowed: make(chan struct{})}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.open[p] = struct{}{}
	l.mu.Unlock()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			l.pump(p, way[0], way[1])
			ended <- struct{}{}
		}()
	}
	<-ended
	l.mu.Lock()
	delete(l.open, p)
	l.mu.Unlock()
	_ = near.Close()
	if p.lost() {
		l.linger()
	}
	_ = far.Close()
	<-ended
}

// linger is the time in which a database still believes in a client that has vanished.
func (l *Link) linger() {
	timer := time.NewTimer(vanished)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.over:
	}
}

// pump carries bytes one way. While the link is frozen it holds them, and does not tell of an end either.
func (l *Link) pump(p *passage, from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		l.mu.Lock()
		flows := l.frozen
		l.mu.Unlock()
		select {
		case <-flows:
		case <-p.swallowed:
		}
		switch {
		case p.lost() && err != nil && from == p.far:
			_, _ = io.Copy(io.Discard, p.near) // the near end must not learn of the end of the other
			return
		case p.lost() && err == nil:
			continue
		case !p.lost() && n > 0:
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *passage) lost() bool {
	select {
	case <-p.swallowed:
		return true
	default:
		return false
	}
}

// each does something with every connection that is open.
func (l *Link) each(do func(*passage)) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.open {
		do(p)
	}
	return len(l.open)
}

// Cut ends all connections and returns how many there were.
func (l *Link) Cut() int {
	return l.each(func(p *passage) { _, _ = p.near.Close(), p.far.Close() })
}

// Refuse cuts all connections and takes no new ones until Accept.
func (l *Link) Refuse() {
	l.mu.Lock()
	l.refuses = true
	l.mu.Unlock()
	l.Cut()
}

// Accept ends Refuse.
func (l *Link) Accept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuses = false
}

// Freeze holds everything that is on its way until Thaw: of these connections and of new ones.
func (l *Link) Freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.frozen:
		l.frozen = make(chan struct{})
	default:
	}
}

// Thaw ends Freeze.
func (l *Link) Thaw() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.frozen:
	default:
		close(l.frozen)
	}
}

// Swallow makes the open connections silent for ever: what is sent vanishes, nothing comes, and none ends by itself. New ones work. It returns how
// many there were.
func (l *Link) Swallow() int {
	return l.each(func(p *passage) {
		select {
		case <-p.swallowed:
		default:
			close(p.swallowed)
		}
	})
}

func (l *Link) close() {
	l.mu.Lock()
	l.closed = true
	close(l.over)
	l.mu.Unlock()
	l.Thaw()
	if err := l.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return
	}
	l.Cut()
	l.ends.Wait()
}
