package push

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/errorutils"
	"firebase.google.com/go/v4/messaging"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/option"
)

const messagingScope = "https://www.googleapis.com/auth/firebase.messaging"

// ErrNoCredentials says that nothing was configured that could send through FCM; a [Console] is the substitute.
var ErrNoCredentials = errors.New("no FCM credentials")

// FCMConfig says how to reach Firebase Cloud Messaging.
type FCMConfig struct {
	// Credentials is the path of a service account's JSON key. Empty: application default credentials, which are looked for
	// when GOOGLE_APPLICATION_CREDENTIALS or ProjectID is set (looking asks the cloud's metadata server, which takes seconds
	// where there is none).
	Credentials string
	// ProjectID is the Firebase project; default: the one named in the credentials.
	ProjectID string
	// Endpoint replaces the FCM server, as scheme and host ("http://127.0.0.1:9099"). Without Credentials nothing secret is
	// sent to it.
	Endpoint string
	// WebBase is the https address under which the cabinet is served, for links in browser alerts. Without https the link
	// travels only in the data, for FCM refuses others.
	WebBase string
	// Now is the clock for expiry times; default time.Now.
	Now func() time.Time
}

// FCM sends alerts through the FCM HTTP v1 API. It is safe for concurrent use and keeps at most 8 connections.
type FCM struct {
	client    *messaging.Client
	transport *http.Transport
	webBase   string
	now       func() time.Time
}

// NewFCM prepares a sender; it makes no request to FCM. It returns [ErrNoCredentials] when nothing names credentials or an
// endpoint and the machine has none of its own; credentials that are named but cannot be used are another error.
func NewFCM(ctx context.Context, cfg FCMConfig) (*FCM, error) {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxConnsPerHost, base.MaxIdleConnsPerHost = 8, 8
	creds, err := findCredentials(ctx, cfg)
	if err != nil {
		return nil, err
	}
	var rt http.RoundTripper = base
	if creds != nil {
		rt = &oauth2.Transport{Source: creds.TokenSource, Base: base}
		if cfg.ProjectID == "" {
			cfg.ProjectID = creds.ProjectID
		}
	}
	if cfg.ProjectID == "" && cfg.Endpoint != "" {
		cfg.ProjectID = "kabinet"
	}
	opts := []option.ClientOption{option.WithHTTPClient(&http.Client{Transport: singleAttempt{rt}})}
	if cfg.Endpoint != "" {
		opts = append(opts, option.WithEndpoint(strings.TrimRight(cfg.Endpoint, "/")+"/v1"))
	}
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: cfg.ProjectID}, opts...)
	if err != nil {
		return nil, fmt.Errorf("firebase: %w", err)
	}
	client, err := app.Messaging(ctx)
	if err != nil {
		return nil, fmt.Errorf("firebase messaging: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &FCM{client: client, transport: base, webBase: strings.TrimRight(cfg.WebBase, "/"), now: cfg.Now}, nil
}

// Close drops idle connections; a Send in progress goes on.
func (f *FCM) Close() { f.transport.CloseIdleConnections() }

// findCredentials returns nil when an endpoint without credentials is configured, which means a fake.
func findCredentials(ctx context.Context, cfg FCMConfig) (*google.Credentials, error) {
	// Tokens are fetched outside any request's context, so the client that fetches them must give up by itself; and they are
	// fetched long after ctx has ended.
	ctx = context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, &http.Client{Timeout: attemptTimeout})
	named := os.Getenv("GOOGLE_APPLICATION_CREDENTIALS") != ""
	switch {
	case cfg.Credentials != "":
		key, err := os.ReadFile(cfg.Credentials)
		if err != nil {
			return nil, fmt.Errorf("FCM credentials: %w", err)
		}
		creds, err := google.CredentialsFromJSONWithType(ctx, key, google.ServiceAccount, messagingScope)
		if err != nil {
			return nil, fmt.Errorf("FCM credentials in %s: %w", cfg.Credentials, err)
		}
		return creds, nil
	case cfg.Endpoint != "":
		return nil, nil
	case cfg.ProjectID != "" || named:
		creds, err := google.FindDefaultCredentials(ctx, messagingScope)
		if err != nil && named {
			return nil, fmt.Errorf("FCM credentials: %w", err)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoCredentials, err)
		}
		return creds, nil
	}
	return nil, ErrNoCredentials
}

