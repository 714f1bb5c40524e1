package main

import (
	"errors"
	"time"

	"github.com/lib/pq"

	"kabinet/store"
)

// notifications are what this process hears of the others. Each says no more than "look"; one that is lost while the connection is made anew
// costs a moment, since whoever is told looks by themselves too.
type notifications struct {
	events  chan struct{} // events were lined up
	revoked chan struct{} // access tokens lost their rights
	close   func()
}

// listen begins to hear. What came before, or while the connection was down, is made up for by telling everybody to look.
func (s *server) listen() notifications {
	heard := notifications{events: make(chan struct{}, 1), revoked: make(chan struct{}, 1)}
	l := pq.NewListener(s.db.dsn, 100*time.Millisecond, 5*time.Second, func(_ pq.ListenerEventType, err error) {
		if err != nil {
			s.log.Debug("listen for notifications", "error", err)
		}
	})
	heard.close = func() { _ = l.Close() }
	go func() {
		for channel, look := range map[string]chan struct{}{store.EventChannel: heard.events, store.RevokedChannel: heard.revoked} {
			if err := l.Listen(channel); err != nil && !errors.Is(err, pq.ErrChannelAlreadyOpen) {
				s.log.Debug("listen for notifications", "channel", channel, "error", err)
			}
			tell(look)
		}
	}()
	go func() {
		for n := range l.NotificationChannel() {
			if n == nil || n.Channel == store.RevokedChannel { // nil: the connection is new, and something may have been missed
				tell(heard.revoked)
			}
			if n == nil || n.Channel == store.EventChannel && !s.st.LinedUp(n.Extra) {
				tell(heard.events)
				s.queue.Load().Wake()
			}
		}
	}()
	return heard
}

// tell says "look" to whoever has not been told yet.
func tell(look chan<- struct{}) {
	select {
	case look <- struct{}{}:
	default:
	}
}
