package graph

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kabinet/domain"
	"kabinet/graph/model"
)

// single is a listener with one connection to give.
type single struct {
	conns chan net.Conn
	done  chan struct{}
}

func (s single) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s single) Close() error {
	close(s.done)
	return nil
}

func (single) Addr() net.Addr { return &net.TCPAddr{} }

// openHTTP is a connection to a server of its own, over a pipe. Time is that of the bubble.
func openHTTP(t *testing.T, root ResolverRoot, o Options) net.Conn {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	h, err := NewHandler(root, o)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	far, near := net.Pipe()
	l := single{make(chan net.Conn, 1), make(chan struct{})}
	l.conns <- far
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() {
		_ = near.Close()
		_ = server.Close()
		synctest.Wait()
	})
	return near
}

// sends has a client say something.
func sends(t *testing.T, conn io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Error(err)
	}
}

// A request whose body stops coming is answered after a time, whether or not anybody waits to read it.
func TestHTTP_ABodyThatStopsComingIsNotWaitedForLonger(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		method, head, body string
		status             int
	}{
		"a query":                {"POST", "Content-Type: application/json\r\nContent-Length: 24\r\n", `{"query":`, http.StatusRequestTimeout},
		"a query in pieces":      {"POST", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "9\r\n{\"query\":\r\n", http.StatusRequestTimeout},
		"a packed query":         {"POST", "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 24\r\n", "\x1f\x8b", http.StatusRequestTimeout},
		"a bad token":            {"POST", "Authorization: Bearer stolen\r\nContent-Length: 24\r\n", "", http.StatusUnauthorized},
		"another content type":   {"POST", "Content-Type: text/plain\r\nContent-Length: 24\r\n", "", http.StatusUnsupportedMediaType},
		"a method of no use":     {"PUT", "Content-Length: 24\r\n", "", http.StatusMethodNotAllowed},
		"a query in the address": {"GET", "Content-Length: 24\r\n", "", http.StatusOK},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conn := openHTTP(t, nil, Options{})
				began := time.Now()
				_ = conn.SetReadDeadline(began.Add(time.Hour))
				go sends(t, conn, c.method+" /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n"+c.head+"\r\n"+c.body)
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer answer.Body.Close()
				if took := time.Since(began); answer.StatusCode != c.status || took != bodyTimeout || !answer.Close {
					t.Errorf("%s after %s, want %d after %s and the end of the connection", answer.Status, took, c.status, bodyTimeout)
				}
			})
		})
	}
}

// uploads is a world that takes its time over pictures.
type (
	uploads struct {
		ResolverRoot
		takes time.Duration
	}
	uploadMutation struct {
		MutationResolver
		uploads
	}
)

func (u uploads) Mutation() MutationResolver { return uploadMutation{uploads: u} }

func (u uploadMutation) PictureUpload(ctx context.Context, in model.PictureUploadInput) (model.PicturePayload, error) {
	if text, err := io.ReadAll(in.File.File); err != nil || string(text) != "PNG" {
		return model.PicturePayload{}, err
	}
	select {
	case <-time.After(u.takes):
	case <-ctx.Done():
	}
	return model.PicturePayload{UserErrors: []model.UserError{}}, ctx.Err()
}

// A file that is there in time is taken, however long that takes then. Who promises more than they send is answered, too.
func TestUpload_IsAnsweredOnceItsTimeToArriveIsOver(t *testing.T) {
	t.Parallel()
	part := func(name, content string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n"
	}
	begin := part("operations", `{"query":"mutation($input:PictureUploadInput!){pictureUpload(input:$input){userErrors{code}}}","variables":{"input":{"idempotencyKey":"k","file":null}}}`) +
		part("map", `{"0":["variables.input.file"]}`)
	rest := part("0", "PNG") + "--b--\r\n"
	const taken = `{"data":{"pictureUpload":{"userErrors":[]}}}`
	for says, c := range map[string]struct {
		arrives, takes, answered time.Duration
		more                     int
		status                   int
		has                      string
	}{
		"it ends at the last moment":   {uploadTimeout - time.Second, 10 * time.Second, uploadTimeout + 9*time.Second, 0, http.StatusOK, taken},
		"more is promised and missing": {time.Second, time.Second, uploadTimeout, 10, http.StatusOK, taken},
		"it does not end":              {0, 0, uploadTimeout, 0, http.StatusRequestTimeout, "in time"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conn := openHTTP(t, uploads{takes: c.takes}, Options{Authenticate: func(context.Context, string) (domain.Access, error) {
					return domain.Access{Viewer: domain.Viewer{CustomerID: 1}}, nil
				}})
				began := time.Now()
				_ = conn.SetReadDeadline(began.Add(time.Hour))
				sends(t, conn, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nGraphQL-Preflight: 1\r\n"+
					"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: "+strconv.Itoa(len(begin+rest)+c.more)+"\r\n\r\n"+begin)
				if c.arrives > 0 {
					time.Sleep(c.arrives)
					sends(t, conn, rest)
				}
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer answer.Body.Close()
				text, err := io.ReadAll(answer.Body)
				if took := time.Since(began); err != nil || answer.StatusCode != c.status || !strings.Contains(string(text), c.has) || took != c.answered {
					t.Errorf("after %s %s %s, %v, want it after %s", took, answer.Status, text, err, c.answered)
				}
			})
		})
	}
}
