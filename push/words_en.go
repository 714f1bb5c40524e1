package push

import (
	"fmt"
	"strings"
	"time"
)

var english = map[string]phrase{
	OrderPlaced: func(f Facts) (string, string) {
		return "We have your order " + f.Order,
			say(given(f.Positions > 0, sentence(positionsEN(f.Positions)+given(f.Amount != 0, " for "+moneyEN(f)))), "We'll check it and write to you right away.")
	},
	OrderNew: func(f Facts) (string, string) {
		return "New order " + f.Order + given(f.Amount != 0, " · "+moneyEN(f)),
			strings.Join(facts(f.Customer, given(f.Positions > 0, positionsEN(f.Positions)), given(!f.Date.IsZero(), "for "+whenEN(f, f.Date))), ", ")
	},
	OrderConfirmed: func(f Facts) (string, string) {
		if f.Date.IsZero() {
			return "Order " + f.Order + " is confirmed", "Thank you! We'll let you know when we start."
		}
		return "Order " + f.Order + " is confirmed", "Thank you! It will be ready on " + whenEN(f, f.Date) + "."
	},
	OrderStarted: func(f Facts) (string, string) {
		if f.Date.IsZero() {
			return "We're working on order " + f.Order, "We'll tell you as soon as it is ready."
		}
		return "We're working on order " + f.Order, "It will be ready on " + whenEN(f, f.Date) + "."
	},
	OrderReady: func(f Facts) (string, string) {
		return "Order " + f.Order + " is ready", "Everything is ready. We look forward to seeing you."
	},
	OrderCompleted: func(f Facts) (string, string) {
		earned := given(f.Points > 0, "You earned "+pointsEN(f.Points)+given(!f.Date.IsZero(), ", yours to spend from "+dayEN(f, f.Date))+".")
		return "Order " + f.Order + " is complete", say("Thank you for choosing us!", earned)
	},
	OrderCancelled: func(f Facts) (string, string) {
		return "Order " + f.Order + " is cancelled",
			say(reasonEN(f), given(f.Points > 0, pointsEN(f.Points)+" went back to your wallet."), given(f.Reason == "" && f.Points == 0, "We hope to see you again."))
	},
	OrderCancelledStaff: func(f Facts) (string, string) {
		return "Order " + f.Order + " was cancelled" + given(f.Amount != 0, " · "+moneyEN(f)), say(sentence(f.Customer), reasonEN(f))
	},
	OrderRefunded: func(f Facts) (string, string) {
		return "Refund for order " + f.Order + given(f.Amount != 0, ": "+moneyEN(f)), say(
			given(f.Amount != 0, "The money will return the way you paid."),
			given(f.Points > 0, pointsEN(f.Points)+" went back to your wallet."),
			given(f.PointsTaken > 0, "We took back "+pointsEN(f.PointsTaken)+" earned on what was returned."),
			reasonEN(f))
	},
	PromiseChanged: func(f Facts) (string, string) {
		switch {
		case f.Was.IsZero():
			return "Order " + f.Order + " has a date", say("It will be ready on "+whenEN(f, f.Date)+".", f.Reason)
		case f.Date.Before(f.Was):
			return "Order " + f.Order + " will be ready earlier", say("New date: "+whenEN(f, f.Date)+" instead of "+whenEN(f, f.Was)+".", reasonEN(f))
		}
		return "Order " + f.Order + " has a new date", say("Now "+whenEN(f, f.Date)+" instead of "+whenEN(f, f.Was)+".", reasonEN(f), "We're sorry for the wait.")
	},
	PromiseBroken: func(f Facts) (string, string) {
		return "Order " + f.Order + " is late",
			say("We're sorry"+given(!f.Date.IsZero(), ": we promised it for "+whenEN(f, f.Date)+" and did not make it")+".", "We're on it and will send you the new date as soon as we know it.")
	},
	PromiseBrokenStaff: func(f Facts) (string, string) {
		return "Order " + f.Order + " is overdue",
			say(sentence(strings.Join(facts(f.Customer, given(!f.Date.IsZero(), "promised for "+whenEN(f, f.Date))), ", ")), "Give the customer a new date.")
	},
	PointsActive: func(f Facts) (string, string) {
		return pointsEN(f.Points) + " ready to spend",
			say(given(f.Order != "", "Your bonus for order "+f.Order+"."), given(!f.Date.IsZero(), "Valid until "+dayEN(f, f.Date)+"."))
	},
	PointsExpiring: func(f Facts) (string, string) {
		return pointsEN(f.Points) + " about to expire", "Spend them" + given(!f.Date.IsZero(), " before "+dayEN(f, f.Date)) + "."
	},
	PointsExpired: func(f Facts) (string, string) {
		return pointsEN(f.Points) + " expired", given(!f.Date.IsZero(), "They were valid until "+dayEN(f, f.Date)+".")
	},
	PointsDebt: func(f Facts) (string, string) {
		return "Points owed: " + group(int64(f.Points), ","), say(
			"The bonus"+given(f.Order != "", " for order "+f.Order)+" was withdrawn after a refund, but the points were already spent.",
			"We'll settle it from your next points; there is nothing to pay.")
	},
	PointsAdjusted: func(f Facts) (string, string) {
		if f.Points < 0 {
			return "We took off " + pointsEN(-f.Points), reasonEN(f)
		}
		return "We added " + pointsEN(f.Points), reasonEN(f)
	},
	PointsSent: func(f Facts) (string, string) {
		return "You transferred " + pointsEN(f.Points), say(given(f.Customer != "", "They went to "+sentence(f.Customer)), "If this was not you, write to us at once.")
	},
	PointsReceived: func(f Facts) (string, string) {
		return "You were given " + pointsEN(f.Points), say(given(f.Customer != "", "They come from "+sentence(f.Customer)), "They expire on the same day as before.")
	},
	PointsCode: func(f Facts) (string, string) {
		return "Your transfer code: " + f.Code, say(
			"You are transferring "+pointsEN(f.Points)+given(f.Customer != "", " to "+f.Customer)+".",
			given(f.ValidFor >= time.Minute, fmt.Sprintf("The code is valid for %s.", countEN(int(f.ValidFor/time.Minute), "minute", "minutes"))),
			"Share it with nobody, not even us.")
	},
	FamilyInvited: func(f Facts) (string, string) {
		return "You're asked into a family", say(given(f.Customer != "", sentence(f.Customer+" invites you")), "Members of a family can transfer points to each other.")
	},
	FamilyJoined: func(f Facts) (string, string) {
		return "Your family has a new member", say(given(f.Customer != "", sentence(f.Customer+" is with you now")), "You can transfer points to each other.")
	},
	FamilyLeft: func(f Facts) (string, string) {
		return "Somebody left your family", given(f.Customer != "", "No longer with you: "+sentence(f.Customer))
	},
	PointsAwarded: func(f Facts) (string, string) {
		return "You earned " + pointsEN(f.Points), f.Reason
	},
	ReferralJoined: func(f Facts) (string, string) {
		return "Your invitation was taken", say(given(f.Customer != "", sentence(f.Customer+" is with us now")), "Their purchases will bring you points.")
	},
	ReferralWelcome: func(f Facts) (string, string) {
		return "Invitation accepted",
			say(given(f.Customer != "", "You were invited by "+sentence(f.Customer)), given(f.Points > 0, "Your first order brings you "+pointsEN(f.Points)+"."), given(f.Customer == "" && f.Points == 0, "We are glad to have you."))
	},
	ReferralFlagged: func(f Facts) (string, string) {
		return "We are checking an invitation", say(given(f.Customer != "", "The other side: "+sentence(f.Customer)), "Its points wait for our decision. There is nothing you need to do.", reasonEN(f))
	},
	ReferralApproved: func(f Facts) (string, string) {
		return "An invitation was checked", say(given(f.Customer != "", "The other side: "+sentence(f.Customer)), "All is well, its points are on their way.", reasonEN(f))
	},
	ReferralVoided: func(f Facts) (string, string) {
		return "An invitation was declined", say(given(f.Customer != "", "The other side: "+sentence(f.Customer)), "It brings no points.", reasonEN(f))
	},
	ClubEntered: func(f Facts) (string, string) {
		return "You're in the club “" + f.Club + "”", "Welcome! See what it gives you on its page."
	},
	ClubLeft: func(f Facts) (string, string) {
		return "You're no longer in the club “" + f.Club + "”", say(reasonEN(f), given(f.Reason == "", "Its page says how to come back."))
	},
	ClubGrace: func(f Facts) (string, string) {
		return "Club “" + f.Club + "”: " + moneyEN(f) + " to go", "Spend it" + given(!f.Date.IsZero(), " by "+dayEN(f, f.Date)) + " to stay."
	},
	ClubKept: func(f Facts) (string, string) {
		return "You stay in the club “" + f.Club + "”", "You meet its terms again. Thank you for being with us!"
	},
	ClubInvited: func(f Facts) (string, string) {
		return "You're invited to the club “" + f.Club + "”", "See what it gives you and decide."
	},
	ClubDeclined: func(f Facts) (string, string) {
		return "Club “" + f.Club + "”: it did not work out", say("The request or invitation was declined.", reasonEN(f))
	},
	ClubPost: func(f Facts) (string, string) {
		return "New in the club “" + f.Club + "”", say(given(f.Customer != "", f.Customer+":"), f.Reason)
	},
	ClubDigest: func(f Facts) (string, string) {
		where := "the club “" + f.Club + "”"
		if f.Clubs > 1 {
			where = countEN(f.Clubs, "club", "clubs")
		}
		return countEN(f.Posts, "new post", "new posts") + " in " + where, "Have a look when you have time."
	},
	ClubRequested: func(f Facts) (string, string) {
		return "Request to join the club “" + f.Club + "”", say(sentence(f.Customer), "Let them in or turn them down.")
	},
	SignInCode: func(f Facts) (string, string) {
		return "Your sign-in code: " + f.Code, say(
			given(f.ValidFor >= time.Minute, fmt.Sprintf("It is valid for %s.", countEN(int(f.ValidFor/time.Minute), "minute", "minutes"))),
			"Share it with nobody, not even us. If you are not signing in, just ignore this message.")
	},
	DeletionCode: func(f Facts) (string, string) {
		return "Your code to delete the account: " + f.Code, say(
			given(f.ValidFor >= time.Minute, fmt.Sprintf("It is valid for %s.", countEN(int(f.ValidFor/time.Minute), "minute", "minutes"))),
			"Share it with nobody, not even us. If you are not deleting your account, just ignore this message.")
	},
	StaffInvited: func(f Facts) (string, string) {
		return "You are invited to the team" + given(f.Business != "", " of "+f.Business), "Sign in with this address: we will mail you a code."
	},
}

func reasonEN(f Facts) string { return given(f.Reason != "", "Reason: "+f.Reason) }

func pointsEN(n int) string { return countEN(n, "point", "points") }

func positionsEN(n int) string { return countEN(n, "item", "items") }

func dayEN(f Facts, t time.Time) string { return day(f, t, t.In(f.Zone).Month().String()) }

func whenEN(f Facts, t time.Time) string { return dayEN(f, t) + ", " + t.In(f.Zone).Format("15:04") }

// moneyEN writes €1,240.00 where the sign is known to everyone, and RUB 12,400 or RUB 1,240.50 elsewhere.
func moneyEN(f Facts) string {
	whole, cents := units(f.Amount)
	s := group(whole, ",")
	switch sign := symbol(f.Currency); {
	case f.Currency == "EUR" || f.Currency == "USD" || f.Currency == "GBP":
		s = fmt.Sprintf("%s%s.%02d", sign, s, cents)
	case cents != 0:
		s = fmt.Sprintf("%s\u00a0%s.%02d", f.Currency, s, cents)
	default:
		s = f.Currency + "\u00a0" + s
	}
	if f.Amount < 0 {
		return "−" + s
	}
	return s
}
