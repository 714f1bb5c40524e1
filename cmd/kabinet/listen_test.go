package main

import (
	"log/slog"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/store/storetest"
)

func TestListen_HearsWhatOthersDoAndLooksAgainAfterACut(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	other := storetest.OpenAt(t, dsn)
	s := &server{db: &database{dsn: dsn}, st: storetest.OpenAt(t, dsn), log: slog.New(slog.DiscardHandler)}
	s.queue.Store(job.NewQueue(job.Config{DB: s.st.DB().DB}))
	heard := s.listen()
	t.Cleanup(heard.close)
	told := func(what string, look <-chan struct{}) {
		t.Helper()
		select {
		case <-look:
		case <-time.After(time.Minute):
			t.Fatalf("not told to look: %s", what)
		}
	}
	told("events at the beginning", heard.events)
	told("what was revoked at the beginning", heard.revoked)

	id, err := other.AddCustomer(t.Context(), domain.NewCustomer{Email: "anna@example.com", Locale: domain.RU})
	if err != nil {
		t.Fatal(err)
	}
	in, err := other.OpenSessionFor(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.EndSession(t.Context(), in.Viewer, 0); err != nil {
		t.Fatal(err)
	}
	told("a session has ended", heard.revoked)
	if _, err := other.DB().Exec(`insert into event (at, kind, desk, data) values (now(), 'GAP', true, '{}')`); err != nil {
		t.Fatal(err)
	}
	if _, err := other.LineUpEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	told("events were lined up", heard.events)
	if len(heard.revoked) != 0 {
		t.Error("events are taken for what was revoked")
	}

	var cut int
	err = other.DB().Get(&cut, `select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query ilike 'listen %'`)
	if err != nil || cut != 1 {
		t.Fatalf("%d connections were cut (%v)", cut, err)
	}
	told("events after the cut", heard.events)
	told("what was revoked after the cut", heard.revoked)
}
