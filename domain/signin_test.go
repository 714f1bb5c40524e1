package domain_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

func TestParseAddress_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		channel         domain.SignInChannel
		typed, country  string
		want            string
		takenForNothing bool
	}{
		{domain.ChannelSMS, "8 (916) 123-45-67", "RU", "+79161234567", false},
		{domain.ChannelSMS, "+7 916 123 45 67", "", "+79161234567", false},
		{domain.ChannelSMS, " 9161234567 ", "RU", "+79161234567", false},
		{domain.ChannelSMS, "+44 7911 123456", "RU", "+447911123456", false},
		{domain.ChannelSMS, "12345", "RU", "", true},
		{domain.ChannelSMS, "9161234567", "", "", true},
		{domain.ChannelSMS, "anna@example.com", "RU", "", true},
		{domain.ChannelEmail, " Anna@Example.COM ", "RU", "anna@example.com", false},
		{domain.ChannelEmail, "a+b@mail.example.co.uk", "", "a+b@mail.example.co.uk", false},
		{domain.ChannelEmail, "Anna <anna@example.com>", "", "", true},
		{domain.ChannelEmail, "anna@localhost", "", "", true},
		{domain.ChannelEmail, "anna@", "", "", true},
		{domain.ChannelEmail, "a@b.com, c@d.com", "", "", true},
		{domain.ChannelEmail, "anna@example.com\r\nBcc: x@y.z", "", "", true},
		{domain.ChannelEmail, "", "", "", true},
		{domain.ChannelEmail, strings.Repeat("a", 250) + "@b.com", "", "", true},
	} {
		got, refused := domain.ParseAddress(c.channel, c.typed, c.country)
		if got.Value != c.want || (refused != nil) != c.takenForNothing {
			t.Errorf("%q is %+v, %v; want %q", c.typed, got, refused, c.want)
		}
		if refused != nil && (refused[0].Code != domain.CodeInvalid || refused[0].Field[0] != "address") {
			t.Errorf("%q is refused with %+v", c.typed, refused)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"anna@example.com", "8 916 123 45 67", "+", "a@b.c", "\"a b\"@c.de", "(comment)a@b.cd", "а@б.рф"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, typed string, mail bool) {
		channel := domain.ChannelSMS
		if mail {
			channel = domain.ChannelEmail
		}
		a, refused := domain.ParseAddress(channel, typed, "RU")
		if refused != nil {
			return
		}
		again, refused := domain.ParseAddress(channel, a.Value, "RU")
		if refused != nil || again != a {
			t.Errorf("%q is %+v, which is %+v, %v", typed, a, again, refused)
		}
		if strings.ContainsAny(a.Value, "\r\n\x00") {
			t.Errorf("%q is %q", typed, a.Value)
		}
	})
}

func TestCheckCode_TakesTheRightCodeInTimeWithinItsTries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := &domain.SignInCode{Tries: rapid.Int64Range(0, domain.CodeTries+1).Draw(t, "tries"), CreatedAt: noon}
		age := time.Duration(rapid.IntRange(0, 11*60).Draw(t, "age")) * time.Second
		used, matches := rapid.IntRange(0, 4).Draw(t, "used") == 0, rapid.Bool().Draw(t, "matches")
		if used {
			c.UsedAt = new(noon)
		}
		err := domain.CheckCode(c, matches, noon.Add(age))
		var want domain.UserErrorCode
		var left int64
		switch {
		case used || age >= domain.CodeLifetime:
			want = domain.CodeCodeExpired
		case c.Tries >= domain.CodeTries:
			want = domain.CodeTooManyTries
		case !matches:
			want, left = domain.CodeCodeWrong, domain.CodeTries-c.Tries-1
		}
		r := domain.AsRefused(err)
		if (want == "") != (err == nil) || want != "" && r[0].Code != want {
			t.Fatalf("%+v after %v, right %v: %v, want %q", c, age, matches, err, want)
		}
		if want == domain.CodeCodeWrong && (r[0].TriesLeft == nil || *r[0].TriesLeft != left) {
			t.Fatalf("%v tries left, want %d", r[0].TriesLeft, left)
		}
	})
	if r := domain.AsRefused(domain.CheckCode(nil, false, noon)); r == nil || r[0].Code != domain.CodeCodeExpired {
		t.Errorf("a code that was never sent: %v", r)
	}
}

func TestCheckCustomer_RefusesEmptyNamesAndUnknownZones(t *testing.T) {
	t.Parallel()
	if got := domain.CheckCustomer(domain.CustomerPatch{Name: new(new("  ")), TimeZone: new(new("Mars/Olympus"))}); len(got) != 2 {
		t.Errorf("refused with %+v", got)
	}
	if got := domain.CheckCustomer(domain.CustomerPatch{Name: new((*string)(nil)), TimeZone: new(new("Europe/Moscow"))}); got != nil {
		t.Errorf("refused with %+v", got)
	}
}

func TestRoles_EachMayDoWhatTheOneBeforeMay(t *testing.T) {
	t.Parallel()
	roles := []domain.StaffRole{"", domain.Operator, domain.Manager, domain.Admin}
	for i, r := range roles {
		for j, least := range roles {
			if got, want := r.AtLeast(least), i >= j && i > 0; got != want {
				t.Errorf("%q at least %q: %v", r, least, got)
			}
		}
	}
	me, boss := domain.Viewer{CustomerID: 1}, domain.Viewer{StaffID: 1, Role: domain.Operator}
	if !me.MaySee(1) || me.MaySee(2) || (domain.Viewer{}).MaySee(0) || !boss.MaySee(2) || (domain.Viewer{StaffID: 1}).IsStaff() || (domain.Viewer{}).SignedIn() {
		t.Error("who may see whom is wrong")
	}
}
