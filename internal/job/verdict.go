package job

import (
	"errors"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// RetryAfter is returned by a handler that knows when to try again (a provider answered Retry-After). The try counts:
// when it was the last one, the job is DEAD. err is the reason.
func RetryAfter(d time.Duration, err error) error {
	return &wish{err: err, delay: d, counted: true}
}

// Postpone is returned by a handler that could not begin yet (quiet hours, a paused channel). The try does not count, so
// a job can be postponed any number of times. err is the reason.
func Postpone(d time.Duration, err error) error {
	return &wish{err: err, delay: d}
}

// Dead is returned by a handler that knows no later try will succeed. The job goes to the dead list at once. err is the
// reason.
func Dead(err error) error {
	return &wish{err: err, dead: true, counted: true}
}

// wish is an error with what its handler wants done about it.
type wish struct {
	err     error
	delay   time.Duration
	dead    bool
	counted bool
}

func (w *wish) Error() string {
	if w.err == nil {
		return "no reason given"
	}
	return w.err.Error()
}

func (w *wish) Unwrap() error { return w.err }

// verdict is what becomes of a job after a try: deleted when done, DEAD when dead, else READY again after delay.
type verdict struct {
	done    bool
	dead    bool
	delay   time.Duration
	counted bool
	reason  string
}

// judge turns a handler's answer into a verdict. random is in [0, 1) and spreads the retries of jobs that failed together.
func judge(err error, attempt, maxAttempts int, random float64) verdict {
	if err == nil {
		return verdict{done: true}
	}
	v := verdict{counted: true, delay: backoff(attempt, random), reason: storable(err.Error())}
	if w, ok := errors.AsType[*wish](err); ok {
		v.dead, v.counted, v.delay = w.dead, w.counted, max(w.delay, 0)
	}
	if v.counted && attempt >= maxAttempts {
		v.dead = true
	}
	return v
}

// released is the verdict on a job whose process had to stop before it could finish.
func released() verdict { return verdict{reason: storable(ErrStopping.Error())} }

// maxBackoff is the longest pause between tries that the queue chooses by itself.
const maxBackoff = time.Hour

// backoff is attempt⁴ seconds, at most an hour, less up to a fifth at random: about 1 s, 16 s, 81 s, 4 min, 10 min, …
func backoff(attempt int, random float64) time.Duration {
	d := min(time.Duration(math.Pow(float64(min(attempt, 100)), 4))*time.Second, maxBackoff)
	return d - time.Duration(random*float64(d)/5)
}

// maxReason is how many bytes of an error are kept in the job's row.
const maxReason = 2000

// storable makes a text that Postgres accepts and an operator can still read: valid UTF-8 without NUL, not too long.
func storable(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "�")
	if s == "" {
		return "error without a text"
	}
	if len(s) <= maxReason {
		return s
	}
	cut := maxReason
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// Ending names what becomes of a job whose handler returned err, for who counts: "done", "later" or "dead".
func Ending(j Job, err error) string {
	switch v := judge(err, j.Attempt, j.MaxAttempts, 0); {
	case v.done:
		return "done"
	case v.dead:
		return "dead"
	}
	return "later"
}
