package push

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The kinds of message. Those that end in ".staff", order.new and staff.invited are for the people of the business, all
// others for the customer.
const (
	OrderPlaced         = "order.placed"          // Positions, Amount
	OrderNew            = "order.new"             // Customer, Positions, Amount, Date (wished for)
	OrderConfirmed      = "order.confirmed"       // Date (promised)
	OrderStarted        = "order.started"         // Date (promised)
	OrderReady          = "order.ready"           //
	OrderCompleted      = "order.completed"       // Points earned, Date they become usable
	OrderCancelled      = "order.cancelled"       // Reason, Points given back
	OrderCancelledStaff = "order.cancelled.staff" // Customer, Amount, Reason
	OrderRefunded       = "order.refunded"        // Amount, Points given back, PointsTaken, Reason
	PromiseChanged      = "promise.changed"       // Was, Date, Reason
	PromiseBroken       = "promise.broken"        // Date (the promise that was broken)
	PromiseBrokenStaff  = "promise.broken.staff"  // Customer, Date
	PointsActive        = "points.active"         // Points, Order, Date they expire
	PointsExpiring      = "points.expiring"       // Points, Date
	PointsExpired       = "points.expired"        // Points, Date
	PointsDebt          = "points.debt"           // Points owed, Order
	PointsAdjusted      = "points.adjusted"       // Points given, or taken when negative, Reason
	PointsSent          = "points.sent"           // Points, Customer (who received them)
	PointsReceived      = "points.received"       // Points, Customer (who sent them)
	PointsCode          = "points.code"           // Points, Customer (who is to receive them), Code, ValidFor
	FamilyInvited       = "family.invited"        // Customer (who invites)
	FamilyJoined        = "family.joined"         // Customer (who came)
	FamilyLeft          = "family.left"           // Customer (who left)
	PointsAwarded       = "points.awarded"        // Points given for an event, Reason (what for)
	ReferralJoined      = "referral.joined"       // Customer (who came; empty when they hide their name)
	ReferralWelcome     = "referral.welcome"      // Customer (who invited; empty when they hide their name), Points of the first order
	ReferralFlagged     = "referral.flagged"      // Customer (the other side)
	ReferralApproved    = "referral.approved"     // Customer (the other side), Reason
	ReferralVoided      = "referral.voided"       // Customer (the other side), Reason
	ClubEntered         = "club.entered"          // Club
	ClubLeft            = "club.left"             // Club, Reason
	ClubGrace           = "club.grace"            // Club, Amount still to be paid, Date
	ClubKept            = "club.kept"             // Club
	ClubInvited         = "club.invited"          // Club
	ClubDeclined        = "club.declined"         // Club, Reason
	ClubPost            = "club.post"             // Club, Customer (its author), Reason (what it begins with)
	ClubDigest          = "club.digest"           // Posts, Clubs; Club when it is one
	ClubRequested       = "club.requested.staff"  // Club, Customer
	SignInCode          = "signin.code"           // Code, ValidFor
	DeletionCode        = "deletion.code"         // Code, ValidFor
	StaffInvited        = "staff.invited"         // Link
)

// Facts is what a text is made of. Which fields a kind speaks of stands beside its name; an empty field is passed over.
type Facts struct {
	Business string // the name the business signs with
	Customer string // whom staff is told about
	Order    string // the number, "R-10293"
	Club     string // its name

	Posts       int // new ones
	Clubs       int // in which they are
	Positions   int
	Amount      int64  // in minor units, a hundred of which are one
	Currency    string // ISO 4217
	Points      int
	PointsTaken int // points of an earlier accrual that a refund took back

	Date   time.Time
	Was    time.Time // the date that was promised before
	Reason string    // in the words of the person who gave it

	Code     string
	ValidFor time.Duration

	Link string         // an https page for the button of a letter
	Zone *time.Location // of the reader; nil means UTC
	Now  time.Time      // a date in another year than this is told with its year; zero: years are left out
}

// Text is one message in one language, for every channel.
type Text struct {
	Title string // of an alert and of the list of notifications
	Body  string

	Subject string // of a letter
	Plain   string
	HTML    string

	SMS string
}

// phrase says a kind in one language.
type phrase func(f Facts) (title, body string)

// Kinds lists every kind that can be rendered, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(russian)) }

// Render words a message of a kind. Locale is a BCP 47 tag: Russian for "ru" and its regions and for an empty one, English
// for all others. An unknown kind, or one whose order number, points or code is missing, is an error.
func Render(kind, locale string, f Facts) (Text, error) {
	phrases, lang := english, "en"
	if base := strings.FieldsFunc(strings.ToLower(locale), func(r rune) bool { return r == '-' || r == '_' }); len(base) == 0 || base[0] == "ru" {
		phrases, lang = russian, "ru"
	}
	say, ok := phrases[kind]
	if !ok {
		return Text{}, fmt.Errorf("words: unknown kind %q in %s", kind, lang)
	}
	if err := f.complete(kind); err != nil {
		return Text{}, fmt.Errorf("words: %s: %w", kind, err)
	}
	if f.Zone == nil {
		f.Zone = time.UTC
	}
	f.Reason = sentence(clip(strings.Join(strings.Fields(f.Reason), " "), 200))
	title, body := say(f)
	t := Text{Title: title, Body: strings.TrimSpace(body), Subject: title}
	t.SMS = strings.TrimSpace(sentence(t.Title) + " " + t.Body)
	if f.Business != "" {
		t.SMS = f.Business + ": " + t.SMS
	}
	if kind == SignInCode || kind == DeletionCode {
		t.SMS = codeSMS(lang, kind, f)
	}
	var err error
	t.Plain, t.HTML, err = letter(lang, kind, t, f)
	return t, err
}

func (f Facts) complete(kind string) error {
	switch about := family(kind); {
	case (about == "order" || about == "promise") && f.Order == "":
		return errors.New("no order number")
	case kind == PromiseChanged && f.Date.IsZero():
		return errors.New("no date")
	case about == "points" && f.Points == 0:
		return errors.New("no points")
	case kind == ClubDigest && (f.Posts == 0 || f.Clubs == 0):
		return errors.New("no posts")
	case about == "club" && f.Club == "" && f.Clubs < 2:
		return errors.New("no club")
	case (kind == SignInCode || kind == DeletionCode || kind == PointsCode) && f.Code == "":
		return errors.New("no code")
	}
	return nil
}

// sentence ends a text with a full stop unless it has an end of its own.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// say joins the sentences that are not empty.
func say(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}

// given returns text when the condition holds and nothing otherwise.
func given(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}
