package domain

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// This file is the rules of referrals: who may be invited, what an invitation brings, and what makes one look odd. Every customer may be invited
// once, so those who invited each other form a forest; the tree of a customer is everyone below.

// MaxReferralDepth bounds how many people stand above one another in a tree.
const MaxReferralDepth = 64

// ReferralBurst is how many people one customer may invite within an hour before a person looks at it.
const ReferralBurst = 10

// ReferralState is what the business thinks of a referral.
type ReferralState string

// The states of a referral. docs/states.md draws them.
const (
	ReferralActive  ReferralState = "ACTIVE"
	ReferralFlagged ReferralState = "FLAGGED"
	ReferralVoided  ReferralState = "VOIDED"
)

// ReferralFlag is why a person should look at a referral.
type ReferralFlag string

// The signs of abuse.
const (
	FlagSameDevice   ReferralFlag = "SAME_DEVICE"
	FlagSameNetwork  ReferralFlag = "SAME_NETWORK"
	FlagSimilarEmail ReferralFlag = "SIMILAR_EMAIL"
	FlagBurst        ReferralFlag = "BURST"
	FlagManual       ReferralFlag = "MANUAL"
)

// ReferralRefusal is why an invitation was not accepted.
type ReferralRefusal string

// The reasons of refused invitations.
const (
	ReferralSelf           ReferralRefusal = "SELF"
	ReferralOwnDescendant  ReferralRefusal = "OWN_DESCENDANT"
	ReferralAlreadyInvited ReferralRefusal = "ALREADY_INVITED"
	ReferralTooLate        ReferralRefusal = "TOO_LATE"
	ReferralUnknownCode    ReferralRefusal = "UNKNOWN_CODE"
	ReferralLimitReached   ReferralRefusal = "LIMIT_REACHED"
	ReferralClosed         ReferralRefusal = "PROGRAM_CLOSED"
)

// RefuseReferral is the refusal of an invitation.
func RefuseReferral(why ReferralRefusal) error {
	return Refuse(Refusal{Code: CodeReferralRefused, Field: []string{"code"}, Rule: string(why)})
}

// ReferralName is how much of their name people let those above them see.
type ReferralName string

// The choices, least first. Staff see full names always.
const (
	NameHidden   ReferralName = "HIDDEN"
	NameInitials ReferralName = "INITIALS"
	NameFirst    ReferralName = "FIRST_NAME"
	NameFull     ReferralName = "FULL_NAME"
)

// ShownName shortens a name to what its owner agreed to; nil when nothing is to be shown.
func ShownName(name *string, choice ReferralName) *string {
	words := strings.Fields(deref(name))
	if len(words) == 0 || choice == NameHidden {
		return nil
	}
	shown := strings.Join(words, " ")
	switch choice {
	case NameFirst:
		shown = words[0]
	case NameInitials:
		shown = ""
		for _, w := range words[:min(len(words), 2)] {
			first, _ := utf8.DecodeRuneInString(w)
			shown += string(unicode.ToUpper(first)) + "."
		}
	}
	return &shown
}

// Referral is a customer's own side of the programme.
type Referral struct {
	CustomerID int64         `db:"customer_id"`
	Code       string        `db:"code"`
	ShowName   ReferralName  `db:"show_name"`
	Bought     bool          `db:"bought"`
	InviterID  *int64        `db:"inviter_id"`
	Since      *time.Time    `db:"claimed_at"`
	State      ReferralState `db:"state"` // of the customer's own invitation; empty when nobody invited them
	Reason     *string       `db:"reason"`
}

// ReferralPerson is somebody who was invited.
type ReferralPerson struct {
	CustomerID int64
	InviterID  int64
	Name       *string // in full
	ShowName   ReferralName
	State      ReferralState
	Flags      []ReferralFlag
	JoinedAt   time.Time
	Orders     int64
	Points     int64 // that the inviter earned with this person's orders
	People     int64 // below this person
	Reason     *string
}

// GID is the person's global id; it tells nothing about the customer.
func (p ReferralPerson) GID() GID { return GID{"ReferralPerson", p.CustomerID} }

