//go:build unix

package postgres

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// logPrefix is the server's log_line_prefix: the kind of process that speaks.
const logPrefix = "%b|"

// serverLog passes the server's log lines on and keeps the last complaints for the
// error of a start that failed.
type serverLog struct {
	to   *slog.Logger
	done chan struct{} // closed when every process of the server has closed the log

	mu         sync.Mutex
	complaints []string
}

// pump reads the log until all writers are gone.
func (l *serverLog) pump(r io.ReadCloser) {
	defer close(l.done)
	defer r.Close()
	for buffered := bufio.NewReader(r); ; {
		line, _, err := buffered.ReadLine() // an overlong line comes in pieces
		if err != nil {
			return
		}
		if len(line) > 0 {
			l.take(string(line))
		}
	}
}

// settle waits for the last lines of a server that has ended. Its orphans, if it left
// any, keep the log open and are not waited for.
func (l *serverLog) settle() {
	select {
	case <-l.done:
	case <-time.After(200 * time.Millisecond):
	}
}

func (l *serverLog) take(line string) {
	speaker, text, found := strings.Cut(line, "|")
	if !found {
		speaker, text = "postmaster", line
	}
	level := levelOf(speaker, text)
	l.to.Log(context.Background(), level, strings.TrimSpace(text), "process", speaker) //nolint:sloglint // the server's own words
	if level < slog.LevelWarn {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.complaints = append(l.complaints, strings.TrimSpace(text))
	l.complaints = l.complaints[max(0, len(l.complaints)-3):]
}

// said is the last complaints in one line, "" when there were none.
func (l *serverLog) said() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.complaints, "; ")
}

// levelOf ranks a log line. What went wrong for a client is told to that client, so
// here it is a detail; what goes wrong for the server itself is news.
func levelOf(speaker, text string) slog.Level {
	severity, _, _ := strings.Cut(text, ":")
	switch severity {
	case "PANIC":
		return slog.LevelError
	case "FATAL":
		if speaker != "client backend" {
			return slog.LevelError
		}
	case "ERROR", "WARNING", "HINT":
		if speaker != "client backend" {
			return slog.LevelWarn
		}
	}
	return slog.LevelDebug
}