// Send makes one attempt of at most five seconds. After a cancelled ctx the error is a [RetryAfterError] that wraps the
// context's error.
func (f *FCM) Send(ctx context.Context, m Message) (string, error) {
	if m.Token == "" {
		return "", rejected("the message names no device")
	}
	a := &attempt{}
	sendCtx, cancel := context.WithTimeout(context.WithValue(ctx, attemptKey{}, a), attemptTimeout)
	defer cancel()
	a.stop = cancel
	id, err := f.client.Send(sendCtx, f.build(m))
	if err == nil {
		return id, nil
	}
	return "", a.classify(ctx, err)
}

// attempt is what the wire said to one Send. The SDK hides it: it repeats 503 and network errors by itself, obeying
// Retry-After for up to two minutes, and when the context ends meanwhile it returns the bare context error.
type attempt struct {
	stop       context.CancelFunc
	status     int
	retryAfter time.Duration
	err        error
}

type attemptKey struct{}

// singleAttempt notes each answer in the attempt of its context and ends that context when the SDK would repeat the
// request, so that one Send is one request.
type singleAttempt struct{ next http.RoundTripper }

func (t singleAttempt) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	a, ok := r.Context().Value(attemptKey{}).(*attempt)
	if !ok {
		return resp, err
	}
	if err != nil {
		a.err = err
		a.stop()
		return nil, err
	}
	// The body is read here, so that ending the context afterwards does not cost the connection.
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		a.err = err
		a.stop()
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	a.status = resp.StatusCode
	a.retryAfter = parseRetryAfter(resp.Header, time.Now())
	if resp.StatusCode == http.StatusServiceUnavailable {
		a.stop()
	}
	return resp, nil
}

func (a *attempt) classify(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return later(0, fmt.Errorf("fcm: %w", ctx.Err()))
	case a.err != nil:
		return a.transportError()
	case a.status == 0: // the SDK refused the message before sending it
		return rejected("fcm: %v", err)
	case messaging.IsUnregistered(err), messaging.IsSenderIDMismatch(err), isTokenInvalid(err):
		return fmt.Errorf("fcm: %w: %w", ErrGone, err)
	case a.status == http.StatusTooManyRequests:
		return later(max(a.retryAfter, time.Minute), fmt.Errorf("fcm: quota: %w", err))
	case a.status >= 500:
		return later(a.retryAfter, fmt.Errorf("fcm: status %d: %w", a.status, err))
	case a.status == http.StatusBadRequest:
		return rejected("fcm: %v", err)
	case a.status < 400:
		return later(0, fmt.Errorf("fcm: unreadable answer: %w", err))
	}
	// What is left is ours to repair, not the message's or the device's: credentials without the right to send (401, 403),
	// an APNs key missing in the project (401), a project that is not there (404 without UNREGISTERED).
	return later(max(a.retryAfter, operatorWait), fmt.Errorf("fcm: status %d: %w", a.status, err))
}

func (a *attempt) transportError() error {
	var refused *oauth2.RetrieveError
	if errors.As(a.err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
		return later(operatorWait, fmt.Errorf("fcm: credentials refused: %w", a.err))
	}
	return later(0, fmt.Errorf("fcm: %w", a.err))
}

// isTokenInvalid tells a 400 about the token from a 400 about the message. FCM names the field in a BadRequest detail, or
// says only in its message that this is no registration token.
func isTokenInvalid(err error) bool {
	if !messaging.IsInvalidArgument(err) && !errorutils.IsInvalidArgument(err) {
		return false
	}
	resp := errorutils.HTTPResponse(err) //nolint:bodyclose // the SDK has read it whole and left a copy
	if resp == nil || resp.Body == nil {
		return false
	}
	var answer struct {
		Error struct {
			Message string `json:"message"`
			Details []struct {
				FieldViolations []struct {
					Field string `json:"field"`
				} `json:"fieldViolations"`
			} `json:"details"`
		} `json:"error"`
	}
	if json.NewDecoder(resp.Body).Decode(&answer) != nil {
		return false
	}
	for _, d := range answer.Error.Details {
		for _, v := range d.FieldViolations {
			if v.Field == "message.token" {
				return true
			}
		}
	}
	return strings.Contains(strings.ToLower(answer.Error.Message), "registration token")
}

// parseRetryAfter reads seconds or an HTTP date; a wait of more than a day is cut to a day.
func parseRetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	var d time.Duration
	if s, err := strconv.ParseUint(v, 10, 31); err == nil {
		d = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), 24*time.Hour)
}
