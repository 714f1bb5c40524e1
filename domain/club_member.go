package domain

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// MemberState is how a customer stands to a club. The empty state is that of somebody who never had to do with it.
type MemberState string

// The states of a membership. LEFT went by their own will, LAPSED fell below the amount of a club BY_SPEND.
const (
	MemberRequested MemberState = "REQUESTED"
	MemberInvited   MemberState = "INVITED"
	MemberIn        MemberState = "MEMBER"
	MemberLeft      MemberState = "LEFT"
	MemberLapsed    MemberState = "LAPSED"
	MemberDeclined  MemberState = "DECLINED"
	MemberBanned    MemberState = "BANNED"
)

// Membership is how a customer stands to a club.
type Membership struct {
	ClubID     int64       `db:"club_id" json:"clubId"`
	CustomerID int64       `db:"customer_id" json:"customerId"`
	State      MemberState `db:"state" json:"state"`
	Moderator  bool        `db:"moderator" json:"moderator,omitempty"`
	Since      time.Time   `db:"since" json:"since"`
	GraceUntil *time.Time  `db:"grace_until" json:"graceUntil,omitempty"`
	Reason     *string     `db:"reason" json:"reason,omitempty"`
	Muted      bool        `db:"muted" json:"-"`
	DigestAt   *time.Time  `db:"digest_at" json:"-"` // when the next digest is due; nil for none
}

// In says whether the customer is a member now.
func (m Membership) In() bool { return m.State == MemberIn }

// MemberAction is what moves a membership.
type MemberAction string

// The actions. JOIN and LEAVE are the customer's own; the others are for moderators and staff.
const (
	MemberJoin    MemberAction = "JOIN"
	MemberLeave   MemberAction = "LEAVE"
	MemberApprove MemberAction = "APPROVE"
	MemberDecline MemberAction = "DECLINE"
	MemberInvite  MemberAction = "INVITE"
	MemberBan     MemberAction = "BAN"
	MemberUnban   MemberAction = "UNBAN"
)

// memberSteps is the state machine of a membership but for JOIN, whose end the entry of the club decides.
var memberSteps = map[MemberAction]map[MemberState]MemberState{
	MemberLeave:   {MemberIn: MemberLeft, MemberRequested: MemberLeft, MemberInvited: MemberDeclined},
	MemberApprove: {MemberRequested: MemberIn},
	MemberDecline: {MemberRequested: MemberDeclined},
	MemberInvite: {"": MemberInvited, MemberLeft: MemberInvited, MemberLapsed: MemberInvited, MemberDeclined: MemberInvited,
		MemberRequested: MemberIn},
	MemberBan: {"": MemberBanned, MemberIn: MemberBanned, MemberRequested: MemberBanned, MemberInvited: MemberBanned, MemberLeft: MemberBanned,
		MemberLapsed: MemberBanned, MemberDeclined: MemberBanned},
	MemberUnban: {MemberBanned: MemberLeft},
}

// Take moves a membership by an action at an instant. progress is how the customer stands to the amount of a club BY_SPEND. An action that has its end
// already, such as joining twice, changes nothing. Refusals: CLUB_BANNED, CLUB_INVITE_ONLY, CLUB_SPEND_TOO_LOW, CLUB_STEP.
func (c Club) Take(m Membership, action MemberAction, progress SpendProgress, now time.Time) (Membership, error) {
	to, possible := memberSteps[action][m.State]
	switch {
	case action == MemberJoin && m.State == MemberBanned:
		return m, Refuse(Refusal{Code: CodeClubBanned})
	case action == MemberJoin && (m.In() || m.State == MemberRequested && c.Entry == EntryByRequest):
		return m, nil
	case action == MemberJoin:
		return c.join(m, progress, now)
	case action == MemberInvite && c.Entry == EntryBySpend, c.ArchivedAt != nil && action == MemberInvite:
		return m, Refuse(Refusal{Code: CodeClubStep})
	case !possible && reached(m.State, action):
		return m, nil
	case !possible:
		return m, Refuse(Refusal{Code: CodeClubStep})
	}
	return m.become(to, now), nil
}

// reached says whether the action was done before, so that doing it again is no mistake.
func reached(state MemberState, action MemberAction) bool {
	for _, to := range memberSteps[action] {
		if to == state {
			return true
		}
	}
	return false
}

func (c Club) join(m Membership, progress SpendProgress, now time.Time) (Membership, error) {
	switch {
	case c.ArchivedAt != nil:
		return m, Refuse(Refusal{Code: CodeClubStep})
	case m.State == MemberInvited, c.Entry == EntryOpen, c.Entry == EntryBySpend && progress.Reached:
		return m.become(MemberIn, now), nil
	case c.Entry == EntryByRequest:
		return m.become(MemberRequested, now), nil
	case c.Entry == EntryBySpend:
		more := Money{progress.MoreMinor, c.CurrencyCode}
		return m, Refuse(Refusal{Code: CodeClubSpendTooLow, Current: &more, RetryAt: progress.By})
	}
	return m, Refuse(Refusal{Code: CodeClubInviteOnly})
}

func (m Membership) become(state MemberState, now time.Time) Membership {
	m.State, m.Since, m.GraceUntil, m.Reason = state, now, nil, nil
	m.Moderator = m.Moderator && state == MemberIn
	return m
}

