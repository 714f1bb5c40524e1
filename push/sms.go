package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Gateway sends short messages through a provider's HTTP API. It is safe for concurrent use.
type Gateway struct {
	client   *http.Client
	base     string
	protocol protocol
}

// protocol is what differs between providers: the form that is posted and how the answer reads. An answer is read only when
// its status is 200; the error it returns is already classified.
type protocol struct {
	path  string
	form  func(SMS) url.Values
	judge func(body []byte, phone string) error
}

// NewGateway chooses a provider by URL and makes no request:
//
//	smsc://login:password@?sender=KABINET     SMSC, at smsc.ru unless a host is named
//	smsru://api_id@?sender=KABINET            SMS.ru, at sms.ru unless a host is named
//
// The sender is the name the provider has approved; without it the provider's own is used. The API is spoken over https,
// except to a loopback address.
func NewGateway(rawURL string) (*Gateway, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("SMS gateway: not a URL") // the reason would repeat the password
	}
	user, sender := u.User.Username(), u.Query().Get("sender")
	password, _ := u.User.Password()
	if user == "" {
		return nil, fmt.Errorf("SMS gateway: the %s URL names no account", u.Scheme)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	g := &Gateway{client: &http.Client{Transport: transport, Timeout: attemptTimeout}}
	host := u.Host
	switch u.Scheme {
	case "smsc":
		g.protocol = smsc(user, password, sender)
		if host == "" {
			host = "smsc.ru"
		}
	case "smsru":
		g.protocol = smsRu(user, sender)
		if host == "" {
			host = "sms.ru"
		}
	default:
		return nil, fmt.Errorf("SMS gateway: scheme %q is neither smsc nor smsru", u.Scheme)
	}
	g.base = "https://" + host
	if isLoopback(u.Hostname()) {
		g.base = "http://" + host
	}
	return g, nil
}

// Close drops idle connections.
func (g *Gateway) Close() { g.client.CloseIdleConnections() }

// SendSMS makes one attempt of at most five seconds. The account's login, key and password appear in no error.
func (g *Gateway) SendSMS(ctx context.Context, m SMS) error {
	if m.Phone == "" || m.Text == "" {
		return rejected("an SMS needs a phone and a text")
	}
	form := g.protocol.form(m).Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.base+g.protocol.path, strings.NewReader(form))
	if err != nil {
		return fmt.Errorf("sms request: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := g.client.Do(req)
	if err != nil {
		return later(0, fmt.Errorf("sms: %w", err))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return later(0, fmt.Errorf("sms: %w", err))
	}
	switch code := resp.StatusCode; {
	case code == http.StatusOK:
		return g.protocol.judge(body, m.Phone)
	case code == http.StatusTooManyRequests:
		return later(max(parseRetryAfter(resp.Header, time.Now()), time.Minute), errors.New("sms: status 429"))
	case code >= 500:
		return later(parseRetryAfter(resp.Header, time.Now()), fmt.Errorf("sms: status %d", code))
	default:
		return later(operatorWait, fmt.Errorf("sms: status %d", code))
	}
}

// verdict is what an error code of a provider means for the message.
type verdict int

const (
	never    verdict = iota // the number or the text will not be accepted
	soon                    // a passing trouble
	minute                  // a limit on the rate
	operator                // the account: credentials, money, limits
)

func (v verdict) of(provider string, code int, words string) error {
	err := fmt.Errorf("%s: error %d: %s", provider, code, words)
	switch v {
	case soon:
		return later(0, err)
	case minute:
		return later(time.Minute, err)
	case operator:
		return later(operatorWait, err)
	}
	return rejected("%v", err)
}

// smsc is the protocol of send.php with JSON answers (fmt=3).
func smsc(login, password, sender string) protocol {
	meaning := map[int]verdict{2: operator, 3: operator, 4: operator, 9: minute}
	return protocol{
		path: "/sys/send.php",
		form: func(m SMS) url.Values {
			v := url.Values{"login": {login}, "psw": {password}, "phones": {m.Phone}, "mes": {m.Text}, "charset": {"utf-8"}, "fmt": {"3"}}
			if sender != "" {
				v.Set("sender", sender)
			}
			return v
		},
		judge: func(body []byte, _ string) error {
			var a struct {
				ID    json.RawMessage `json:"id"`
				Count int             `json:"cnt"`
				Error string          `json:"error"`
				Code  int             `json:"error_code"`
			}
			if err := json.Unmarshal(body, &a); err != nil {
				return later(0, fmt.Errorf("smsc: unreadable answer: %w", err))
			}
			if a.Code != 0 || a.Error != "" {
				return meaning[a.Code].of("smsc", a.Code, a.Error)
			}
			if a.Count < 1 {
				return later(0, errors.New("smsc: the answer tells of no message"))
			}
			return nil
		},
	}
}

// smsRu is the protocol of sms/send with JSON answers; it answers for the request and for each number in it.
func smsRu(apiID, sender string) protocol {
	meaning := map[int]verdict{
		200: operator, 201: operator, 204: operator, 206: operator, 220: soon, 231: minute,
		300: operator, 301: operator, 302: operator, 500: soon,
	}
	return protocol{
		path: "/sms/send",
		form: func(m SMS) url.Values {
			v := url.Values{"api_id": {apiID}, "to": {strings.TrimPrefix(m.Phone, "+")}, "msg": {m.Text}, "json": {"1"}}
			if sender != "" {
				v.Set("from", sender)
			}
			return v
		},
		judge: func(body []byte, phone string) error {
			type status struct {
				Status string `json:"status"`
				Code   int    `json:"status_code"`
				Text   string `json:"status_text"`
			}
			var a struct {
				status
				SMS map[string]status `json:"sms"`
			}
			if err := json.Unmarshal(body, &a); err != nil {
				return later(0, fmt.Errorf("sms.ru: unreadable answer: %w", err))
			}
			if a.Status != "OK" {
				return meaning[a.Code].of("sms.ru", a.Code, a.Text)
			}
			one, ok := a.SMS[strings.TrimPrefix(phone, "+")]
			if !ok {
				return later(0, errors.New("sms.ru: the answer does not tell of the number"))
			}
			if one.Status != "OK" {
				return meaning[one.Code].of("sms.ru", one.Code, one.Text)
			}
			return nil
		},
	}
}