// ReferralBranch is a person in a tree. Level 1 is invited by its root.
type ReferralBranch struct {
	Person ReferralPerson
	Level  int64
	Hidden int64 // people invited by this person whom the tree leaves out
}

// ReferralLevel is what stands at one level below a customer.
type ReferralLevel struct {
	CustomerID int64 `db:"customer_id"`
	Level      int64 `db:"level"`
	People     int64 `db:"people"`
	Active     int64 `db:"active"`
	Orders     int64 `db:"orders"`
	Points     int64 `db:"points"`
}

// ReferralStats is everything below a customer: the levels, nearest first, and their sum.
type ReferralStats struct {
	ReferralLevel
	ByLevel []ReferralLevel
}

// TopInviter is a customer who invited others.
type TopInviter struct {
	CustomerID int64
	People     int64
	Points     int64
}

// ReferralTariff is what referrals bring from a date on, until the next one begins.
type ReferralTariff struct {
	ID            int64
	Version       int64
	Open          bool
	Levels        []int64 // basis points of the paid amount, the inviter first
	InviterPoints int64   // for the inviter, with the first paid order of the invited
	InvitedPoints int64   // for the invited, with their first paid order
	CapPerInvited *int64  // the most points that one invited customer brings to one other; nil for no cap
	CapPerMonth   *int64  // the most points that one customer earns in 30 days; nil for no cap
	MaxInvited    *int64  // the most people that one customer invites; nil for no limit
	StartsAt      time.Time
}

// MaxReferralPoints bounds the fixed rewards and caps of a tariff.
const MaxReferralPoints = 10_000_000

// CheckTariff lists what is wrong with a tariff.
func CheckTariff(t ReferralTariff, now time.Time) (refused Refused) {
	bad := func(code UserErrorCode, limit int64, field string) {
		refused = append(refused, Refusal{Code: code, Field: []string{field}, Limit: limit})
	}
	var sum int64
	for _, share := range t.Levels {
		sum += share
		if share < 0 || share > 5_000 {
			bad(CodeTooLarge, 50, "levels")
		}
	}
	switch n := len(t.Levels); {
	case n == 0:
		bad(CodeRequired, 0, "levels")
	case n > 10:
		bad(CodeTooLarge, 10, "levels")
	case sum > 10_000:
		bad(CodeTooLarge, 100, "levels")
	}
	for _, p := range []struct {
		field string
		n     int64
		least int64
	}{
		{"inviterPoints", t.InviterPoints, 0}, {"invitedPoints", t.InvitedPoints, 0},
		{"capPerInvited", orElse(t.CapPerInvited, 1), 1}, {"capPerMonth", orElse(t.CapPerMonth, 1), 1}, {"maxInvited", orElse(t.MaxInvited, 1), 1},
	} {
		switch {
		case p.n < p.least:
			bad(CodeTooSmall, p.least, p.field)
		case p.n > MaxReferralPoints:
			bad(CodeTooLarge, MaxReferralPoints, p.field)
		}
	}
	if t.StartsAt.Before(now) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"startsAt"}, Rule: "past"})
	}
	return refused
}

func orElse(p *int64, otherwise int64) int64 {
	if p == nil {
		return otherwise
	}
	return *p
}

// ReferralLink is one step up in the tree.
type ReferralLink struct {
	CustomerID int64         `db:"customer_id"`
	InviterID  int64         `db:"inviter_id"`
	State      ReferralState `db:"state"`
	Orders     int64         `db:"orders"`
	Since      time.Time     `db:"created_at"`
}

// RewardKind is what a reward is given for.
type RewardKind string

// The kinds of rewards.
const (
	RewardPercent    RewardKind = "PERCENT"
	RewardFirstOrder RewardKind = "FIRST_ORDER"
)

// RewardState is where a reward stands.
type RewardState string

// The states of a reward. WAITING rewards are in no wallet.
const (
	RewardWaiting RewardState = "WAITING"
	RewardPending RewardState = "PENDING"
	RewardActive  RewardState = "ACTIVE"
	RewardVoid    RewardState = "VOID"
)

