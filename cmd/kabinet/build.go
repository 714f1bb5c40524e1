package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"kabinet/graph"
	"kabinet/internal/job"
	"kabinet/internal/live"
	"kabinet/push"
	"kabinet/resolvers"
)

// build wires the rooms together.
func (s *server) build(ctx context.Context, tokens *tokens) error {
	c := s.config
	s.metrics = newMetrics(s.st, prometheus.NewRegistry())
	hub := live.New(live.Config{Source: s.st, Lined: s.asked, Handed: s.metrics.handedOut, Log: s.log.With("part", "live")})
	queue := job.NewQueue(job.Config{DB: s.st.DB().DB, Workers: c.Workers, Around: s.aroundJob, Log: s.log.With("part", "jobs")})
	n, err := s.newNotifier(ctx)
	if err != nil {
		return err
	}
	n.handle(queue)
	scheduleUpkeep(queue, s.st, c.Upkeep, s.log)
	if s.gallery, err = c.openGallery(s.st, s.log.With("part", "pictures")); err != nil {
		return err
	}
	handlePictures(queue, s.gallery, c.Upkeep, s.log)
	if s.intake, err = c.openIntake(s.st, s.log.With("part", "imports")); err != nil {
		return err
	}
	s.intake.tookIn = s.metrics.tookIn
	handleImports(queue, s.intake, c.Upkeep)
	s.hub.Store(hub)
	s.queue.Store(queue)
	if err := s.buildGraph(ctx, tokens, hub); err != nil {
		return err
	}
	s.watchParts(hub)
	return nil
}

// buildGraph wires the API and its pages.
func (s *server) buildGraph(ctx context.Context, tokens *tokens, hub *live.Hub) error {
	c := s.config
	var identities resolvers.Identities
	if c.FCMProject != "" {
		verifier, err := push.NewTokenVerifier(ctx, c.FCMProject, c.Env == envDev)
		if err != nil {
			return fmt.Errorf("firebase sign-in: %w", err)
		}
		identities = firebaseIdentities{verifier}
	}
	if err := s.buildWeb(); err != nil {
		return err
	}
	rights := graph.NewRights(graph.RightsConfig{Revoked: s.st.Revoked, Now: tokens.now, Log: s.log.With("part", "rights")})
	if err := rights.Look(ctx); err != nil {
		return fmt.Errorf("read what was revoked: %w", err)
	}
	s.rights.Store(rights)
	browsers, err := c.webPush()
	if err != nil {
		return err
	}
	known, err := c.documents()
	if err != nil {
		return err
	}
	root := resolvers.New(s.st, hub, tokens, identities).At(c.PublicURL).WithWebPush(browsers).Showing(s.gallery).TakingIn(s.intake)
	s.graph, err = graph.NewHandler(root, graph.Options{
		Authenticate:   tokens.Authenticate,
		Rights:         rights,
		PerResponse:    root.WithLoaders,
		CatalogVersion: s.st.CatalogVersion,
		ClientIP:       c.clientIP(),
		Origins:        append(slices.Clone(c.Origins), c.PublicURL),
		Documents:      known,
		Trust:          trustedDocuments[c.Trusted],
		Introspection:  c.introspection(),
		Limits:         graph.Limits{AddressSockets: c.AddressSockets, ViewerSockets: c.ViewerSockets},
		Rate:           graph.Rate{PerSecond: c.Rate, Burst: int(c.Rate * 4)},
		Gate:           graph.Gate{Running: c.running(), Waiting: c.Waiting},
		Extensions:     s.traces.Extensions(),
		Watch:          s.metrics.graph,
		Log:            s.log.With("part", "graphql"),
	})
	return err
}

// newNotifier chooses the senders: the configured ones, else the console.
func (s *server) newNotifier(ctx context.Context) (*notifier, error) {
	c := s.config
	console := push.NewConsole(os.Stdout)
	n := &notifier{page: c.PublicURL, st: s.st, sender: console, mailer: console, texter: console, asked: s.asked, sent: s.metrics.sent, trace: s.traces.Do,
		log: s.log.With("part", "alerts"), now: systemClock}
	fcm, err := push.NewFCM(ctx, push.FCMConfig{Credentials: c.FCMKey, ProjectID: c.FCMProject, Endpoint: c.FCMEndpoint, WebBase: c.PublicURL})
	switch {
	case err == nil:
		n.sender = fcm
		s.closers = append(s.closers, fcm.Close)
	case !errors.Is(err, push.ErrNoCredentials):
		return nil, fmt.Errorf("push: %w", err)
	}
	if c.SMTP != "" {
		mailer, err := push.NewSMTP(c.SMTP)
		if err != nil {
			return nil, fmt.Errorf("KABINET_SMTP_URL: %w", err)
		}
		n.mailer = mailer
	}
	if c.SMS != "" {
		gateway, err := push.NewGateway(c.SMS)
		if err != nil {
			return nil, fmt.Errorf("KABINET_SMS_URL: %w", err)
		}
		n.texter = gateway
		s.closers = append(s.closers, gateway.Close)
	}
	return n, nil
}
