package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kabinet/internal/job"
	"kabinet/push"
	"kabinet/store"
)

// checkup is the result of one check of what is around the data.
type checkup struct {
	Name   string      `json:"name"`
	Status checkStatus `json:"status"`
	Detail string      `json:"detail"`
	Millis int64       `json:"millis"`
}

type checkStatus string

// What a check can say. Skipped checks had nothing to look at.
const (
	checkOK      checkStatus = "ok"
	checkWarning checkStatus = "warning"
	checkFailed  checkStatus = "failed"
	checkSkipped checkStatus = "skipped"
)

// Bounds of the checks.
const (
	checkTimeout  = 10 * time.Second
	clockWarning  = time.Second
	clockFailure  = time.Minute
	lateWarning   = time.Minute
	eventWarning  = 10 * time.Second
	roomWarning   = 1 << 30
	roomFailure   = 100 << 20
	oldestServer  = 140000
	spareSessions = 5 // what the server's own people need
)

// examination is the patient while it is looked at.
type examination struct {
	config  config
	db      *database
	st      *store.Store
	current bool // the schema is that of this program
}

// sound says whether the data can be looked at.
func (x *examination) sound() bool { return x.st != nil && x.current }

func (x *examination) close() {
	if x.st != nil {
		_ = x.st.Close()
	}
	if x.db != nil {
		_ = x.db.close()
	}
}

// checkStep is a check before it was done.
type checkStep struct {
	name string
	look func(context.Context) (checkStatus, string)
}

func (s checkStep) run(ctx context.Context) checkup {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	began := time.Now()
	status, detail := s.look(ctx)
	return checkup{s.name, status, detail, time.Since(began).Milliseconds()}
}

// steps are the checks in their order: the later ones need what the earlier ones opened.
func (x *examination) steps() []checkStep {
	return []checkStep{
		{"settings", x.settings}, {"database", x.database}, {"schema", x.schema}, {"clock", x.clock}, {"connections", x.connections}, {"disk", x.disk},
		{"mail", x.mail}, {"sms", x.sms}, {"firebase", x.firebase}, {"events", x.events}, {"jobs", x.jobs},
	}
}

// settings looks for what loadConfig accepts and an operator of a business would not want.
func (x *examination) settings(context.Context) (checkStatus, string) {
	c := x.config
	var doubts []string
	doubt := func(when bool, words string) {
		if when {
			doubts = append(doubts, words)
		}
	}
	prod := c.Env == envProd
	doubt(prod && !strings.HasPrefix(c.PublicURL, "https://"), "KABINET_PUBLIC_URL is not https")
	doubt(prod && c.Rate == 0, "KABINET_RATE is 0: nothing bounds how often one caller asks")
	doubt(prod && c.FCMEndpoint != "", "KABINET_FCM_ENDPOINT is for tests: pushes reach nobody")
	doubt(prod && reachableByAll(c.AdminAddr), "KABINET_ADMIN_ADDR listens on all addresses and asks for no password")
	doubt(prod && unencrypted(c.DatabaseURL), "DATABASE_URL is of another machine and has no sslmode that encrypts")
	if len(doubts) > 0 {
		return checkWarning, strings.Join(doubts, "; ")
	}
	return checkOK, c.Env
}

// reachableByAll says that an address to listen on names no host.
func reachableByAll(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "" || ip != nil && ip.IsUnspecified())
}

// unencrypted says that a database of another machine is spoken to in the clear.
func unencrypted(databaseURL string) bool {
	u, err := url.Parse(databaseURL)
	if err != nil || u.Hostname() == "" || u.Hostname() == "localhost" {
		return false
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsLoopback() {
		return false
	}
	mode := u.Query().Get("sslmode")
	return mode == "" || mode == "disable" || mode == "allow" || mode == "prefer"
}

// database opens the database as it is: nothing is migrated.
func (x *examination) database(ctx context.Context) (checkStatus, string) {
	log := x.config.logger(os.Stderr)
	secret, err := x.config.secret()
	if err != nil {
		return checkFailed, err.Error()
	}
	if x.db, err = joinDatabase(ctx, x.config, log); err != nil {
		return checkFailed, err.Error()
	}
	if x.st, err = store.Open(ctx, store.Config{DSN: x.db.dsn, Secret: secret, MaxConns: x.config.Conns}); err != nil {
		return checkFailed, err.Error()
	}
	server, err := x.st.Server(ctx)
	switch {
	case err != nil:
		return checkFailed, err.Error()
	case server.Number < oldestServer:
		return checkFailed, fmt.Sprintf("PostgreSQL %s is too old: 14 or newer is needed", server.Version)
	}
	return checkOK, "PostgreSQL " + server.Version
}

// schema compares the schema with the one that this program is made for.
func (x *examination) schema(ctx context.Context) (checkStatus, string) {
	if x.st == nil {
		return checkSkipped, "there is no database"
	}
	has, newest, err := store.SchemaVersion(ctx, x.db.dsn)
	switch {
	case err != nil:
		return checkFailed, err.Error()
	case has < newest:
		return checkFailed, fmt.Sprintf("it stands at %d, this program is made for %d: run kabinet migrate", has, newest)
	case has > newest:
		return checkFailed, fmt.Sprintf("it stands at %d and this program knows only %d: use a newer one", has, newest)
	}
	x.current = true
	return checkOK, fmt.Sprintf("at %d", has)
}

// clock compares our clock with the database's: moments of both are compared with each other.
func (x *examination) clock(ctx context.Context) (checkStatus, string) {
	if x.st == nil {
		return checkSkipped, "there is no database"
	}
	before := time.Now()
	server, err := x.st.Server(ctx)
	if err != nil {
		return checkFailed, err.Error()
	}
	skew := server.Now.Sub(before.Add(time.Since(before) / 2)).Round(time.Millisecond)
	words := fmt.Sprintf("the database is %v ahead", skew)
	switch {
	case skew.Abs() > clockFailure:
		return checkFailed, words
	case skew.Abs() > clockWarning:
		return checkWarning, words
	}
	return checkOK, words
}

// connections looks whether the server has room for as many as are set.
func (x *examination) connections(ctx context.Context) (checkStatus, string) {
	if x.st == nil {
		return checkSkipped, "there is no database"
	}
	server, err := x.st.Server(ctx)
	if err != nil {
		return checkFailed, err.Error()
	}
	words := fmt.Sprintf("KABINET_DB_CONNS is %d in each process, the server takes %d and has %d", x.config.Conns, server.MaxSessions, server.Sessions)
	if x.config.Conns+spareSessions > server.MaxSessions {
		return checkWarning, words
	}
	return checkOK, words
}

// disk looks at the room where pictures, imports and a private database lie.
func (x *examination) disk(context.Context) (checkStatus, string) {
	var words []string
	status := checkOK
	for _, folder := range []string{x.config.Data, x.config.Storage, x.config.Imports} {
		if folder == "" || strings.Contains(folder, "://") {
			continue
		}
		free, err := freeBytes(existing(folder))
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			continue
		case err != nil:
			return checkFailed, err.Error()
		case free < roomFailure:
			status = checkFailed
		case free < roomWarning && status == checkOK:
			status = checkWarning
		}
		words = append(words, fmt.Sprintf("%s has %d MB free", folder, free>>20))
	}
	if len(words) == 0 {
		return checkSkipped, "nothing lies on a disk of this machine"
	}
	return status, strings.Join(words, "; ")
}

