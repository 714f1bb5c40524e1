package domain

import "time"

// This file is the rules of families: customers who know each other and may transfer points between them.

// FamilyRules is what the business allows families.
type FamilyRules struct {
	// Transfers says whether points may be transferred between members. Default no.
	Transfers bool
	// DailyLimit is the most points that one customer transfers in a day of the business's time zone: customers choose their own, and
	// somewhere a new day is always about to begin. Default 1,000.
	DailyLimit int64
	// MaxSize is the most members of a family. Default 6.
	MaxSize int64
}

// The bounds of families.
const (
	MaxFamilySize = 20
	// FamilyInvitationLifetime is how long an invitation can be accepted.
	FamilyInvitationLifetime = 7 * 24 * time.Hour
	// FamilyInvitationsPerDay is how many invitations a customer sends in 24 hours, into whatever family.
	FamilyInvitationsPerDay = 10
)

// FamilyRefusal is why a step of a family was refused.
type FamilyRefusal string

// The reasons.
const (
	FamilyOff        FamilyRefusal = "OFF"
	FamilySelf       FamilyRefusal = "SELF"
	FamilyOther      FamilyRefusal = "IN_ANOTHER_FAMILY"
	FamilyFull       FamilyRefusal = "FULL"
	FamilyInvitation FamilyRefusal = "INVITATION_ENDED"
	FamilyNotMember  FamilyRefusal = "NOT_A_MEMBER"
	FamilyDailyLimit FamilyRefusal = "DAILY_LIMIT"
	FamilyInDebt     FamilyRefusal = "IN_DEBT"
	FamilyNoChannel  FamilyRefusal = "NO_CHANNEL"
	FamilyEnded      FamilyRefusal = "TRANSFER_ENDED"
)

// RefuseFamily is the refusal of a step.
func RefuseFamily(why FamilyRefusal, field string) error {
	return Refuse(Refusal{Code: CodeFamilyRefused, Field: []string{field}, Rule: string(why)})
}

// Family is customers who transfer points to each other.
type Family struct {
	ID        int64     `db:"id"`
	CreatedAt time.Time `db:"created_at"`
}

// GID is the family's global id.
func (f Family) GID() GID { return GID{"Family", f.ID} }

// FamilyMember is a customer in a family.
type FamilyMember struct {
	CustomerID int64     `db:"customer_id"`
	FamilyID   int64     `db:"family_id"`
	Name       *string   `db:"name"`
	JoinedAt   time.Time `db:"joined_at"`
}

// GID is the member's global id.
func (m FamilyMember) GID() GID { return GID{"FamilyMember", m.CustomerID} }

// FamilyInvitationState is where an invitation stands.
type FamilyInvitationState string

// The states of an invitation. docs/states.md draws them.
const (
	FamilyInvitationOpen     FamilyInvitationState = "OPEN"
	FamilyInvitationAccepted FamilyInvitationState = "ACCEPTED"
	FamilyInvitationDeclined FamilyInvitationState = "DECLINED"
	FamilyInvitationExpired  FamilyInvitationState = "EXPIRED"
)

// FamilyInvite asks somebody into the caller's family: the owner of an address, or, without one, whoever is given the code.
type FamilyInvite struct {
	Channel SignInChannel
	Address string
}

// FamilyInvited is an invitation as recorded. Exactly one of Address and Code is set.
type FamilyInvited struct {
	ID        int64          `db:"id"`
	FamilyID  int64          `db:"family_id"`
	InviterID int64          `db:"inviter_id"`
	Channel   *SignInChannel `db:"channel"`
	Address   *string        `db:"address"`
	Code      *string        `db:"code"`
	CreatedAt time.Time      `db:"created_at"`
	ExpiresAt time.Time      `db:"expires_at"`

	State FamilyInvitationState `db:"state"`
}

// GID is the invitation's global id.
func (i FamilyInvited) GID() GID { return GID{"FamilyInvitation", i.ID} }

// OpenAt says whether the invitation can be accepted at an instant.
func (i FamilyInvited) OpenAt(now time.Time) bool {
	return i.State == FamilyInvitationOpen && now.Before(i.ExpiresAt)
}

