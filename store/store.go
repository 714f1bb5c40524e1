// Package store is the transactions and the SQL of Kabinet, one file per domain.
//
// An exported verb is one transaction, or one read: it begins, locks and loads in sets, asks a pure function of domain, writes what
// that answered, records events and jobs, commits. Tx never leaves the package; one instant, tx.now, serves the whole transaction.
// Errors are coded: domain.ErrNotFound and other *domain.Error for failed requests, domain.Refused for refusals of the business;
// anything else is a fault of the machinery.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"kabinet/domain"
	"kabinet/internal/markdown"
)

// Config is how a Store reaches its database.
type Config struct {
	// DSN names the database as lib/pq takes it: a URL or keywords.
	DSN string
	// Secret keys the digests of one-time codes and seals codes on their way; at least 16 bytes.
	Secret []byte
	// OldSecrets were in use before: what was made with them is still read, and nothing new is made.
	OldSecrets [][]byte
	// MaxConns bounds the pool. Default 16.
	MaxConns int
	// Channels are the ways in which one-time codes can be sent. Default: all.
	Channels []domain.SignInChannel
	// Now is the clock. Default: the database's.
	Now func() time.Time
	// Dialer opens network connections; for measurements. Default: the driver's own.
	Dialer pq.Dialer
	// OpenDB opens the pool; for measurements. Default sql.OpenDB.
	OpenDB func(driver.Connector) *sql.DB
	// Patience is how long one read may take, whatever its caller allows. Default: for ever.
	Patience time.Duration
	// Told is called after each transaction that recorded events, to wake who lines them up. Default: nobody.
	Told func()
	// Asked is called after each transaction that asked for jobs, to wake who does them. Default: nobody.
	Asked func()
	// Revoked is called after each transaction that took the rights from access tokens, before its verb returns: whoever hears of it finds it done.
	// Default: nobody.
	Revoked func()
}

// Store is the database of one business. It is safe for concurrent use.
type Store struct {
	db       *sqlx.DB
	secrets  []key // the first is the one in use, the others were before
	clock    func() time.Time
	ticking  *databaseClock // nil with a clock of the caller
	patience time.Duration
	name     string // of this store among all of the database
	told     func()
	asked    func()
	revoked  func()
	channels []domain.SignInChannel
	markdown *markdown.Renderer

	kept atomic.Pointer[terms]

	mu        sync.RWMutex
	stmts     map[string]*sqlx.Stmt
	preparing sync.WaitGroup
	pending   map[string]bool
}

// Open connects to the database. The schema must have been migrated: see Migrate.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	connector, err := newConnector(cfg.DSN, cfg.Dialer)
	if err != nil {
		return nil, err
	}
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 16
	}
	if cfg.OpenDB == nil {
		cfg.OpenDB = sql.OpenDB
	}
	if cfg.Channels == nil {
		cfg.Channels = []domain.SignInChannel{domain.ChannelSMS, domain.ChannelEmail}
	}
	if cfg.Told == nil {
		cfg.Told = func() {}
	}
	if cfg.Asked == nil {
		cfg.Asked = func() {}
	}
	if cfg.Revoked == nil {
		cfg.Revoked = func() {}
	}
	if len(cfg.Secret) < 16 {
		return nil, errors.New("store: the secret needs at least 16 bytes")
	}
	db := sqlx.NewDb(cfg.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(cfg.MaxConns)
	db.SetMaxIdleConns(cfg.MaxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the database: %w", err), db.Close())
	}
	var clock *databaseClock
	if cfg.Now == nil {
		if clock, err = newDatabaseClock(ctx, db); err != nil {
			return nil, errors.Join(fmt.Errorf("ask the database for the time: %w", err), db.Close())
		}
		cfg.Now = clock.Now
	}
	return &Store{
		db:       db,
		secrets:  secretKeys(cfg),
		clock:    cfg.Now,
		ticking:  clock,
		patience: cfg.Patience,
		name:     rand.Text(),
		told:     cfg.Told,
		asked:    cfg.Asked,
		revoked:  cfg.Revoked,
		channels: cfg.Channels,
		markdown: markdown.New(),
		stmts:    map[string]*sqlx.Stmt{},
		pending:  map[string]bool{},
	}, nil
}

