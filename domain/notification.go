package domain

import (
	"fmt"
	"strings"
	"time"
)

// NotificationTopic is what people are told of, in the grain in which they choose.
type NotificationTopic string

// The topics. ORDER_TROUBLE is critical: it cannot be muted and quiet hours do not hold it.
const (
	TopicOrderSteps   NotificationTopic = "ORDER_STEPS"
	TopicOrderTrouble NotificationTopic = "ORDER_TROUBLE"
	TopicPoints       NotificationTopic = "POINTS"
	TopicReferrals    NotificationTopic = "REFERRALS"
	TopicClubs        NotificationTopic = "CLUBS"
	TopicClubPosts    NotificationTopic = "CLUB_POSTS"
	TopicOther        NotificationTopic = "OTHER"
)

// NotificationTopics lists all topics in the order in which people see them.
var NotificationTopics = []NotificationTopic{TopicOrderTrouble, TopicOrderSteps, TopicPoints, TopicReferrals, TopicClubs, TopicClubPosts, TopicOther}

// Critical says whether people are told in any case.
func (t NotificationTopic) Critical() bool { return t == TopicOrderTrouble }

// TopicOf is the topic of a kind of message, such as "order.ready".
func TopicOf(kind string) NotificationTopic {
	family, _, _ := strings.Cut(kind, ".")
	switch {
	case kind == "order.cancelled", kind == "order.refunded", family == "promise":
		return TopicOrderTrouble
	case kind == "club.post", kind == "club.digest":
		return TopicClubPosts
	}
	topic, known := map[string]NotificationTopic{"order": TopicOrderSteps, "points": TopicPoints, "referral": TopicReferrals, "club": TopicClubs}[family]
	if !known {
		return TopicOther
	}
	return topic
}

// NotificationChannel is a way to tell people that they may choose. In the app everything is always told.
type NotificationChannel string

// ChannelPush is alerts on devices.
const ChannelPush NotificationChannel = "PUSH"

// NotificationPreference is whether somebody wants to be told of a topic by a channel.
type NotificationPreference struct {
	Topic   NotificationTopic   `db:"topic"`
	Channel NotificationChannel `db:"channel"`
	Enabled bool                `db:"-"`
}

// Critical says whether the preference is fixed.
func (p NotificationPreference) Critical() bool { return p.Topic.Critical() }

// NotificationSettings is how somebody wants to be told.
type NotificationSettings struct {
	Preferences []NotificationPreference
	QuietHours  *QuietHours
}

// NotificationPatch changes settings; preferences that are not named stay, nil quiet hours stay, a pointer to nil removes them.
type NotificationPatch struct {
	Preferences []NotificationPreference
	QuietHours  **QuietHours
}

// CheckNotifications lists what is wrong with a change: a critical topic cannot be muted, and quiet hours have a length.
func CheckNotifications(p NotificationPatch) (refused Refused) {
	for i, wanted := range p.Preferences {
		if wanted.Critical() && !wanted.Enabled {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"preferences", fmt.Sprint(i)}, Rule: "critical"})
		}
	}
	if p.QuietHours != nil && *p.QuietHours != nil {
		q := **p.QuietHours
		if q.From == q.Until || q.From < 0 || q.From >= minutesOfDay || q.Until < 0 || q.Until >= minutesOfDay {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"quietHours"}, Rule: "quietHours"})
		}
	}
	return refused
}

const minutesOfDay = 24 * 60

// QuietHours is the part of each day in which alerts wait, in minutes after midnight; it may pass midnight. From is quiet, Until is not.
type QuietHours struct{ From, Until int64 }

// HeldUntil is when an alert of the instant may be shown: then, or when the quiet hours that it falls into end in the zone.
func (q QuietHours) HeldUntil(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	if !q.quiet(local) {
		return at
	}
	day := local.Day()
	if minuteOf(local) >= q.Until {
		day++
	}
	end := time.Date(local.Year(), local.Month(), day, int(q.Until/60), int(q.Until%60), 0, 0, zone)
	for !end.After(at) || q.quiet(end) { // the clocks change: that time of day is twice, or never
		end = end.Add(15 * time.Minute)
	}
	return end
}

func (q QuietHours) quiet(local time.Time) bool {
	minute := minuteOf(local)
	if q.From > q.Until {
		return minute >= q.From || minute < q.Until
	}
	return q.From <= minute && minute < q.Until
}

func minuteOf(local time.Time) int64 { return int64(local.Hour()*60 + local.Minute()) }

// ParseClock reads a time of day such as "22:30" as minutes after midnight; -1 for anything else.
func ParseClock(s string) int64 {
	at, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return -1
	}
	return int64(at.Hour()*60 + at.Minute())
}

// ClockText is minutes after midnight as a time of day.
func ClockText(minutes int64) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
