package push

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Console prints what would be delivered. It stands in for every channel that has no credentials, so a developer sees the
// alerts and reads sign-in codes in the terminal. It is safe for concurrent use.
type Console struct {
	mu   sync.Mutex
	w    io.Writer
	sent int
}

// NewConsole returns a console that writes to w, one block of lines for each message.
func NewConsole(w io.Writer) *Console { return &Console{w: w} }

// Send prints the alert; it fails only when the writer does.
func (c *Console) Send(ctx context.Context, m Message) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "push    %s to %s %s\n", m.Kind, m.Platform, short(m.Token))
	if m.Urgent {
		b.WriteString("        urgent, with sound\n")
	}
	fmt.Fprintf(&b, "        %s\n        %s\n", m.Title, m.Body)
	if m.Link != "" || m.Cursor != "" {
		fmt.Fprintf(&b, "        link %s cursor %s\n", m.Link, m.Cursor)
	}
	n, err := c.print(ctx, b.String())
	return fmt.Sprintf("console/%d", n), err
}

// SendMail prints the letter's plain part; it fails only when the writer does.
func (c *Console) SendMail(ctx context.Context, m Mail) error {
	_, err := c.print(ctx, fmt.Sprintf("mail    to %s\n        %s\n%s", m.To, m.Subject, indent(m.Text)))
	return err
}

// SendSMS prints the text; it fails only when the writer does.
func (c *Console) SendSMS(ctx context.Context, m SMS) error {
	_, err := c.print(ctx, fmt.Sprintf("sms     to %s\n%s", m.Phone, indent(m.Text)))
	return err
}

func (c *Console) print(ctx context.Context, block string) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, later(0, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent++
	if _, err := io.WriteString(c.w, block); err != nil {
		return 0, later(0, fmt.Errorf("console: %w", err))
	}
	return c.sent, nil
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		b.WriteString("        " + line)
	}
	return b.String()
}

// short shows enough of a token to tell devices apart and not enough to send to them.
func short(token string) string {
	if len(token) <= 12 {
		return token
	}
	return token[:12] + "…"
}