// DB is the pool underneath, for the rooms that serve the store: the job queue and metrics.
func (s *Store) DB() *sqlx.DB { return s.db }

// Ping answers whether the database can be reached.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// Close ends all connections.
func (s *Store) Close() error {
	if s.ticking != nil {
		s.ticking.close()
	}
	s.preparing.Wait()
	return s.db.Close()
}

// now is the clock at the precision of the database.
func (s *Store) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// stmt returns the prepared statement of a query; database/sql prepares it on each connection once.
func (s *Store) stmt(ctx context.Context, query string) (*sqlx.Stmt, error) {
	s.mu.RLock()
	st := s.stmts[query]
	s.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	st, err := s.db.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.stmts[query]; old != nil {
		s.discard(st)
		return old, nil
	}
	s.stmts[query] = st
	return st, nil
}

// discard closes a statement beside everything else: closing waits for the connections it was prepared on, which may be waiting for a row that
// whoever calls this holds.
func (s *Store) discard(st *sqlx.Stmt) {
	s.preparing.Go(func() { _ = st.Close() })
}

// stmtIn is stmt for use inside a transaction. The first use of a query finds no statement and runs unprepared while the statement is
// made beside it: preparing takes a connection of its own, and transactions that all wait for one more would wait for ever.
func (s *Store) stmtIn(ctx context.Context, query string) *sqlx.Stmt {
	s.mu.RLock()
	st := s.stmts[query]
	s.mu.RUnlock()
	if st != nil {
		return st
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.pending[query] {
		s.pending[query] = true
		s.preparing.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), txTimeout)
			defer cancel()
			_, err := s.stmt(ctx, query)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.pending[query] = err == nil
		})
	}
	return nil
}

// get reads one row; domain.ErrNotFound when there is none.
func (s *Store) get(ctx context.Context, dest any, query string, args ...any) error {
	return s.read(ctx, query, func(ctx context.Context, st *sqlx.Stmt) error { return st.GetContext(ctx, dest, args...) })
}

// list reads all rows into a slice.
func (s *Store) list(ctx context.Context, dest any, query string, args ...any) error {
	return s.read(ctx, query, func(ctx context.Context, st *sqlx.Stmt) error { return st.SelectContext(ctx, dest, args...) })
}

// read runs a prepared query outside a transaction. A plan that a migration outdated is prepared anew, once.
func (s *Store) read(ctx context.Context, query string, do func(context.Context, *sqlx.Stmt) error) error {
	if s.patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.patience)
		defer cancel()
	}
	for attempt := 0; ; attempt++ {
		st, err := s.stmt(ctx, query)
		if err == nil {
			err = do(ctx, st)
		}
		if pq.As(err, pqerror.FeatureNotSupported) != nil && attempt == 0 {
			s.forget(query)
			continue
		}
		return readError(ctx, err)
	}
}

func (s *Store) forget(query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.stmts[query]; st != nil {
		s.discard(st)
		delete(s.stmts, query)
	}
}

func readError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return domain.ErrNotFound
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case pq.As(err, pqerror.CharacterNotInRepertoire, pqerror.UntranslatableCharacter) != nil:
		return domain.Errorf(domain.Invalid, "a text has a character that no text can hold, such as U+0000")
	}
	return err
}

// Tx is one transaction. now is its one instant.
type Tx struct {
	s   *Store
	tx  *sqlx.Tx
	now time.Time

	told    bool // whether events were recorded
	asked   bool // whether jobs were asked for
	revoked bool // whether access tokens may have lost their rights
}

// get reads one row; domain.ErrNotFound when there is none.
func (t *Tx) get(ctx context.Context, dest any, query string, args ...any) error {
	if st := t.s.stmtIn(ctx, query); st != nil {
		return readError(ctx, t.tx.StmtxContext(ctx, st).GetContext(ctx, dest, args...))
	}
	return readError(ctx, t.tx.GetContext(ctx, dest, query, args...))
}

