package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"kabinet/graph"
	"kabinet/internal/demo"
	"kabinet/internal/gallery"
	"kabinet/internal/job"
	"kabinet/internal/live"
	"kabinet/internal/tracing"
	"kabinet/store"
	"kabinet/web"
)

// stopTimeout bounds everything between the signal to stop and the end of the program.
const stopTimeout = 14 * time.Second

// patience is how long one read of the database may take.
const patience = 20 * time.Second

func newServeCommand() *cobra.Command {
	var withDemo bool
	var preset string
	serve := &cobra.Command{
		Use: "serve", Short: "Serve the business: GraphQL, live events, jobs and pushes", Args: noArgs,
		Long: `Serves the business until SIGTERM or Ctrl-C, then stops accepting, ends the streams, finishes running work and closes within 15 s.

Without DATABASE_URL it starts a private Postgres server in KABINET_DATA, never as root, and stops it at the end.

The configuration comes from the environment:

` + settingsHelp(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig()
			if err != nil {
				return err
			}
			if !withDemo {
				preset = ""
			}
			return serve(cmd.Context(), c, preset, cmd.ErrOrStderr())
		},
	}
	serve.Flags().BoolVar(&withDemo, "demo", false, "fill an empty database with a demo business")
	serve.Flags().StringVar(&preset, "preset", demo.DefaultPreset, "which demo business: "+strings.Join(demo.Presets(), " or "))
	return serve
}

// ballast is memory that nobody touches, so that the machine never gives it, and that the collector takes to be in use. Little is in use (about 15 MB): the
// collector, which runs each time that doubles, would run many times a second under load, for a quarter of the processor. With much in use, such as
// ten thousand subscribers, the ballast changes nothing.
const ballast = 24 << 20

// serve is the whole life of a server: parse, build, run, close.
func serve(ctx context.Context, c config, demoPreset string, out io.Writer) (err error) {
	held := make([]byte, ballast)
	defer runtime.KeepAlive(held)
	log := c.logger(os.Stderr)
	slog.SetDefault(log)
	secrets, err := c.secrets()
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	traces, err := tracing.Start(ctx, tracing.Config{Endpoint: c.Traces, Version: version, TrustCallers: c.TrustProxy, Log: log.With("part", "traces")})
	if err != nil {
		return usageError{fmt.Errorf("KABINET_TRACES: %w", err)}
	}
	defer closeTraces(traces)
	s := &server{config: c, log: log, db: db, traces: traces, drawing: make(chan struct{}, maxDrawing)}
	if s.st, err = db.open(ctx, store.Config{Secret: secrets[0], OldSecrets: secrets[1:], MaxConns: c.Conns, Channels: c.channels(), Patience: patience, OpenDB: traces.OpenDB, Told: s.told, Asked: s.asked, Revoked: s.revoked}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.st.Close()) }()
	if demoPreset != "" {
		if err := fillDemoIfEmpty(ctx, s.st, demoPreset, out); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if err := s.build(ctx, newTokens(secrets, systemClock)); err != nil {
		return err
	}
	return s.run(ctx, out)
}

// server is the parts of a running Kabinet.
type server struct {
	config  config
	log     *slog.Logger
	db      *database
	st      *store.Store
	hub     atomic.Pointer[live.Hub]
	queue   atomic.Pointer[job.Queue]
	rights  atomic.Pointer[graph.Rights]
	metrics *metrics
	traces  *tracing.Tracer // nil when they are off
	graph   *graph.Handler
	web     *web.Handler // nil when this binary carries no pages
	gallery *gallery.Gallery
	intake  *intake
	closers []func()

	stopping atomic.Bool
	requests sync.WaitGroup // requests being served; websockets are not among them, the graph closes those
	drawing  chan struct{}  // holds one for each paper being drawn
}

// told wakes who lines events up; it may be called before there is anybody.
func (s *server) told() {
	if hub := s.hub.Load(); hub != nil {
		hub.Wake()
	}
}

// asked wakes who does the jobs; it may be called before there is anybody.
func (s *server) asked() {
	if queue := s.queue.Load(); queue != nil {
		queue.Wake()
	}
}