// existing is a folder, or the nearest one above it that is there already.
func existing(folder string) string {
	at, err := filepath.Abs(folder)
	if err != nil {
		return folder
	}
	for {
		if _, err := os.Stat(at); err == nil || filepath.Dir(at) == at {
			return at
		}
		at = filepath.Dir(at)
	}
}

// mail looks whether the mail server takes connections; nobody is sent anything.
func (x *examination) mail(ctx context.Context) (checkStatus, string) {
	if x.config.SMTP == "" {
		return checkSkipped, "KABINET_SMTP_URL is not set"
	}
	if _, err := push.NewSMTP(x.config.SMTP); err != nil {
		return checkFailed, "KABINET_SMTP_URL: " + err.Error()
	}
	u, err := url.Parse(x.config.SMTP)
	if err != nil {
		return checkFailed, "KABINET_SMTP_URL is not a URL"
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtps": "465"}[u.Scheme]
	}
	if port == "" {
		port = "587"
	}
	dialer := net.Dialer{Timeout: 3 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return checkFailed, err.Error()
	}
	_ = conn.Close()
	return checkOK, u.Hostname() + " takes connections"
}

// sms looks whether the gateway's settings can be read.
func (x *examination) sms(context.Context) (checkStatus, string) {
	if x.config.SMS == "" {
		return checkSkipped, "KABINET_SMS_URL is not set"
	}
	gateway, err := push.NewGateway(x.config.SMS)
	if err != nil {
		return checkFailed, "KABINET_SMS_URL: " + err.Error()
	}
	gateway.Close()
	return checkOK, "the settings can be read"
}

// firebase looks whether there are credentials for pushes.
func (x *examination) firebase(ctx context.Context) (checkStatus, string) {
	c := x.config
	fcm, err := push.NewFCM(ctx, push.FCMConfig{Credentials: c.FCMKey, ProjectID: c.FCMProject, Endpoint: c.FCMEndpoint, WebBase: c.PublicURL})
	switch {
	case errors.Is(err, push.ErrNoCredentials):
		return checkSkipped, "there are no credentials"
	case err != nil:
		return checkFailed, err.Error()
	}
	fcm.Close()
	return checkOK, "the credentials can be read"
}

// events looks whether somebody gives committed events their place.
func (x *examination) events(ctx context.Context) (checkStatus, string) {
	if !x.sound() {
		return checkSkipped, "there is no database with this schema"
	}
	backlog, err := x.st.Backlog(ctx)
	if err != nil {
		return checkFailed, err.Error()
	}
	words := fmt.Sprintf("%d wait for their place", backlog.Events)
	if backlog.Oldest > eventWarning {
		return checkWarning, fmt.Sprintf("%s, the oldest for %v: does kabinet serve run?", words, backlog.Oldest.Round(time.Second))
	}
	return checkOK, words
}

// jobs looks for work that was given up or is late.
func (x *examination) jobs(ctx context.Context) (checkStatus, string) {
	if !x.sound() {
		return checkSkipped, "there is no database with this schema"
	}
	counts, err := job.Stats(ctx, x.st.DB().DB)
	if err != nil {
		return checkFailed, err.Error()
	}
	var words []string
	waiting := int64(0)
	for _, c := range counts {
		switch {
		case c.State == job.StateDead:
			words = append(words, fmt.Sprintf("%d jobs %s are on the dead list", c.Jobs, c.Kind))
		case c.Late > lateWarning:
			words = append(words, fmt.Sprintf("jobs %s have waited %v: does kabinet serve run?", c.Kind, c.Late.Round(time.Second)))
		}
		if c.State == job.StateReady {
			waiting += c.Jobs
		}
	}
	if len(words) > 0 {
		return checkWarning, strings.Join(words, "; ")
	}
	return checkOK, fmt.Sprintf("%d wait or are planned", waiting)
}
