package api_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is one running program.
type server struct {
	w       *world
	url     string // of the root, without a slash at the end
	admin   string // the same for metrics and health
	cmd     *exec.Cmd
	log     *output
	ended   chan struct{}
	failure error // what Wait said
}

// output keeps what a program prints and says when something is in it.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// find waits for a pattern and returns its first group.
func (o *output) find(ctx context.Context, pattern *regexp.Regexp) string {
	for {
		o.mu.Lock()
		found, changed := pattern.FindStringSubmatch(o.text.String()), o.changed
		o.mu.Unlock()
		if found != nil {
			return found[1]
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ""
		}
	}
}

// secret signs the tokens of all servers, so that what one process issued another one accepts.
const secret = "a secret of tests, long enough for prod"

var readyLine = regexp.MustCompile(`Kabinet is ready: (http://[^/]+)/`)

// serve starts a server; settings are NAME=value and win over the usual ones. It ends with the test, by SIGTERM, and must end well.
func (w *world) serve(t *testing.T, settings ...string) *server {
	t.Helper()
	s := w.launch(t, settings...)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() {
		select {
		case <-s.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	if s.url = s.log.find(ctx, readyLine); s.url == "" {
		t.Fatalf("the server did not come up:\n%s", s.log)
	}
	return s
}

func (w *world) launch(t *testing.T, settings ...string) *server {
	t.Helper()
	_ = os.Getenv("KABINET_TEST_RUN") // the cache of tests does not see the program; it sees that this differs from run to run
	adminAddr := freeAddress(t)
	s := &server{w: w, admin: "http://" + adminAddr, log: &output{changed: make(chan struct{})}, ended: make(chan struct{})}
	s.cmd = exec.Command(os.Getenv(binaryVariable), "serve")
	s.cmd.Dir = t.TempDir()
	s.cmd.Env = append(cleanEnvironment(), append([]string{
		"DATABASE_URL=" + w.dsn, "KABINET_ADDR=127.0.0.1:0", "KABINET_ADMIN_ADDR=" + adminAddr, "KABINET_SECRET=" + secret,
		"KABINET_SMTP_URL=" + w.mail.URL(), "KABINET_FCM_ENDPOINT=" + w.fcm.URL(), "KABINET_FCM_PROJECT=demo-kabinet",
		"KABINET_UPKEEP=200ms", "KABINET_RATE=0", "KABINET_DB_CONNS=6", "KABINET_LOG_LEVEL=warn", "GORACE=exitcode=66",
	}, settings...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	must(t, s.cmd.Start())
	go func() {
		s.failure = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.stop(t)
		if t.Failed() {
			t.Logf("the server printed:\n%s", s.log)
		}
	})
	return s
}

// cleanEnvironment is the environment without settings of the program.
func cleanEnvironment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "KABINET_") && !strings.HasPrefix(v, "DATABASE_URL=") && !strings.HasPrefix(v, "FIREBASE_") && !strings.HasPrefix(v, "GOOGLE_") {
			kept = append(kept, v)
		}
	}
	return kept
}

// freeAddress is an address that nobody listens on at this moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// stop ends the server as an operator does and checks that it ended well and in time. Doing it again is harmless.
func (s *server) stop(t *testing.T) {
	t.Helper()
	select {
	case <-s.ended:
		return
	default:
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
		if s.failure != nil {
			t.Errorf("the server ended with %v:\n%s", s.failure, s.log)
		}
	case <-time.After(15 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
		t.Errorf("the server did not stop within 15 s:\n%s", s.log)
	}
	if strings.Contains(s.log.String(), "DATA RACE") {
		t.Errorf("the server has a data race:\n%s", s.log)
	}
}

// kill ends the server as a power cut does.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}