// PointsTransferState is where a transfer stands.
type PointsTransferState string

// The states of a transfer. docs/states.md draws them.
const (
	TransferWaiting PointsTransferState = "WAITING"
	TransferDone    PointsTransferState = "DONE"
	TransferEnded   PointsTransferState = "ENDED"
)

// PointsTransferStart asks for points to be transferred to a member of the caller's family.
type PointsTransferStart struct {
	IdempotencyKey string
	ReceiverID     int64
	Points         int64
	Locale         Locale `json:"-"` // of the letter, not of what is asked for: a repeat may come in another language
}

// PointsTransfer is points from one member of a family to another.
type PointsTransfer struct {
	ID         int64               `db:"id"`
	SenderID   int64               `db:"sender_id"`
	ReceiverID int64               `db:"receiver_id"`
	Points     int64               `db:"points"`
	Channel    SignInChannel       `db:"channel"`
	State      PointsTransferState `db:"state"`
	CreatedAt  time.Time           `db:"created_at"`
	EndedAt    *time.Time          `db:"ended_at"`
}

// GID is the transfer's global id.
func (t PointsTransfer) GID() GID { return GID{"PointsTransfer", t.ID} }

// StateAt is the state at an instant: one whose code is too old has ended, though nobody has written that down.
func (t PointsTransfer) StateAt(now time.Time) PointsTransferState {
	if t.State == TransferWaiting && !now.Before(t.CreatedAt.Add(CodeLifetime)) {
		return TransferEnded
	}
	return t.State
}

// TransferFacts is what decides a transfer.
type TransferFacts struct {
	Points     int64
	Together   bool  // whether sender and receiver are in one family
	Spendable  int64 // active points of the sender that have not reached their end
	Debt       int64 // of the sender
	SentToday  int64 // points that the sender transferred since midnight where the business is
	SenderSelf bool  // whether sender and receiver are the same
}

// CheckTransfer decides whether points may be transferred: only between members of a family, within the limit of the day, and only what can be spent.
func (r FamilyRules) CheckTransfer(f TransferFacts) error {
	switch left := max(r.DailyLimit-f.SentToday, 0); {
	case !r.Transfers:
		return RefuseFamily(FamilyOff, "to")
	case f.SenderSelf:
		return RefuseFamily(FamilySelf, "to")
	case !f.Together:
		return RefuseFamily(FamilyNotMember, "to")
	case f.Points < 1:
		return Refuse(Refusal{Code: CodeTooSmall, Field: []string{"points"}, Limit: 1})
	case f.Debt > 0:
		return RefuseFamily(FamilyInDebt, "points")
	case f.Points > f.Spendable:
		return Refuse(Refusal{Code: CodeInsufficientPoints, Field: []string{"points"}, Available: f.Spendable})
	case f.Points > left:
		return Refuse(Refusal{Code: CodeFamilyRefused, Field: []string{"points"}, Rule: string(FamilyDailyLimit), Available: left, Limit: r.DailyLimit})
	}
	return nil
}

// ReceiveLots makes lots of what was taken from a sender's lots: each keeps the day on which it expires. What the receiver owes is settled from the
// soonest-expiring first and is not left to spend. given are the sender's lots, by id.
func ReceiveLots(takes []Take, given map[int64]Lot, debt int64) (lots []ReceivedLot, settled int64) {
	for _, t := range takes {
		pays := SettleDebt(debt-settled, t.Points)
		lots = append(lots, ReceivedLot{Points: t.Points, Remaining: t.Points - pays, ExpiresAt: given[t.LotID].ExpiresAt})
		settled += pays
	}
	return lots, settled
}

// ReceivedLot is a lot that a transfer makes.
type ReceivedLot struct {
	Points    int64
	Remaining int64
	ExpiresAt *time.Time
}

// DayOf is the beginning of the day of an instant in a zone.
func DayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// FamilyNews is what an event tells of a family: who invited, came or left.
type FamilyNews struct {
	FamilyID int64  `json:"familyId"`
	Name     string `json:"name,omitempty"`
}
