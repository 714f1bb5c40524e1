package push

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"
)

// SMTP delivers letters to a mail server, one connection for each. It is safe for concurrent use.
type SMTP struct {
	host     string
	port     int
	implicit bool // TLS from the first byte
	policy   mail.TLSPolicy
	user     string
	password string
	from     *netmail.Address
}

// NewSMTP reads the server from a URL and makes no connection:
//
//	smtp://user:password@mail.example.com:587?from=Kabinet+<cabinet@example.com>
//	smtps://user:password@mail.example.com?from=cabinet@example.com
//
// smtps speaks TLS from the first byte (port 465 by default). smtp (port 587) insists on STARTTLS; ?tls=opportunistic takes it
// when offered, ?tls=none does without, and a loopback address means opportunistic. The from parameter is required.
func NewSMTP(rawURL string) (*SMTP, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("mail server: not a URL") // the reason would repeat the password
	}
	s := &SMTP{host: u.Hostname(), port: 587, policy: mail.TLSMandatory, user: u.User.Username()}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.port, s.implicit = 465, true
	default:
		return nil, fmt.Errorf("mail server: scheme %q is neither smtp nor smtps", u.Scheme)
	}
	if s.host == "" {
		return nil, errors.New("mail server: the URL names no host")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("mail server: port %q", p)
		}
	}
	switch policy := u.Query().Get("tls"); {
	case policy == "opportunistic", policy == "" && isLoopback(s.host):
		s.policy = mail.TLSOpportunistic
	case policy == "none" || s.implicit && policy == "":
		s.policy = mail.NoTLS
	case policy != "" && policy != "starttls":
		return nil, fmt.Errorf("mail server: tls=%s is none of starttls, opportunistic, none", policy)
	}
	if s.from, err = netmail.ParseAddress(u.Query().Get("from")); err != nil {
		return nil, fmt.Errorf("mail server: the from parameter: %w", err)
	}
	return s, nil
}

// SendMail makes one attempt of at most five seconds.
func (s *SMTP) SendMail(ctx context.Context, m Mail) error {
	to, err := netmail.ParseAddress(m.To)
	if err != nil {
		return rejected("address %q: %v", m.To, err)
	}
	msg := s.compose(m, to)
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	client, err := s.client(ctx)
	if err != nil {
		return fmt.Errorf("mail client: %w", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return classifySMTP(ctx, err)
	}
	defer func() { _ = client.CloseWithSMTPClient(conn) }() // by then the letter is accepted or its failure is known
	if err := client.SendWithSMTPClient(conn, msg); err != nil {
		return classifySMTP(ctx, err)
	}
	return nil
}

func (s *SMTP) compose(m Mail, to *netmail.Address) *mail.Msg {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(to)
	msg.Subject(strings.Join(strings.Fields(m.Subject), " "))
	msg.SetDate()
	if m.ID != "" {
		_, domain, _ := strings.Cut(s.from.Address, "@")
		msg.SetMessageIDWithValue(digest(m.ID) + "@" + domain)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return msg
}

// client makes a client whose connection dies with ctx: the library itself heeds a context only while it dials.
func (s *SMTP) client(ctx context.Context) (*mail.Client, error) {
	tlsConfig := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	dial := func(dialCtx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(dialCtx, network, addr)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		if !s.implicit {
			return conn, nil
		}
		secured := tls.Client(conn, tlsConfig)
		if err := secured.HandshakeContext(dialCtx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		return secured, nil
	}
	opts := []mail.Option{
		mail.WithPort(s.port), mail.WithTimeout(attemptTimeout), mail.WithTLSPolicy(s.policy), mail.WithTLSConfig(tlsConfig),
		mail.WithDialContextFunc(dial), mail.WithoutNoop(),
	}
	if s.user != "" {
		// PLAIN and LOGIN refuse by themselves to speak in clear text to anything but this machine.
		opts = append(opts, mail.WithUsername(s.user), mail.WithPassword(s.password), mail.WithOpportunisticSMTPAuth(
			mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5))
	}
	return mail.NewClient(s.host, opts...)
}

func classifySMTP(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return later(0, fmt.Errorf("smtp: %w: %w", ctx.Err(), err))
	}
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 && !refused.IsTemp() {
		return rejected("smtp: %v", err)
	}
	if errors.As(err, &refused) {
		return later(0, fmt.Errorf("smtp: %w", err))
	}
	if strings.Contains(err.Error(), "AUTH") || errors.Is(err, mail.ErrNoSupportedAuthDiscovered) {
		return later(operatorWait, fmt.Errorf("smtp: %w", err))
	}
	return later(0, fmt.Errorf("smtp: %w", err))
}

// isLoopback tells whether traffic to the host stays on this machine.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
