package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/internal/origin"
	"kabinet/internal/tracing"
	"kabinet/push"
	"kabinet/store"
)

// notifier does the jobs that tell people: it turns events into one job for each device, sends to a device, and sends letters.
type notifier struct {
	page   string // address of the pages, without a slash at its end
	st     *store.Store
	sender push.Sender
	mailer push.Mailer
	texter push.Texter
	asked  func()                                           // wakes who does the queued jobs
	sent   func(channel, result string, took time.Duration) // counts
	trace  func(ctx context.Context, name string, step func(context.Context) error) error
	log    *slog.Logger
	now    func() time.Time
}

// jobSend sends one alert to one device; its arguments are a push.Message.
const jobSend = "push.send"

func (n *notifier) handle(q *job.Queue) {
	q.Handle(store.JobPush, n.pushEvents, job.Timeout(30*time.Second))
	q.Handle(store.JobPushOne, n.pushOne, job.Timeout(30*time.Second))
	q.Handle(jobSend, n.send, job.Limit(8), job.Timeout(30*time.Second))
	q.Handle(store.JobDigest, n.pushDigest)
	q.Handle(store.JobCode, n.sendCode, job.Timeout(30*time.Second))
	q.Handle(store.JobStaffInvited, n.inviteStaff, job.Timeout(30*time.Second))
}

// pushArgs are the arguments of store.JobPush.
type pushArgs struct {
	Events []int64 `json:"events"`
}

// pushEvents finds who is to hear of events and queues an alert for each of their devices; those jobs and the end of this one commit together, so
// nobody is left out and nobody is told twice. An event that cannot be worded gets a job of its own, to be tried again without the others.
func (n *notifier) pushEvents(ctx context.Context, j job.Job) error {
	var args pushArgs
	if err := j.Decode(&args); err != nil {
		return err
	}
	events, err := n.st.EventsToTell(ctx, args.Events) // those that are older than what is kept are left out
	if err != nil || len(events) == 0 {
		return err
	}
	told, err := n.gather(ctx, events...)
	if err != nil {
		return err
	}
	var alerts []push.Message
	var alone []job.New
	for _, e := range events {
		if e.Origin != nil {
			tracing.Link(ctx, *e.Origin)
		}
		if e.Kind == domain.EventPostCreated && e.Post != nil {
			alone = append(alone, job.New{Kind: store.JobPushOne, Args: stepArgs{Event: e.ID}})
			continue
		}
		more, err := told.of(e).alerts(ctx)
		if err != nil {
			n.log.Warn("an event is told apart from others", "event", e.ID, "error", err)
			alone = append(alone, job.New{Kind: store.JobPushOne, Args: stepArgs{Event: e.ID}})
		}
		for i := range more {
			more[i].Origin = e.Origin
		}
		alerts = append(alerts, more...)
	}
	return n.tell(ctx, j, alerts, alone...)
}

// stepArgs are the arguments of store.JobPushOne. After is where a next step goes on: it is about the devices after that one.
type stepArgs struct {
	Event int64 `json:"event"`
	After int64 `json:"after,omitempty"`
}

// pushOne queues the alerts of one event: of a post, which may be told to many, or of one that could not be told with others.
func (n *notifier) pushOne(ctx context.Context, j job.Job) error {
	var args stepArgs
	if err := j.Decode(&args); err != nil {
		return err
	}
	events, err := n.st.EventsByID(ctx, []int64{args.Event})
	if err != nil || len(events) == 0 {
		return err
	}
	e := events[0]
	if e.Cursor == (domain.Cursor{}) { // asked for by an earlier release, before it was lined up: without its place it cannot be named to a device
		return job.Postpone(time.Second, errors.New("the event has not been lined up"))
	}
	told, err := n.gather(ctx, e)
	if err != nil {
		return err
	}
	if e.Origin != nil {
		ctx = origin.With(ctx, e.Origin.Request)
		tracing.Link(ctx, *e.Origin)
	}
	if e.Kind == domain.EventPostCreated && e.Post != nil {
		return n.tellPost(ctx, j, told.of(e), args)
	}
	alerts, err := told.of(e).alerts(ctx)
	if err != nil {
		return err
	}
	return n.tell(ctx, j, alerts)
}

