// Package push carries words to people: alerts to devices through FCM, letters through SMTP and short messages through an
// SMS gateway, together with the words themselves in each language.
//
// Three small interfaces are what the rest of the program sees: [Sender], [Mailer] and [Texter]. Each call makes exactly one
// attempt, bounded in time, and answers with one of three kinds of failure, so that the job queue alone decides about retries:
//
//   - [RetryAfterError]: nothing is wrong with the message; try again, not sooner than told;
//   - [ErrGone]: the device will never be reached with this token again; remove it and take the next channel;
//   - [ErrRejected]: this very message will never be accepted; put it on the dead list.
//
// Delivery is at least once: an attempt whose answer was lost is repeated, and the collapse key keeps the repetition from
// showing twice on the screen.
package push

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kabinet/domain"
)

// Platform is what kind of device a token belongs to.
type Platform string

// The platforms a device registers with.
const (
	Android Platform = "ANDROID"
	IOS     Platform = "IOS"
	Web     Platform = "WEB"
)

// Message is one alert for one device.
type Message struct {
	Token    string   // the FCM registration token of the device
	Platform Platform // told to the operator only; the token itself decides which section FCM uses

	Kind  string // what happened, e.g. "order.ready"; its first word names the notification channel on Android
	Title string
	Body  string

	// Link is the screen to open: "kabinet://orders/R-10293" or an https address. A browser gets it as an https page under
	// FCMConfig.WebBase.
	Link string
	// Cursor is the event this alert speaks of; the app asks for everything after the last cursor it has seen.
	Cursor string
	// CollapseKey makes a newer alert replace an older one that was not delivered or not read yet. Any string; where a
	// transport limits its form a digest of it is used. Empty: alerts stand side by side. FCM keeps at most four different
	// keys for a device that is offline.
	CollapseKey string
	// TTL is how long the alert is worth delivering to a device that is offline; zero means a day, the most is 28 days.
	TTL time.Duration
	// Badge is the number on the app's icon; nil leaves it as it is, zero removes it.
	Badge *int
	// Urgent is for staff on duty: delivered at once to a sleeping device, with sound, kept on a desktop until touched.
	Urgent bool
	// Origin is the request that the alert came of, for logs and traces; nil when there is none. It goes to no device.
	Origin *domain.Origin `json:"origin,omitempty"`
	// CustomerID or StaffID is whom the alert is for, 0 when not known: a device may be somebody else's by the time. They go to no device.
	CustomerID int64 `json:"customerId,omitempty"`
	StaffID    int64 `json:"staffId,omitempty"`
	// Data goes to the app beside kind, link and cursor, which win over equal keys here.
	Data map[string]string
}

// Sender delivers an alert to a device. It returns the provider's id of the accepted message, and otherwise an error that
// is [ErrGone], [ErrRejected] or a [RetryAfterError].
type Sender interface {
	Send(ctx context.Context, m Message) (id string, err error)
}

// Mail is one letter to one person.
type Mail struct {
	ID      string // makes the Message-ID, so that a repeated attempt is the same letter; empty: a random one
	To      string // an address, "anna@example.com" or "Anna <anna@example.com>"
	Subject string
	Text    string // the plain part, always present
	HTML    string // the rich alternative; may be empty
}

// Mailer delivers a letter to the mail server, with the same kinds of failure as [Sender] except [ErrGone].
type Mailer interface {
	SendMail(ctx context.Context, m Mail) error
}

// SMS is one short message to one phone.
type SMS struct {
	Phone string // E.164, "+79991234567"
	Text  string
}

// Texter hands a short message to a gateway, with the same kinds of failure as [Sender] except [ErrGone].
type Texter interface {
	SendSMS(ctx context.Context, m SMS) error
}

// ErrGone says that the token belongs to no device of this project any more: the app was removed, the token was replaced,
// or it never was one. The device is to be removed.
var ErrGone = errors.New("device is gone")

// ErrRejected says that the message, the address or the number will never be accepted as it is.
var ErrRejected = errors.New("message rejected for good")

// RetryAfterError says that the attempt failed for a reason that passes: a quota, an outage, the network, or settings that
// an operator has to repair.
type RetryAfterError struct {
	// After is the shortest wait before the next attempt; zero leaves it to the caller's own back-off.
	After time.Duration
	// Err is the reason.
	Err error
}

// Error tells the reason and the wait.
func (e *RetryAfterError) Error() string {
	if e.After <= 0 {
		return fmt.Sprintf("try again later: %v", e.Err)
	}
	return fmt.Sprintf("try again in %v: %v", e.After, e.Err)
}

// Unwrap returns the reason.
func (e *RetryAfterError) Unwrap() error { return e.Err }

// attemptTimeout bounds one attempt of any channel, whatever the caller's context allows.
const attemptTimeout = 5 * time.Second

// operatorWait is the pause when the credentials or the account are at fault: hammering would not help, and the message is
// still good when they are repaired.
const operatorWait = 5 * time.Minute

func later(after time.Duration, err error) error { return &RetryAfterError{After: after, Err: err} }

func rejected(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrRejected}, args...)...)
}
