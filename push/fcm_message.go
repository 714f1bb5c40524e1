package push

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"firebase.google.com/go/v4/messaging"
)

const (
	defaultTTL = 24 * time.Hour
	maxTTL     = 28 * 24 * time.Hour // FCM refuses more

	// A payload holds 4,096 bytes; these keep the words under half of it in any script.
	maxTitleRunes = 120
	maxBodyRunes  = 400

	// urgentChannel is the Android channel for staff alerts. Other alerts go to the channel named by the first word of their
	// kind: "order", "promise", "points". The app creates the channels.
	urgentChannel = "urgent"
)

// build writes all three platform sections, whatever the device said about itself: FCM picks the one that fits the token.
func (f *FCM) build(m Message) *messaging.Message {
	m.Title, m.Body = clip(m.Title, maxTitleRunes), clip(m.Body, maxBodyRunes)
	if m.TTL <= 0 {
		m.TTL = defaultTTL
	}
	m.TTL = min(m.TTL, maxTTL).Truncate(time.Second)
	data := make(map[string]string, len(m.Data)+3)
	maps.Copy(data, m.Data)
	for k, v := range map[string]string{"kind": m.Kind, "link": m.Link, "cursor": m.Cursor} {
		if v != "" {
			data[k] = v
		}
	}
	return &messaging.Message{
		Token:        m.Token,
		Notification: &messaging.Notification{Title: m.Title, Body: m.Body},
		Data:         data,
		Android:      androidSection(m),
		APNS:         apnsSection(m, f.now()),
		Webpush:      f.webSection(m),
	}
}

func androidSection(m Message) *messaging.AndroidConfig {
	n := &messaging.AndroidNotification{
		ChannelID:         family(m.Kind),
		Tag:               m.CollapseKey,
		NotificationCount: m.Badge,
		Priority:          messaging.PriorityDefault,
	}
	c := &messaging.AndroidConfig{CollapseKey: m.CollapseKey, Priority: "normal", TTL: &m.TTL, Notification: n}
	if m.Urgent {
		c.Priority = "high"
		n.ChannelID, n.Priority, n.DefaultSound, n.DefaultVibrateTimings = urgentChannel, messaging.PriorityMax, true, true
	}
	return c
}

func apnsSection(m Message, now time.Time) *messaging.APNSConfig {
	aps := &messaging.Aps{
		Alert:    &messaging.ApsAlert{Title: m.Title, Body: m.Body},
		Badge:    m.Badge,
		ThreadID: family(m.Kind),
	}
	headers := map[string]string{
		"apns-push-type":  "alert",
		"apns-priority":   "5",
		"apns-expiration": strconv.FormatInt(now.Add(m.TTL).Unix(), 10),
	}
	if m.Urgent {
		headers["apns-priority"] = "10"
		aps.Sound = "default"
		aps.CustomData = map[string]any{"interruption-level": "time-sensitive"}
	}
	if m.CollapseKey != "" {
		headers["apns-collapse-id"] = m.CollapseKey
		if len(m.CollapseKey) > 64 {
			headers["apns-collapse-id"] = digest(m.CollapseKey)
		}
	}
	return &messaging.APNSConfig{Headers: headers, Payload: &messaging.APNSPayload{Aps: aps}}
}

func (f *FCM) webSection(m Message) *messaging.WebpushConfig {
	n := &messaging.WebpushNotification{Title: m.Title, Body: m.Body, Tag: m.CollapseKey}
	c := &messaging.WebpushConfig{
		Headers:      map[string]string{"TTL": strconv.FormatInt(int64(m.TTL/time.Second), 10), "Urgency": "normal"},
		Notification: n,
	}
	if m.CollapseKey != "" {
		c.Headers["Topic"] = webTopic(m.CollapseKey)
	}
	if m.Urgent {
		c.Headers["Urgency"] = "high"
		n.RequireInteraction = true
		n.Renotify = m.CollapseKey != "" // a browser refuses to renotify without a tag
	}
	if link := webLink(f.webBase, m.Link); strings.HasPrefix(link, "https://") {
		c.FCMOptions = &messaging.WebpushFCMOptions{Link: link}
	}
	return c
}

// webLink turns kabinet://orders/R-10293 into https://cab.example/orders/R-10293; an http or https link stays as it is.
func webLink(base, link string) string {
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	if u.Scheme == "https" || u.Scheme == "http" {
		return link
	}
	if base == "" {
		return ""
	}
	page := base + "/" + strings.TrimLeft(u.Host+u.EscapedPath(), "/")
	if u.RawQuery != "" {
		page += "?" + u.RawQuery
	}
	return page
}

var webTopicForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

func webTopic(key string) string {
	if webTopicForm.MatchString(key) {
		return key
	}
	return digest(key)
}

// digest stands for a key that is too long for a header: 32 characters of the URL-safe alphabet.
func digest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

// family is the first word of a kind: "order" of "order.ready".
func family(kind string) string {
	word, _, _ := strings.Cut(kind, ".")
	return word
}

// clip cuts a text to n characters, the last of which then is an ellipsis.
func clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return strings.TrimRight(string(runes[:n-1]), " ,.;:") + "…"
}