// list reads all rows into a slice.
func (t *Tx) list(ctx context.Context, dest any, query string, args ...any) error {
	if st := t.s.stmtIn(ctx, query); st != nil {
		return readError(ctx, t.tx.StmtxContext(ctx, st).SelectContext(ctx, dest, args...))
	}
	return readError(ctx, t.tx.SelectContext(ctx, dest, query, args...))
}

// exec runs a statement and returns how many rows it touched.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	var res sql.Result
	if st := t.s.stmtIn(ctx, query); st != nil {
		res, err = t.tx.StmtxContext(ctx, st).ExecContext(ctx, args...)
	} else {
		res, err = t.tx.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, readError(ctx, err)
	}
	return res.RowsAffected()
}

// txAttempts bounds how often a transaction is run anew after a deadlock or a serialization failure.
const txAttempts = 5

// txTimeout ends a transaction that hangs, unless the caller's deadline comes first. That a client went away is no reason: once begun, a short write
// is not torn up.
const txTimeout = 20 * time.Second

// lasting is a context that ends with the deadline of ctx or after txTimeout, and by nothing else.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	end := time.Now().Add(txTimeout)
	if deadline, limited := ctx.Deadline(); limited && deadline.Before(end) {
		end = deadline
	}
	return context.WithDeadline(context.WithoutCancel(ctx), end)
}

// inTx runs do in a transaction and commits when it returns nil. It runs do again after a deadlock or serialization failure, so nothing
// but SQL and pure calls may stand inside. Constraint violations come back as the coded errors of constraintError.
func (s *Store) inTx(ctx context.Context, do func(ctx context.Context, tx *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := lasting(ctx)
	defer cancel()
	for attempt := 1; ; attempt++ {
		tx, err := s.tryTx(ctx, do)
		if err == nil {
			if tx.told {
				s.told()
			}
			if tx.asked {
				s.asked()
			}
			if tx.revoked {
				s.revoked()
			}
			return nil
		}
		again := pq.As(err, pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected) != nil
		if !again || attempt == txAttempts {
			return constraintError(err)
		}
	}
}

func (s *Store) tryTx(ctx context.Context, do func(ctx context.Context, tx *Tx) error) (tx *Tx, err error) {
	sqlTx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	tx = &Tx{s: s, tx: sqlTx, now: s.now()}
	defer func() {
		if err != nil {
			_ = sqlTx.Rollback()
		}
	}()
	if err := do(ctx, tx); err != nil {
		return nil, err
	}
	return tx, sqlTx.Commit()
}

// constraintError maps a violated constraint to the refusal it stands for. Constraints that no input can reach stay faults.
func constraintError(err error) error {
	violated := pq.As(err, pqerror.UniqueViolation, pqerror.CheckViolation, pqerror.ForeignKeyViolation)
	if violated == nil {
		return err
	}
	if refusal, known := constraintRefusals[violated.Constraint]; known {
		return domain.Refuse(refusal)
	}
	return err
}

var constraintRefusals = map[string]domain.Refusal{
	"product_slug_unique":      {Code: domain.CodeAlreadyExists, Field: []string{"slug"}},
	"variant_sku_unique":       {Code: domain.CodeAlreadyExists, Field: []string{"sku"}},
	"staff_email_unique":       {Code: domain.CodeAlreadyExists, Field: []string{"email"}},
	"stock_on_hand":            {Code: domain.CodeTooLarge, Field: []string{"delta"}, Limit: domain.MaxStock},
	"club_slug_unique":         {Code: domain.CodeAlreadyExists, Field: []string{"slug"}},
	"review_once":              {Code: domain.CodeAlreadyExists, Field: []string{"productId"}, Rule: "review"},
	"product_category_id_fkey": {Code: domain.CodeNotFound, Field: []string{"categoryId"}, Rule: "category"},
}

// WithClock is the same store with another clock, to tell of the past. It shares the connections, which only the original closes, and
// wakes nobody.
func (s *Store) WithClock(now func() time.Time) *Store {
	return &Store{db: s.db, secrets: s.secrets, clock: now, patience: s.patience, name: rand.Text(), told: func() {}, asked: func() {}, revoked: func() {}, channels: s.channels, markdown: s.markdown,
		stmts: map[string]*sqlx.Stmt{}, pending: map[string]bool{}}
}
