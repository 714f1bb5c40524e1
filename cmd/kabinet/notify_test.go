package main

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/internal/tracing"
	"kabinet/push"
	"kabinet/store"
	"kabinet/store/storetest"
)

// A club of any size costs its author one job; the devices are found in sets, each once.
func TestNewPost_IsToldToALargeClubInSets(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	m, err := st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	must(t, err)
	boss := domain.Viewer{StaffID: m.ID, Role: m.Role}
	club, err := st.CreateClub(t.Context(), boss, "c", domain.ClubDraft{Slug: new("large"), Name: &domain.Text{RU: "Большой"}, Entry: new(domain.EntryOpen)})
	must(t, err)
	const members = 2*postSet + 7
	for _, statement := range []string{
		fmt.Sprintf(`insert into customer (email, locale, created_at) select 'm' || i || '@example.com', 'ru', now() from generate_series(1, %d) i`, members),
		`insert into club_member (club_id, customer_id, state, since) select c.id, k.id, 'MEMBER', now() from club c, customer k`,
		`insert into device (customer_id, token, platform, created_at, seen_at) select id, 'phone-' || id, 'IOS', now(), now() from customer`,
		`delete from job`,
	} {
		_, err := st.DB().ExecContext(t.Context(), statement)
		must(t, err)
	}
	_, err = st.CreatePost(t.Context(), boss, domain.PostDraft{IdempotencyKey: "p", ClubID: club.ID, Text: "words"})
	must(t, err)
	_, err = st.LineUpEvents(t.Context())
	must(t, err)
	var jobs int
	must(t, st.DB().GetContext(t.Context(), &jobs, `select count(*) from job`))
	if jobs != 1 {
		t.Errorf("the post left %d jobs", jobs)
	}
	n := &notifier{st: st, now: time.Now, asked: func() {}}
	queue := job.NewQueue(job.Config{DB: st.DB().DB, Poll: 20 * time.Millisecond})
	count := func(kind string) (n int) {
		if err := st.DB().GetContext(context.WithoutCancel(t.Context()), &n, `select count(*) from job where kind = $1`, kind); err != nil {
			t.Error(err)
		}
		return n
	}
	var steps []int // how many alerts each step queued; nobody sends them
	told := make(chan struct{})
	queue.Handle(store.JobPush, n.pushEvents)
	queue.Handle(store.JobPushOne, func(ctx context.Context, j job.Job) error {
		before := count(jobSend)
		if err := n.pushOne(ctx, j); err != nil {
			return err
		}
		steps = append(steps, count(jobSend)-before)
		if count(store.JobPushOne) == 0 {
			close(told)
		}
		return nil
	}, job.Limit(1))
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- queue.Run(ctx) }()
	select {
	case <-told:
	case <-ctx.Done():
		t.Fatal("the post was not told")
	}
	stop()
	must(t, <-done)
	if !slices.Equal(steps, []int{postSet, postSet, 7}) {
		t.Errorf("the steps queued %v alerts", steps)
	}
	var devices int
	must(t, st.DB().GetContext(t.Context(), &devices, `select count(distinct args ->> 'Token') from job where kind = $1`, jobSend))
	if devices != members {
		t.Errorf("%d devices hear of it, want %d", devices, members)
	}
}

// While the secret is changed, a process may be handed a code that only another one can read.
func TestSendCode_LeavesToOthersWhatItCannotRead(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	open := func(secret string) *notifier {
		st := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Secret = []byte(secret) })
		return &notifier{st: st, now: time.Now, trace: (*tracing.Tracer)(nil).Do, sent: func(string, string, time.Duration) {}}
	}
	stranger, owner := open("the next secret of a test"), open("the secret before it")
	letters := make(mailbox, 1)
	stranger.mailer, owner.mailer = letters, letters
	_, err := owner.st.StartSignIn(t.Context(), domain.SignInStart{Channel: domain.ChannelEmail, Address: "vera@example.com"})
	must(t, err)

	queue := job.NewQueue(job.Config{DB: owner.st.DB().DB, Poll: 20 * time.Millisecond})
	turns := []*notifier{stranger, stranger, owner}
	queue.Handle(store.JobCode, func(ctx context.Context, j job.Job) error {
		next := turns[0]
		turns = turns[1:]
		return next.sendCode(ctx, j)
	}, job.Limit(1))
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- queue.Run(ctx) }()
	select {
	case letter := <-letters:
		if letter.To != "vera@example.com" {
			t.Errorf("the letter went to %s", letter.To)
		}
	case <-ctx.Done():
		t.Error("no letter came")
	}
	stop()
	must(t, <-done)
}

// mailbox takes letters.
type mailbox chan push.Mail

func (m mailbox) SendMail(_ context.Context, letter push.Mail) error {
	m <- letter
	return nil
}

// An alert may wait for the end of quiet hours; the device may be somebody else's by then.
func TestSend_TellsNobodyButThoseItWasMeantFor(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	enter := func(email, token string) domain.Viewer {
		in, err := st.SignInAs(t.Context(), domain.Identity{Email: email, Name: "Анна"})
		must(t, err)
		_, err = st.RegisterDevice(t.Context(), in.Viewer, domain.DeviceDraft{Token: token, Platform: domain.Android})
		must(t, err)
		return in.Viewer
	}
	anna := enter("anna@example.com", "kept")
	for _, token := range []string{"sold", "left"} {
		enter("anna@example.com", token)
	}
	boss, err := st.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	must(t, err)
	_, _, err = st.AdjustWallet(t.Context(), domain.Viewer{StaffID: boss.ID, Role: boss.Role},
		domain.WalletAdjust{IdempotencyKey: "k", CustomerID: anna.CustomerID, Points: 5, Reason: "подарок"})
	must(t, err)
	_, err = st.LineUpEvents(t.Context())
	must(t, err)

	sender := make(outbox, 3)
	n := &notifier{st: st, sender: sender, now: time.Now, asked: func() {}, trace: (*tracing.Tracer)(nil).Do, sent: func(string, string, time.Duration) {}}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	run := func(kind string, h job.Handler, times int) {
		queue := job.NewQueue(job.Config{DB: st.DB().DB, Poll: 20 * time.Millisecond})
		ended := make(chan struct{}, times)
		queue.Handle(kind, func(ctx context.Context, j job.Job) error {
			defer func() { ended <- struct{}{} }()
			return h(ctx, j)
		})
		ctx, stop := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- queue.Run(ctx) }()
		for range times {
			select {
			case <-ended:
			case <-ctx.Done():
				t.Fatalf("no %s ran", kind)
			}
		}
		stop()
		must(t, <-done)
	}
	run(store.JobPush, n.pushEvents, 1)
	enter("boris@example.com", "sold")
	_, err = st.RemoveDevice(t.Context(), anna, 0, "left")
	must(t, err)
	run(jobSend, n.send, 3)
	close(sender)
	var tokens []string
	for m := range sender {
		tokens = append(tokens, m.Token)
	}
	if !slices.Equal(tokens, []string{"kept"}) {
		t.Errorf("alerts of Anna's points went to %v", tokens)
	}
}

// outbox takes alerts.
type outbox chan push.Message

func (o outbox) Send(_ context.Context, m push.Message) (string, error) {
	o <- m
	return "sent", nil
}
