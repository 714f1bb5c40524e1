package domain

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever the zone and the moment, the next digest is at nine there, within a day and an hour, and comes when digests may come.
func TestNextDigest_IsTheNextMorningWhereThePersonLives(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Europe/Moscow", "Asia/Kamchatka", "America/New_York", "Pacific/Chatham", "Asia/Kathmandu", "Pacific/Apia", "Europe/London"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1_600_000_000, 2_000_000_000).Draw(t, "now"), 0)
		next := NextDigest(now, zone)
		if local := next.In(zone); local.Hour() != 9 || local.Minute() != 0 {
			t.Fatalf("after %v comes %v", now.In(zone), local)
		}
		if wait := next.Sub(now); wait <= 0 || wait > 25*time.Hour {
			t.Fatalf("after %v it waits %v", now.In(zone), wait)
		}
		if !DigestHour(next, zone) || DigestHour(next.Add(-time.Second), zone) || NextDigest(next, zone).Equal(next) {
			t.Fatalf("%v is no time for a digest", next.In(zone))
		}
	})
}

func TestCheckPictures_NamesEachThatIsWrong(t *testing.T) {
	t.Parallel()
	long := string(make([]rune, MaxAlt+1))
	refused := CheckPictures([]ShownPicture{{PictureID: 1}, {}, {PictureID: 1}, {PictureID: 2, Alt: Text{EN: long}}}, 3)
	var got []string
	for _, r := range refused {
		got = append(got, string(r.Code)+"/"+r.Rule+" at "+r.Field[len(r.Field)-1])
	}
	want := []string{"TOO_LARGE/pictures at pictures", "NOT_FOUND/picture at 1", "INVALID/twice at 2", "TOO_LONG/ at alt"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
	if CheckPictures([]ShownPicture{{PictureID: 1}, {PictureID: 2}}, 2) != nil {
		t.Error("two pictures were refused")
	}
}
