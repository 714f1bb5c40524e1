package domain

import (
	"strings"
	"time"
)

// ReferralClaim names who invited the caller.
type ReferralClaim struct {
	IdempotencyKey string
	Code           string // as typed
	ShowName       *ReferralName
}

// ReferralDecision is what staff decide about a referral.
type ReferralDecision string

// The decisions.
const (
	DecideApprove ReferralDecision = "APPROVE"
	DecideVoid    ReferralDecision = "VOID"
	DecideFlag    ReferralDecision = "FLAG"
)

// ReferralDecide is a decision about the referral of a customer, with a reason that both sides see.
type ReferralDecide struct {
	CustomerID int64
	Decision   ReferralDecision
	Reason     string
}

// Decide is the state that a decision leads to: a flagged referral is approved or voided, an active one flagged. ok is false for anything else.
func (s ReferralState) Decide(d ReferralDecision) (to ReferralState, ok bool) {
	switch {
	case s == ReferralFlagged && d == DecideApprove:
		return ReferralActive, true
	case s == ReferralFlagged && d == DecideVoid:
		return ReferralVoided, true
	case s == ReferralActive && d == DecideFlag:
		return ReferralFlagged, true
	}
	return s, false
}

// ReferralNews is what an event tells of a referral: the same to both sides, but for the name, which is the other one's as they let it be shown.
type ReferralNews struct {
	CustomerID int64         `json:"customerId"`
	InviterID  int64         `json:"inviterId"`
	State      ReferralState `json:"state"`
	Name       *string       `json:"name,omitempty"`
	Reason     string        `json:"reason,omitempty"`
}

// ReferralReward is a reward as recorded.
type ReferralReward struct {
	ID         int64
	CustomerID int64
	BuyerID    int64
	Kind       RewardKind
	Level      int64
	Points     int64
	Reversed   int64
	State      RewardState
	At         time.Time
	MaturesAt  time.Time
}

// ReferralFigures is what an import of referrals left, counted from what is stored.
type ReferralFigures struct {
	Members  int64 `db:"members"`
	Accepted int64 `db:"accepted"`
	Depth    int64 `db:"depth"`
	Direct   int64 `db:"direct"`
	Largest  int64 `db:"largest"`
}

// Vouch is a line of a list of who brought whom, in the order that it happened.
type Vouch struct {
	Line     int64
	At       time.Time
	From, To string
}

// ReferralMember is a person of such a list.
type ReferralMember struct {
	Number   string
	JoinedAt time.Time
}

// RefusedVouch is a line that makes no referral, and why.
type RefusedVouch struct {
	Vouch
	Why ReferralRefusal
}

// GrowForest decides which lines of a list make referrals: in order, the first that names a person wins unless it closes a circle or grows a tree too
// deep. inviters is the forest that is there already, by person; it is grown.
func GrowForest(inviters map[string]string, known map[string]bool, vouches []Vouch) (accepted []Vouch, refused []RefusedVouch) {
	heights := map[string]int{}
	for person := range inviters {
		raise(inviters, heights, person, 0)
	}
	for _, v := range vouches {
		_, invited := inviters[v.To]
		switch {
		case !known[v.From] || !known[v.To]:
			refused = append(refused, RefusedVouch{v, ReferralUnknownCode})
		case v.From == v.To:
			refused = append(refused, RefusedVouch{v, ReferralSelf})
		case invited:
			refused = append(refused, RefusedVouch{v, ReferralAlreadyInvited})
		default:
			above, circle := ancestors(inviters, v.From, v.To)
			if circle {
				refused = append(refused, RefusedVouch{v, ReferralOwnDescendant})
				continue
			}
			if above+1+heights[v.To] > MaxReferralDepth {
				refused = append(refused, RefusedVouch{v, ReferralLimitReached})
				continue
			}
			inviters[v.To] = v.From
			raise(inviters, heights, v.From, heights[v.To]+1)
			accepted = append(accepted, v)
		}
	}
	return accepted, refused
}

// ancestors counts who stands above a person and says whether one of them, or the person, is who.
func ancestors(inviters map[string]string, person, who string) (above int, found bool) {
	for {
		if person == who {
			return above, true
		}
		inviter, invited := inviters[person]
		if !invited {
			return above, false
		}
		person = inviter
		above++
	}
}

// raise notes that a tree of the given height hangs below a person.
func raise(inviters map[string]string, heights map[string]int, person string, height int) {
	for {
		heights[person] = max(heights[person], height)
		inviter, invited := inviters[person]
		if !invited {
			return
		}
		person = inviter
		height++
	}
}

// ShareText is what a customer sends to friends.
func ShareText(business Text, t ReferralTariff, link, code string, l Locale) string {
	words := Text{
		RU: "Присоединяйтесь к «{business}» по моей ссылке: {link}{gift} Мой код: {code}.",
		EN: "Join me at {business}: {link}{gift} My code: {code}.",
	}.In(l)
	gift := "."
	if t.Open && t.InvitedPoints > 0 {
		gift = Text{". За первый заказ вам подарят ", ". Your first order brings you "}.In(l) + Points(t.InvitedPoints, l) + "."
	}
	return strings.NewReplacer("{business}", business.In(l), "{link}", link, "{gift}", gift, "{code}", code).Replace(words)
}

// WayToEarn is something that brings points, in words; Percent is nil where the number is fixed.
type WayToEarn struct {
	Text    string
	Percent *Decimal
}

// ReferralWays is what the programme offers now, for the list of ways to earn.
func ReferralWays(t ReferralTariff, l Locale) (ways []WayToEarn) {
	if !t.Open {
		return nil
	}
	for i, share := range t.Levels {
		if share == 0 {
			continue
		}
		words := Text{"{n} % от покупок приглашённых {level}-го уровня", "{n} % of the purchases on level {level} of your tree"}
		if i == 0 {
			words = Text{"Пригласите друга: {n} % от каждой его покупки", "Invite a friend: {n} % of each of their purchases"}
		}
		percent := PercentText(share)
		text := strings.NewReplacer("{n}", string(percent), "{level}", Number(int64(i+1), l)).Replace(words.In(l))
		ways = append(ways, WayToEarn{Text: text, Percent: &percent})
	}
	if t.InviterPoints > 0 {
		ways = append(ways, WayToEarn{Text: Text{"За первую покупку друга: ", "For the first purchase of a friend: "}.In(l) + Points(t.InviterPoints, l)})
	}
	return ways
}