// SpendRule is the net paid amount that opens a club: so much within a rolling period, with a grace term for members who fall below.
type SpendRule struct {
	NeedMinor  int64
	PeriodDays int64 // 0 for all time
	GraceDays  int64
}

// Since is the instant after which payments count at now; the zero time when all do.
func (r SpendRule) Since(now time.Time) time.Time {
	if r.PeriodDays == 0 {
		return time.Time{}
	}
	return now.Add(-days(r.PeriodDays))
}

func days(n int64) time.Duration { return time.Duration(n) * 24 * time.Hour }

// Judge moves a membership as the net paid amount says; mills are thousandths of the currency unit. changed is false when everything stays. Those who
// left by themselves, asked, were asked or were banned stay as they are.
func (r SpendRule) Judge(m Membership, mills int64, now time.Time) (next Membership, changed bool) {
	enough := mills >= r.NeedMinor*10
	switch {
	case (m.State == "" || m.State == MemberLapsed) && enough:
		return m.become(MemberIn, now), true
	case !m.In():
		return m, false
	case enough && m.GraceUntil != nil:
		m.GraceUntil = nil
		return m, true
	case enough:
		return m, false
	case m.GraceUntil == nil && r.GraceDays > 0:
		until := now.Add(days(r.GraceDays))
		m.GraceUntil = &until
		return m, true
	case m.GraceUntil == nil || !now.Before(*m.GraceUntil):
		return m.become(MemberLapsed, now), true
	}
	return m, false
}

// Spent is money paid, or given back when negative, at an instant. Mills are thousandths of the currency unit.
type Spent struct {
	At    time.Time `db:"at"`
	Mills int64     `db:"mills"`
}

// SpendProgress is how a customer stands to the amount of a club.
type SpendProgress struct {
	// Reached says that the amount is paid now.
	Reached bool
	// NetMinor is what counts now, floored to minor units.
	NetMinor int64
	// MoreMinor is what is still to be paid by By to enter or to stay; 0 when nothing is.
	MoreMinor int64
	// By is until when MoreMinor is enough; nil when it does not depend on the date.
	By *time.Time
}

// Progress computes what a customer still has to pay to enter or to stay, from everything they paid and were given back within the period. For
// those outside, By is the moment when what counts now begins to run out. For members who fall below, it is the end of their grace term, and what
// will have run out by then does not count. For members who reach the amount it is the moment from which they will not, if they pay nothing more.
func (r SpendRule) Progress(m Membership, spent []Spent, now time.Time) SpendProgress {
	var p SpendProgress
	mills := r.sumAt(spent, now)
	p.NetMinor, p.Reached = floorMinor(mills), mills >= r.NeedMinor*10
	switch {
	case m.In() && m.GraceUntil != nil:
		p.By = m.GraceUntil
		p.MoreMinor = r.missing(r.sumAt(spent, *m.GraceUntil))
	case p.Reached:
		p.By = r.firstFall(spent, now, r.NeedMinor*10)
		if p.By != nil {
			p.MoreMinor = r.missing(r.sumAt(spent, *p.By))
		}
	default:
		p.By = r.firstFall(spent, now, mills)
		p.MoreMinor = r.missing(mills)
	}
	return p
}

// sumAt is what will count at an instant, if nothing more is paid.
func (r SpendRule) sumAt(spent []Spent, at time.Time) (mills int64) {
	since := r.Since(at)
	for _, s := range spent {
		if s.At.After(since) {
			mills += s.Mills
		}
	}
	return mills
}

// firstFall is the first moment at which less than so much will count; nil when that never comes.
func (r SpendRule) firstFall(spent []Spent, now time.Time, mills int64) *time.Time {
	if r.PeriodDays == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(spent), func(a, b Spent) int { return cmp.Compare(a.At.UnixMicro(), b.At.UnixMicro()) })
	left := r.sumAt(spent, now)
	for i, s := range sorted {
		if !s.At.After(r.Since(now)) {
			continue
		}
		left -= s.Mills
		if i+1 < len(sorted) && sorted[i+1].At.Equal(s.At) {
			continue
		}
		if left < mills {
			at := s.At.Add(days(r.PeriodDays))
			return &at
		}
	}
	return nil
}

// missing is what is missing to the amount, in whole minor units.
func (r SpendRule) missing(mills int64) int64 {
	return max(r.NeedMinor-floorMinor(mills), 0)
}

// floorMinor is thousandths of a unit in whole minor units, rounded down.
func floorMinor(mills int64) int64 {
	minor := mills / 10
	if mills%10 < 0 {
		minor--
	}
	return minor
}

// ShortName is a name as other members see it: the first name and the first letter of the last, for example "Анна С."
func ShortName(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return words[0] + " " + string(last) + "."
}

// MemberFilter is which memberships of a club are wanted; an empty State means members.
type MemberFilter struct {
	ClubID int64
	State  MemberState
}

// SpendBand is how many customers paid so much net. From is inclusive and To exclusive, but the first band is everybody at 0 or below and the second begins
// above 0; nil bounds are open.
type SpendBand struct {
	FromMinor *int64
	ToMinor   *int64
	Customers int64
	NetMinor  int64
	NetMills  int64
}

// Net is what the customers of the band paid less what they were given back, exact.
func (b SpendBand) Net() Decimal { return decimalOfMills(b.NetMinor*10 + b.NetMills) }
