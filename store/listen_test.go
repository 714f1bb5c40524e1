package store_test

import (
	"testing"
	"time"

	"github.com/lib/pq"

	"kabinet/store"
)

// listen hears the notifications of events.
func listen(t *testing.T, dsn string) <-chan string {
	t.Helper()
	l := pq.NewListener(dsn, time.Second, time.Second, nil)
	t.Cleanup(func() { _ = l.Close() })
	must(t, l.Listen(store.EventChannel))
	heard := make(chan string, 10)
	go func() {
		for n := range l.NotificationChannel() {
			if n != nil {
				heard <- n.Extra
			}
		}
	}()
	return heard
}
