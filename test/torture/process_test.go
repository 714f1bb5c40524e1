//go:build unix

package torture

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kabinet/domain"
	"kabinet/store/storetest"
)

const secret = "a secret of thirty-two characters, or more"

// server is one process of the program, any number of times.
type server struct {
	world *world
	bin   string
	env   map[string]string
	addr  string
	log   string
	clock string          // the file that says by how much its clock is wrong
	link  *storetest.Link // its way to the database; nil for its own
	cmd   *exec.Cmd
}

func (w *world) addServer(env map[string]string) *server {
	w.t.Helper()
	s := &server{world: w, bin: w.bin, addr: freeAddress(w.t), log: filepath.Join(w.dir, "server"+strconv.Itoa(len(w.servers)+1)+".log"), env: map[string]string{
		"KABINET_SECRET": secret, "KABINET_RATE": "0", "KABINET_UPKEEP": "1s", "KABINET_FCM_ENDPOINT": w.fcm.URL(), "KABINET_FETCH_POSTGRES": "false",
	}}
	for name, value := range env {
		s.env[name] = value
	}
	s.clock = s.log + ".clock"
	s.env["KABINET_CLOCK_FILE"] = s.clock
	s.env["KABINET_ADDR"], s.env["KABINET_ADMIN_ADDR"] = s.addr, freeAddress(w.t)
	w.servers = append(w.servers, s)
	w.t.Cleanup(func() {
		s.kill()
		if text, err := os.ReadFile(s.log); err == nil && w.t.Failed() {
			w.t.Logf("%s ends with\n%s", filepath.Base(s.log), text[max(0, len(text)-6_000):])
		}
	})
	return s
}

// tokenOf is an access token that outlives the test, however the clocks go.
func tokenOf(t *testing.T, v domain.Viewer) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": "kabinet", "aud": "kabinet", "sub": "0", "exp": time.Now().Add(48 * time.Hour).Unix()}
	if v.CustomerID != 0 {
		claims["cid"] = v.CustomerID
	} else {
		claims["stf"], claims["rol"] = v.StaffID, v.Role
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(secret))
	check(t, err)
	return token
}

// freeAddress is an address that nobody listens on, so that a server has the same one after each start.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	return l.Addr().String()
}

// environment is that of the test without what steers the program, and with env.
func environment(env map[string]string) []string {
	var out []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if name == "KABINET_PGBIN" || !strings.HasPrefix(name, "KABINET_") && !strings.HasPrefix(name, "GOOGLE_") && name != "DATABASE_URL" {
			out = append(out, pair)
		}
	}
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	return out
}

// start begins the process and waits until it is ready, however long the first start takes.
func (s *server) start(t *testing.T) {
	t.Helper()
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	check(t, err)
	defer log.Close()
	s.cmd = exec.Command(s.bin, "serve")
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = environment(s.env), log, log
	check(t, s.cmd.Start())
	for end := time.Now().Add(time.Minute); ; {
		conn, err := net.DialTimeout("tcp", s.addr, time.Second)
		if err == nil {
			check(t, conn.Close())
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the server does not start: %v", err)
		}
		pause(t.Context(), 20*time.Millisecond)
	}
}

// doing is what the goroutines of the process do.
func (s *server) doing() string {
	response, err := client.Get("http://" + s.env["KABINET_ADMIN_ADDR"] + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// kill is kill -9.
func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// stop ends the process in order.
func (s *server) stop(t *testing.T) {
	t.Helper()
	check(t, s.cmd.Process.Signal(syscall.SIGTERM))
	began := time.Now()
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the server stopped with %v", err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the server took %v to stop", took)
	}
	s.cmd = nil
}

// command runs another command of the program and returns what it printed.
func (w *world) command(env map[string]string, args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), w.bin, args...)
	var problems bytes.Buffer
	cmd.Env, cmd.Stderr = environment(env), &problems
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("kabinet %s: %v\n%s%s", strings.Join(args, " "), err, out, &problems)
	}
	return strings.TrimSpace(string(out))
}

// doctor is the program's own opinion, once nobody serves any more.
func (w *world) doctor(env map[string]string) {
	w.t.Helper()
	all := map[string]string{"KABINET_SECRET": secret}
	for name, value := range env {
		all[name] = value
	}
	if out := w.command(all, "doctor"); !strings.HasSuffix(out, " 0 broken") {
		w.t.Errorf("the doctor says %s", out)
	}
}