// revoked has what was just revoked count in this process before its caller is answered; it may be called before there is anybody.
func (s *server) revoked() {
	if rights := s.rights.Load(); rights != nil {
		if err := rights.Look(context.Background()); err != nil {
			s.log.Warn("what was revoked counts in a moment", "error", err)
		}
	}
}

// run serves until ctx ends or something fails that cannot be repaired, then closes everything in order.
func (s *server) run(ctx context.Context, out io.Writer) error {
	var tcp net.ListenConfig
	public, err := tcp.Listen(ctx, "tcp", s.config.Addr)
	if err != nil {
		return fmt.Errorf("KABINET_ADDR: %w", err)
	}
	admin, err := tcp.Listen(ctx, "tcp", s.config.AdminAddr)
	if err != nil {
		return errors.Join(fmt.Errorf("KABINET_ADMIN_ADDR: %w", err), public.Close())
	}
	streams, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer endStreams()
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	var hubDone, workDone sync.WaitGroup
	heard := s.listen()
	hubDone.Go(func() { s.hub.Load().Run(streams, heard.events) })
	hubDone.Go(func() { s.rights.Load().Run(streams, heard.revoked) })
	var queueErr error
	workDone.Go(func() { queueErr = s.queue.Load().Run(work) })

	failed := make(chan error, 2)
	base, endRequests := context.WithCancel(context.WithoutCancel(ctx))
	defer endRequests()
	front := s.startHTTP(base, public, s.publicRoutes(), failed)
	back := s.startHTTP(base, admin, s.adminRoutes(), failed)
	s.announce(out, public.Addr().String(), admin.Addr().String())

	select {
	case <-ctx.Done():
		s.log.Info("stopping")
	case err = <-failed:
	case <-s.db.ended():
		err = fmt.Errorf("the private database ended: %w", s.db.private.Err())
	}
	if err == nil {
		s.drain(failed)
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	var closing sync.WaitGroup
	endStreams() // server-sent events end with their channel
	endWork()
	closing.Go(func() { waitUntil(deadline, &hubDone) })
	closing.Go(func() { waitUntil(deadline, &workDone) })
	closing.Go(func() {
		_ = front.Shutdown(deadline)
		lastWords, cancel := context.WithTimeout(deadline, 3*time.Second)
		defer cancel()
		waitUntil(lastWords, &hubDone)
		s.graph.WaitForStreams(lastWords)
		s.graph.CloseSockets(deadline)
		endRequests()
		waitUntil(deadline, &s.requests)
	})
	closing.Wait()
	_ = back.Shutdown(deadline)
	heard.close()
	for _, c := range s.closers {
		c()
	}
	return errors.Join(err, queueErr)
}

// drain goes on serving while the balancer finds out that this process is to be sent no more: it is not ready, and ends the connections that it answers on.
func (s *server) drain(failed <-chan error) {
	s.stopping.Store(true)
	timer := time.NewTimer(s.config.Drain)
	defer timer.Stop()
	select {
	case <-timer.C:
	case err := <-failed:
		s.log.Error("serving failed while stopping", "error", err)
	case <-s.db.ended():
	}
}

// waitUntil waits for the group, or for ctx to end.
func waitUntil(ctx context.Context, group *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (s *server) startHTTP(base context.Context, l net.Listener, routes http.Handler, failed chan<- error) *http.Server {
	srv := &http.Server{
		Handler:           routes,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
	}()
	return srv
}

// announce says where everything is, once it can be reached.
func (s *server) announce(out io.Writer, addr, admin string) {
	s.log.Info("serving", "version", version, "address", addr, "admin", admin, "env", s.config.Env)
	_, _ = fmt.Fprintf(out, "\nKabinet is ready: http://%s/\n  GraphQL   http://%s/graphql\n", addr, addr)
	if s.config.Env == envDev {
		_, _ = fmt.Fprintf(out, "  GraphiQL  http://%s/graphiql\n", addr)
	}
	if s.web == nil {
		_, _ = fmt.Fprintln(out, "  This binary was built without Node, so it has no pages: only the API answers.")
	}
	_, _ = fmt.Fprintln(out)
}