// Reward is points that an order of an invited customer brings. Level 0 is the invited customer.
type Reward struct {
	CustomerID int64
	Kind       RewardKind
	Level      int64
	Points     int64
	WaitsFor   []int64 // the invited customers whose flagged referrals hold it up
}

// PlanRewards decides what an order brings to those above its buyer, and to the buyer with the first paid one. chain goes up from the buyer; paid is the
// money of the order, so what points paid earns nothing. A voided link ends the chain; flagged ones hold up what passes them. room is how many points a
// customer may still earn under the caps; one who is not in it has no cap.
func PlanRewards(t ReferralTariff, chain []ReferralLink, paid, pointMinor int64, room map[int64]int64) (rewards []Reward) {
	if !t.Open || paid <= 0 || len(chain) == 0 || chain[0].State == ReferralVoided {
		return nil
	}
	var waits []int64
	give := func(customerID, level, points int64, kind RewardKind) {
		if left, capped := room[customerID]; capped {
			points = min(points, left)
			room[customerID] = left - max(points, 0)
		}
		if points > 0 {
			rewards = append(rewards, Reward{customerID, kind, level, points, slices.Clone(waits)})
		}
	}
	first := chain[0].Orders == 0
	for i, link := range chain[:min(len(chain), len(t.Levels))] {
		if link.State == ReferralVoided {
			break
		}
		if link.State == ReferralFlagged {
			waits = append(waits, link.CustomerID)
		}
		level := int64(i + 1)
		if i == 0 && first {
			give(link.CustomerID, 0, t.InvitedPoints, RewardFirstOrder)
			give(link.InviterID, level, t.InviterPoints, RewardFirstOrder)
		}
		give(link.InviterID, level, EarnPoints(paid, 0, t.Levels[i], pointMinor), RewardPercent)
	}
	return rewards
}

// ReversedReward is how many points of a reward are taken back when so much of what was paid is refunded: floored, and all of them with the last piece.
func ReversedReward(points, refunded, paid int64) int64 {
	if refunded >= paid {
		return points
	}
	return mulDiv(points, max(refunded, 0), paid)
}

// referralAlphabet has no signs that look alike.
const referralAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// ReferralCodeLength is the number of signs of a referral code.
const ReferralCodeLength = 8

var cyrillicLookalikes = strings.NewReplacer("А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "Р", "P", "С", "C", "Т", "T", "Х", "X", "У", "Y")

// ReadReferralCode reads a code as people type or paste it: in any case, with spaces and dashes, with Cyrillic letters that look the same, or as the
// whole link. It is empty for what cannot be a code.
func ReadReferralCode(typed string) string {
	typed = strings.TrimSpace(typed)
	if len(typed) > 500 {
		return ""
	}
	typed = typed[strings.LastIndex(strings.TrimSuffix(typed, "/"), "/")+1:]
	code := cyrillicLookalikes.Replace(strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "/", "").Replace(typed)))
	if len(code) != ReferralCodeLength || strings.Trim(code, referralAlphabet) != "" {
		return ""
	}
	return code
}

// SimilarEmails says whether two addresses look like one person's: the same but for dots, a tag after a plus sign and digits at the end, or one letter apart.
func SimilarEmails(a, b string) bool {
	x, domainX, okX := strings.Cut(plainEmail(a), "@")
	y, domainY, okY := strings.Cut(plainEmail(b), "@")
	if !okX || !okY || domainX != domainY || x == "" || y == "" {
		return false
	}
	return x == y || min(len(x), len(y)) >= 6 && oneApart(x, y)
}

func plainEmail(address string) string {
	local, host, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	return strings.TrimRight(strings.ReplaceAll(local, ".", ""), "0123456789") + "@" + host
}

// oneApart says whether one sign put in, left out or changed makes b of a.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	if len(a) == len(b) {
		return same == len(a) || a[same+1:] == b[same+1:]
	}
	return a[same:] == b[same+1:]
}
