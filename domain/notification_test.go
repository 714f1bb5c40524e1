package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

// In any zone and on any day, also when the clocks change: an alert is shown at once outside of the quiet hours, else at their end and no later than a day on.
func TestQuietHours_HoldUntilTheirEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_760_000_000, 1_860_000_000).Draw(t, "at"), 0)
		q := domain.QuietHours{From: rapid.Int64Range(0, 1439).Draw(t, "from"), Until: rapid.Int64Range(0, 1439).Draw(t, "until")}
		held := q.HeldUntil(at, zone)
		local := at.In(zone)
		minute := int64(local.Hour()*60 + local.Minute())
		inside := (minute-q.From+1440)%1440 < (q.Until-q.From+1440)%1440
		switch {
		case !inside && !held.Equal(at):
			t.Fatalf("%s is outside of %+v and held until %s", local, q, held)
		case inside && (!held.After(at) || held.After(at.Add(25*time.Hour))):
			t.Fatalf("%s in %+v is held until %s", local, q, held)
		case inside && held.Minute()%15 != int(q.Until%15):
			t.Fatalf("%s in %+v is held until %s", local, q, held)
		}
	})
}

func TestTopicOf_TroubleCannotBeMuted(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]domain.NotificationTopic{"order.ready": "ORDER_STEPS", "order.cancelled": "ORDER_TROUBLE", "promise.broken": "ORDER_TROUBLE",
		"points.active": "POINTS", "club.post": "CLUB_POSTS", "club.left": "CLUBS", "referral.joined": "REFERRALS", "gift.came": "OTHER"} {
		if got := domain.TopicOf(kind); got != want {
			t.Errorf("%s is of %s, want %s", kind, got, want)
		}
	}
	for _, topic := range domain.NotificationTopics {
		refused := domain.CheckNotifications(domain.NotificationPatch{Preferences: []domain.NotificationPreference{{Topic: topic, Channel: domain.ChannelPush}}})
		if (refused != nil) != topic.Critical() {
			t.Errorf("muting %s: %v", topic, refused)
		}
	}
}

func TestParseClock_ReadsWhatClockTextWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.Int64Range(0, 1439).Draw(t, "minute")
		if got := domain.ParseClock(domain.ClockText(m)); got != m {
			t.Fatalf("%d became %d", m, got)
		}
	})
	for _, wrong := range []string{"", "24:00", "7:00", "12:60", "noon", "12:00:00"} {
		if got := domain.ParseClock(wrong); got != -1 {
			t.Errorf("%q is %d", wrong, got)
		}
	}
}

func TestQuietHours_EndThoughTheClocksChange(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what     string
		q        domain.QuietHours
		at, want string
	}{
		{"their end never comes", domain.QuietHours{From: 22 * 60, Until: 2*60 + 30}, "2026-03-08T01:35:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"their end comes twice", domain.QuietHours{From: 30, Until: 105}, "2026-11-01T01:40:00-05:00", "2026-11-01T01:45:00-05:00"},
	} {
		at, _ := time.Parse(time.RFC3339, c.at)
		if held := c.q.HeldUntil(at, zone).Format(time.RFC3339); held != c.want {
			t.Errorf("%s: held until %s, want %s", c.what, held, c.want)
		}
	}
}

// quietZones are places where clocks change by an hour, by half an hour, at midnight, by a day, and never.
var quietZones = []string{"Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "UTC"}

func FuzzQuietHours(f *testing.F) {
	f.Add("22:00", "08:00", int64(1_795_446_000), uint8(0))
	f.Add("08:00", "08:00", int64(0), uint8(5))
	f.Add("24:00", "7:00", int64(0), uint8(5))
	f.Add("23:00", "01:30", int64(1_793_513_400), uint8(1)) // 01:10 for the second time
	f.Add("23:00", "02:30", int64(1_772_952_000), uint8(1)) // 02:30 does not come
	f.Fuzz(func(t *testing.T, from, until string, unix int64, place uint8) {
		q := domain.QuietHours{From: domain.ParseClock(from), Until: domain.ParseClock(until)}
		settings := &q
		if domain.CheckNotifications(domain.NotificationPatch{QuietHours: &settings}) != nil {
			return
		}
		if domain.ClockText(q.From) != from || domain.ClockText(q.Until) != until {
			t.Errorf("%q to %q is read as %+v", from, until, q)
		}
		zone, err := time.LoadLocation(quietZones[int(place)%len(quietZones)])
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(unix%(1<<33), 0)
		end := q.HeldUntil(at, zone)
		if wait := end.Sub(at); wait < 0 || wait > 50*time.Hour {
			t.Errorf("%s to %s in %s: what comes at %s waits until %s", from, until, zone, at.In(zone), end)
		}
		if again := q.HeldUntil(end, zone); !again.Equal(end) {
			t.Errorf("%s to %s in %s: %s is the end, and quiet until %s", from, until, zone, end, again)
		}
	})
}
