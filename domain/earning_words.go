package domain

// This file is the ways to earn in words: what rules are called, and what a customer can still get.

var reviewWords = PluralWords{"покупка", "покупки", "покупок", "purchase", "purchases"}

// Words is what the rule is called: the name it was given, or what it says. target is the name of its category, product or club.
func (d EarningRuleDraft) Words(target Text) Text {
	if !d.Named.Empty() {
		return d.Named
	}
	percent := string(PercentText(d.Share))
	ru, en := target.In(RU), target.In(EN)
	switch d.Kind {
	case EarnCategory, EarnProduct:
		return Text{RU: percent + " % от суммы за «" + ru + "»", EN: percent + " % of what you pay for “" + en + "”"}
	case EarnClub:
		return Text{RU: percent + " % от суммы каждого заказа участникам клуба «" + ru + "»", EN: percent + " % of each order for members of “" + en + "”"}
	case EarnFirstOrder:
		return Text{RU: percent + " % от суммы первого заказа", EN: percent + " % of the paid amount of your first order"}
	case EarnSignUp:
		return Text{RU: "За регистрацию", EN: "For signing up"}
	case EarnBirthday:
		return Text{RU: "Ко дню рождения", EN: "For your birthday"}
	case EarnProfile:
		return Text{RU: "За заполненный профиль", EN: "For a complete profile"}
	case EarnReview:
		return Text{RU: "За отзыв о покупке", EN: "For a review of a purchase"}
	}
	return Text{RU: percent + " % от оплаченной суммы каждого заказа", EN: percent + " % of the paid amount of each order"}
}

// EarningStanding is what decides which ways to earn are still open to a customer.
type EarningStanding struct {
	FirstOrder bool                  // whether the next order is the first
	Clubs      map[int64]bool        // of which the customer is a member
	Joinable   map[int64]Text        // names of the other clubs that the customer may know of
	Given      map[EarningKind]int64 // how often points of a kind were given
	Named      bool                  // whether the profile has a name
	Birthday   bool                  // whether it has a birthday
	Waiting    int64                 // products that were bought and wait for a review
}

// EarningWay is a way to earn in words. Exactly one of Percent and Points is set.
type EarningWay struct {
	Kind    EarningKind
	Text    string
	Percent *Decimal
	Points  *int64
}

// EarningWays lists what a customer can still get by the rules in force, in words.
func EarningWays(rules []EarningRule, s EarningStanding, l Locale) (ways []EarningWay) {
	for _, r := range rules {
		text := r.Name.In(l)
		switch {
		case r.Kind == EarnSignUp || r.Kind == EarnCampaign || r.Kind == EarnFirstOrder && !s.FirstOrder:
			continue
		case r.Kind == EarnClub && !s.Clubs[r.ClubID]:
			club, known := s.Joinable[r.ClubID]
			if !known {
				continue
			}
			text = Text{"Вступите в клуб «" + club.In(l) + "», чтобы получать: ", "Join “" + club.In(l) + "” to get: "}.In(l) + text
		case r.Kind == EarnProfile && s.Given[EarnProfile] > 0 || r.PerPerson != nil && s.Given[r.Kind] >= *r.PerPerson:
			continue
		}
		way := EarningWay{Kind: r.Kind, Text: text}
		if r.Kind.OfOrders() {
			percent := PercentText(r.Share)
			way.Percent = &percent
		} else {
			points := r.Points
			way.Points = &points
			way.Text += ": " + Points(points, l) + eventHint(r.Kind, s, l)
		}
		ways = append(ways, way)
	}
	return ways
}

// eventHint is what the customer has to do, after the name of the rule and its points.
func eventHint(k EarningKind, s EarningStanding, l Locale) string {
	switch {
	case k == EarnBirthday && !s.Birthday:
		return Text{". Укажите день рождения в профиле.", ". Add your birthday to your profile."}.In(l)
	case k == EarnProfile && !s.Named && !s.Birthday:
		return Text{". Осталось указать имя и день рождения.", ". Your name and birthday are missing."}.In(l)
	case k == EarnProfile && !s.Named:
		return Text{". Осталось указать имя.", ". Your name is missing."}.In(l)
	case k == EarnProfile && !s.Birthday:
		return Text{". Осталось указать день рождения.", ". Your birthday is missing."}.In(l)
	case k == EarnReview && s.Waiting > 0:
		return Text{". Ждут вашего отзыва: ", ". Waiting for your review: "}.In(l) + Plural(s.Waiting, l, reviewWords) + "."
	}
	return ""
}
