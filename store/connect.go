package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

// connectTimeout bounds the making of one connection, and how long a request to cancel a statement may take.
const connectTimeout = 5 * time.Second

// answerTime is how long the database may take to say that it cancelled a statement. After that the connection is given up, with whoever waits for it.
const answerTime = time.Second

// suspectTime is how long a statement may wait for its answer when another connection has fallen silent.
const suspectTime = 2 * time.Second

// connector makes connections that end with the contexts of their statements. The driver asks the server to cancel and then waits for its answer, for
// ever when the server or the way to it is frozen; here the connection is cut when no answer comes.
//
// One connection that fell silent makes all that were made before it suspect. Those that wait for an answer too are given up with it, the others are
// made anew when they are needed next; each would otherwise be waited for in its turn.
type connector struct {
	config pq.Config
	dialer pq.Dialer
	silent atomic.Int64 // when a connection was last given up, in nanoseconds

	mu   sync.Mutex
	open map[*line]struct{}
}

// newConnector adds what Kabinet needs of every connection: single round trips, UTC, no JIT (it costs more than it gives on short
// statements), and an end to transactions whose client fell silent, since they hold locks. The dialer may be nil.
func newConnector(dsn string, dialer pq.Dialer) (*connector, error) {
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.BinaryParameters = true
	if cfg.FallbackApplicationName == "" {
		cfg.FallbackApplicationName = "kabinet"
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	for name, value := range map[string]string{
		"timezone":                            "UTC",
		"jit":                                 "off",
		"idle_in_transaction_session_timeout": "5000",
		"lock_timeout":                        "10000",
	} {
		if _, set := cfg.Runtime[name]; !set {
			cfg.Runtime[name] = value
		}
	}
	if dialer == nil {
		dialer = netDialer{}
	}
	return &connector{config: cfg, dialer: dialer, open: map[*line]struct{}{}}, nil
}

// Connect makes one connection. Its dialer is its own, so that what it dials later can only be a request to cancel.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	own, err := pq.NewConnectorConfig(c.config.Clone())
	if err != nil {
		return nil, err
	}
	l := &line{of: c, dialer: c.dialer}
	own.Dialer(l)
	made := now()
	conn, err := own.Connect(ctx)
	if err != nil {
		return nil, err
	}
	l.stand()
	full, knows := conn.(driverConn)
	if !knows {
		return nil, errors.Join(fmt.Errorf("%T is not a whole connection", conn), conn.Close())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[l] = struct{}{}
	return &connection{driverConn: full, line: l, made: made}, nil
}

// driverConn is what the driver's connections do.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

// connection is a connection of the driver whose every step ends with its context.
type connection struct {
	driverConn
	line *line
	made int64
}

// Close ends the connection. That the database cannot be told of it, because it is gone or the connection was given up, is no failure.
func (c *connection) Close() error {
	c.line.of.mu.Lock()
	delete(c.line.of.open, c.line)
	c.line.of.mu.Unlock()
	_ = c.driverConn.Close()
	return nil
}

// ResetSession says whether the connection may be used again.
func (c *connection) ResetSession(ctx context.Context) error {
	if c.made <= c.line.of.silent.Load() {
		c.line.hangUp(0)
		return driver.ErrBadConn
	}
	return c.driverConn.ResetSession(ctx)
}

// BeginTx begins a transaction. The driver minds the context only once it has begun.
func (c *connection) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	defer context.AfterFunc(ctx, func() { c.line.hangUp(answerTime) })()
	return c.driverConn.BeginTx(ctx, options)
}

// PrepareContext prepares a statement whose end is waited for a limited time.
func (c *connection) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	st, err := c.driverConn.PrepareContext(ctx, query)
	if full, knows := st.(driverStmt); err == nil && knows {
		return statement{full, c.line}, nil
	}
	return st, err
}

// driverStmt is what the driver's statements do.
type driverStmt interface {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
}

// statement is a prepared statement of a connection. To close it takes an answer of the database, which no context bounds.
type statement struct {
	driverStmt
	line *line
}

// Close tells the database that the statement is needed no more.
func (s statement) Close() error {
	late := time.AfterFunc(connectTimeout, func() { s.line.hangUp(0) })
	defer late.Stop()
	return s.driverStmt.Close()
}

// fellSilent gives up all connections that have been waiting for an answer for some time.
func (c *connector) fellSilent() {
	at := now()
	c.silent.Store(at)
	c.mu.Lock()
	defer c.mu.Unlock()
	for l := range c.open {
		if since := l.waiting.Load(); since != 0 && at-since > int64(suspectTime) {
			l.hangUp(0)
		}
	}
}

func now() int64 { return time.Now().UnixNano() }

// Driver is the driver underneath.
func (c *connector) Driver() driver.Driver { return &pq.Driver{} }

// line dials for one connection.
type line struct {
	of     *connector
	dialer pq.Dialer

	mu     sync.Mutex
	conn   net.Conn
	stands bool // the connection is made

	waiting atomic.Int64 // since when an answer is waited for, in nanoseconds; 0: none is
}

var _ pq.DialerContext = (*line)(nil)

func (l *line) stand() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stands = true
}

// hangUp gives the connection up after a time that the database has left to answer.
func (l *line) hangUp(after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetDeadline(time.Now().Add(after))
}

// Dial makes a connection.
func (l *line) Dial(network, address string) (net.Conn, error) {
	return l.DialContext(context.Background(), network, address)
}

// DialTimeout makes a connection within a time.
func (l *line) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return l.DialContext(ctx, network, address)
}

// DialContext makes the connection. Once that stands, the driver dials only to cancel its statement: then the time runs for both.
func (l *line) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	stands := l.stands
	l.mu.Unlock()
	if stands {
		l.hangUp(answerTime)
	}
	conn, err := dial(ctx, l.dialer, network, address)
	if err != nil {
		return nil, err
	}
	if stands {
		return cancelling{conn}, conn.SetDeadline(time.Now().Add(connectTimeout))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	return listening{conn, l}, nil
}

// listening is a connection that notes when it was given up without an answer.
type listening struct {
	net.Conn
	line *line
}

// Read reads what the database says.
func (c listening) Read(b []byte) (int, error) {
	c.line.waiting.Store(now())
	n, err := c.Conn.Read(b)
	c.line.waiting.Store(0)
	if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		c.line.of.fellSilent()
	}
	return n, err
}

func dial(ctx context.Context, d pq.Dialer, network, address string) (net.Conn, error) {
	if d, knows := d.(pq.DialerContext); knows {
		return d.DialContext(ctx, network, address)
	}
	if end, limited := ctx.Deadline(); limited {
		return d.DialTimeout(network, address, time.Until(end))
	}
	return d.Dial(network, address)
}

// cancelling is a connection for a request to cancel. Its deadline stays, whatever the driver sets.
type cancelling struct{ net.Conn }

// SetDeadline does nothing.
func (cancelling) SetDeadline(time.Time) error { return nil }

// netDialer dials as the driver itself would, and finds out within seconds that the other machine is gone.
type netDialer struct{}

func (netDialer) net() *net.Dialer {
	return &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}}
}

// Dial makes a connection.
func (d netDialer) Dial(network, address string) (net.Conn, error) {
	return d.net().Dial(network, address)
}

// DialTimeout makes a connection within a time.
func (d netDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	n := d.net()
	n.Timeout = timeout
	return n.Dial(network, address)
}

// DialContext makes a connection until ctx ends.
func (d netDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.net().DialContext(ctx, network, address)
}
