package domain

import (
	"strconv"
	"strings"
	"time"
)

var (
	dayWords  = PluralWords{"день", "дня", "дней", "day", "days"}
	hourWords = PluralWords{"час", "часа", "часов", "hour", "hours"}
)

// ClubRules is how one enters a club and what it gives, in words, one sentence each. nameOf names what a price is for; empty means everything.
func ClubRules(c Club, nameOf func(ClubPrice) string, l Locale) []string {
	rules := []string{entryText(c, l)}
	if c.Entry == EntryBySpend && c.Spend.GraceDays > 0 {
		rules = append(rules, Text{"Если сумма станет меньше, есть ещё ", "If the amount falls below, you stay for another "}.In(l)+
			Plural(c.Spend.GraceDays, l, dayWords)+Text{", чтобы остаться.", " to make up for it."}.In(l))
	}
	for _, p := range c.Privileges.Prices {
		rules = append(rules, priceText(p, nameOf(p), c.CurrencyCode, l))
	}
	if n := c.Privileges.PointsPercent; n > 100 {
		rules = append(rules, Text{"Баллов за заказ: ×", "Points for an order: ×"}.In(l)+timesText(n, l)+".")
	}
	switch c.Privileges.Support {
	case SupportPriority:
		rules = append(rules, Text{"Поддержка отвечает вне общей очереди.", "Support answers you ahead of the queue."}.In(l))
	case SupportVIP:
		rules = append(rules, Text{"Поддержка отвечает первым.", "Support answers you first."}.In(l))
	}
	if n := c.Privileges.EarlyBookingHours; n > 0 {
		rules = append(rules, Text{"Запись открывается раньше на ", "Booking opens earlier by "}.In(l)+Plural(n, l, hourWords)+".")
	}
	return rules
}

func entryText(c Club, l Locale) string {
	switch c.Entry {
	case EntryByRequest:
		return Text{"Вступают по заявке.", "Members are admitted on request."}.In(l)
	case EntryByInvite:
		return Text{"Вступают по приглашению.", "Members are invited."}.In(l)
	case EntryBySpend:
		amount := MoneyText(Money{c.Spend.NeedMinor, c.CurrencyCode}, l)
		if c.Spend.PeriodDays == 0 {
			return Text{"Вступают при покупках от " + amount + " за всё время.", "You enter by spending " + amount + " over all time."}.In(l)
		}
		period := Plural(c.Spend.PeriodDays, l, dayWords)
		return Text{"Вступают при покупках от " + amount + " за " + period + ".", "You enter by spending " + amount + " within " + period + "."}.In(l)
	}
	return Text{"Вступить может каждый.", "Everybody may join."}.In(l)
}

func priceText(p ClubPrice, name, currency string, l Locale) string {
	on := Text{" на всё.", " off everything."}.In(l)
	if name != "" {
		on = Text{" на «" + name + "».", " off “" + name + "”."}.In(l)
	}
	if p.PriceMinor != nil {
		price := MoneyText(Money{*p.PriceMinor, currency}, l)
		return Text{"Цена на «" + name + "»: " + price + ".", "“" + name + "” for " + price + "."}.In(l)
	}
	percent := strings.ReplaceAll(string(PercentText(p.Share)), ".", Text{",", "."}.In(l))
	return Text{"Скидка " + percent + "\u00a0%", percent + "%"}.In(l) + on
}

// timesText is a percentage as a factor, for example "1,5".
func timesText(percent int64, l Locale) string {
	text := strconv.FormatFloat(float64(percent)/100, 'f', -1, 64)
	if l != EN {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// ProgressText says what a customer still has to pay to enter a club or to stay, with dates in the given zone; empty when there is nothing to say.
func ProgressText(c Club, m Membership, p SpendProgress, zone *time.Location, l Locale) string {
	more := MoneyText(Money{p.MoreMinor, c.CurrencyCode}, l)
	by := ""
	if p.By != nil {
		by = Text{" до ", " by "}.In(l) + TimeText(*p.By, zone, l)
	}
	switch {
	case c.Entry != EntryBySpend || m.State == MemberBanned:
		return ""
	case m.In() && p.MoreMinor > 0:
		return Text{"Купите ещё на " + more + by + ", чтобы остаться.", "Spend " + more + " more" + by + " to stay."}.In(l)
	case m.In():
		return Text{"Вы остаётесь в клубе.", "You stay in the club."}.In(l)
	case p.Reached:
		return Text{"Вы можете вступить.", "You can join."}.In(l)
	}
	return Text{"Купите ещё на " + more + by + ", чтобы вступить.", "Spend " + more + " more" + by + " to enter."}.In(l)
}
