package domain

import "time"

// ClubPush is how a member hears of new posts of a club.
type ClubPush string

// The ways to hear of new posts.
const (
	PushEach   ClubPush = "EACH"   // one push a post
	PushDigest ClubPush = "DIGEST" // one push a day, in the morning
	PushNone   ClubPush = "NONE"
)

// Push is how the member hears of new posts.
func (m Membership) Push() ClubPush {
	switch {
	case m.Muted:
		return PushNone
	case m.DigestAt != nil:
		return PushDigest
	}
	return PushEach
}

// The hours of the day, where a person lives, in which a digest may come. It is due at the first; a server that was down tells it later, never at night.
const (
	digestFrom  = 9
	digestUntil = 21
)

// NextDigest is the next moment after now at which a digest is due in a zone.
func NextDigest(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), digestFrom, 0, 0, 0, zone)
	if !at.After(now) {
		at = time.Date(local.Year(), local.Month(), local.Day()+1, digestFrom, 0, 0, 0, zone)
	}
	return at
}

// DigestHour says whether a digest may come now in a zone.
func DigestHour(now time.Time, zone *time.Location) bool {
	hour := now.In(zone).Hour()
	return hour >= digestFrom && hour < digestUntil
}

// ClubDigest is what one digest tells a customer: how many new posts in which clubs.
type ClubDigest struct {
	CustomerID int64   `json:"customer"`
	Posts      int64   `json:"posts"`
	ClubIDs    []int64 `json:"clubs"`
}