// tell queues the alerts that are wanted, and other jobs, together with the end of the job that asks for them.
func (n *notifier) tell(ctx context.Context, j job.Job, alerts []push.Message, more ...job.New) error {
	jobs, err := n.wanted(ctx, alerts)
	if err != nil {
		return err
	}
	return n.queue(ctx, j, append(jobs, more...))
}

// queue commits jobs together with the end of the one that asks for them.
func (n *notifier) queue(ctx context.Context, j job.Job, jobs []job.New) error {
	if len(jobs) == 0 {
		return nil // done: the queue completes such jobs many at a time
	}
	tx, err := n.st.DB().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := job.Enqueue(ctx, tx, jobs...); err != nil {
		return err
	}
	if err := j.DoneIn(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	n.asked()
	return nil
}

// wanted makes jobs of the alerts that people did not mute, to run when their quiet hours are over. Alerts of staff on duty and critical ones go at once.
func (n *notifier) wanted(ctx context.Context, alerts []push.Message) ([]job.New, error) {
	tokens := map[domain.NotificationTopic][]string{}
	for _, m := range alerts {
		if topic := domain.TopicOf(m.Kind); !m.Urgent && !topic.Critical() {
			tokens[topic] = append(tokens[topic], m.Token)
		}
	}
	heeds := map[domain.NotificationTopic]map[string]store.PushHeed{}
	for topic, list := range tokens {
		var err error
		if heeds[topic], err = n.st.PushHeeds(ctx, topic, list); err != nil {
			return nil, err
		}
	}
	var jobs []job.New
	for _, m := range alerts {
		var heed store.PushHeed
		if !m.Urgent {
			heed = heeds[domain.TopicOf(m.Kind)][m.Token]
		}
		if !heed.Muted {
			jobs = append(jobs, job.New{Kind: jobSend, Args: m, RunAt: heed.NotBefore(n.now())})
		}
	}
	return jobs, nil
}

// send delivers one alert. One that waited, for quiet hours to end or after a failure, goes to nobody when its device was handed on or forgotten meanwhile. A
// device that is gone for good is forgotten.
func (n *notifier) send(ctx context.Context, j job.Job) error {
	var m push.Message
	if err := j.Decode(&m); err != nil {
		return job.Dead(err)
	}
	if m.CustomerID != 0 || m.StaffID != 0 { // an earlier release did not say whom it is for
		if still, err := n.st.DeviceIsOf(ctx, m.Token, m.CustomerID, m.StaffID); err != nil || !still {
			return err
		}
	}
	began := time.Now()
	err := n.trace(ctx, "send push", func(ctx context.Context) error {
		_, err := n.sender.Send(ctx, m)
		return err
	})
	if errors.Is(err, push.ErrGone) {
		n.sent("push", "gone", time.Since(began))
		return n.st.DropDevice(ctx, m.Token)
	}
	return n.verdict("push", began, err)
}

// verdict tells the queue what to do after an attempt to deliver.
func (n *notifier) verdict(channel string, began time.Time, err error) error {
	took := time.Since(began)
	var later *push.RetryAfterError
	switch {
	case err == nil:
		n.sent(channel, "sent", took)
		return nil
	case errors.Is(err, push.ErrRejected):
		n.sent(channel, "rejected", took)
		return job.Dead(err)
	case errors.As(err, &later) && later.After > 0:
		n.sent(channel, "later", took)
		return job.RetryAfter(later.After, err)
	}
	n.sent(channel, "later", took)
	return err
}

// identityError makes the refusal of an ID token that is not valid.
func identityError(err error) error {
	if errors.Is(err, push.ErrBadToken) {
		return domain.Refuse(domain.Refusal{Code: domain.CodeTokenInvalid, Field: []string{"idToken"}})
	}
	return fmt.Errorf("verify an ID token: %w", err)
}
