package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var ready = regexp.MustCompile(`Kabinet is ready: (http://[^/]+)/`)

// A private database is served by one program; the commands beside it work in the same database.
func TestServe_ADataFolderIsServedOnceAndEndsInTime(t *testing.T) {
	t.Parallel()
	own := t.TempDir()
	data := filepath.Join(own, "data")
	for _, dir := range []string{own, filepath.Dir(own)} {
		if err := os.Chmod(dir, 0o755); err != nil { // the server runs as another user when the tests run as root
			t.Fatal(err)
		}
	}
	settings := []string{"KABINET_DATA=" + data, "KABINET_LOG_LEVEL=warn"}
	serving := program(t, settings, "serve")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	serving.Stdout, serving.Stderr = write, write
	if err := serving.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	var said strings.Builder
	lines := bufio.NewScanner(read)
	for lines.Scan() && !ready.MatchString(lines.Text()) {
		said.WriteString(lines.Text() + "\n")
	}
	if !ready.MatchString(lines.Text()) {
		t.Fatalf("it did not come up:\n%s", &said)
	}
	rest := make(chan struct{})
	go func() {
		defer close(rest)
		_, _ = io.Copy(io.Discard, read)
	}()
	second := kabinet(t, settings, "serve").exits(1, data+" is already served by process ")
	if n := strings.Count(strings.TrimSpace(second.err), "\n"); n != 0 {
		t.Errorf("the refusal is %d lines:\n%s", n+1, second.err)
	}
	kabinet(t, settings, "doctor").exits(0, "0 broken")
	begin := time.Now()
	if err := serving.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := serving.Wait(); err != nil || time.Since(begin) > 15*time.Second {
		t.Errorf("it ended with %v after %s", err, time.Since(begin))
	}
	<-rest
	kabinet(t, settings, "doctor").exits(0, "0 broken")
}
