package push_test

import (
	"strings"
	"testing"
	"time"

	"kabinet/push"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// fullFacts fills every field, so that no kind passes a sentence over.
func fullFacts(t *testing.T) push.Facts {
	t.Helper()
	moscow := zone(t, "Europe/Moscow")
	return push.Facts{
		Business: "Дюны", Customer: "Анна Петрова", Order: "R-10293", Club: "Сосны", Posts: 5, Clubs: 1, Positions: 2, Amount: 1_240_000, Currency: "RUB",
		Points: 310, PointsTaken: 15,
		Date: time.Date(2026, 11, 25, 10, 0, 0, 0, moscow), Was: time.Date(2026, 11, 24, 14, 30, 0, 0, moscow),
		Reason: "задержалась поставка", Code: "482913", ValidFor: 10 * time.Minute, Link: "https://cab.example/orders/R-10293",
		Zone: moscow, Now: time.Date(2026, 11, 22, 12, 0, 0, 0, moscow),
	}
}

func TestRender_SaysEachKindInBothLanguages(t *testing.T) {
	t.Parallel()
	golden := map[string][2]string{
		push.OrderPlaced: {
			"Мы получили заказ R-10293 | 2 позиции на 12 400 ₽. Проверим его и сразу напишем.",
			"We have your order R-10293 | 2 items for RUB 12,400. We'll check it and write to you right away."},
		push.OrderNew: {
			"Новый заказ R-10293 · 12 400 ₽ | Анна Петрова, 2 позиции, к дате 25 ноября, 10:00",
			"New order R-10293 · RUB 12,400 | Анна Петрова, 2 items, for 25 November, 10:00"},
		push.OrderConfirmed: {
			"Заказ R-10293 подтверждён | Спасибо! Всё будет готово 25 ноября, 10:00.",
			"Order R-10293 is confirmed | Thank you! It will be ready on 25 November, 10:00."},
		push.OrderStarted: {
			"Заказ R-10293 в работе | Мы начали. Всё будет готово 25 ноября, 10:00.",
			"We're working on order R-10293 | It will be ready on 25 November, 10:00."},
		push.OrderReady: {
			"Заказ R-10293 готов | Всё готово, ждём вас.",
			"Order R-10293 is ready | Everything is ready. We look forward to seeing you."},
		push.OrderCompleted: {
			"Заказ R-10293 выполнен | Спасибо, что выбрали нас! Начислили 310 баллов, потратить можно с 25 ноября.",
			"Order R-10293 is complete | Thank you for choosing us! You earned 310 points, yours to spend from 25 November."},
		push.OrderCancelled: {
			"Заказ R-10293 отменён | Причина: задержалась поставка. Вернули в кошелёк 310 баллов.",
			"Order R-10293 is cancelled | Reason: задержалась поставка. 310 points went back to your wallet."},
		push.OrderCancelledStaff: {
			"Отменён заказ R-10293 · 12 400 ₽ | Анна Петрова. Причина: задержалась поставка.",
			"Order R-10293 was cancelled · RUB 12,400 | Анна Петрова. Reason: задержалась поставка."},
		push.OrderRefunded: {
			"Возврат по заказу R-10293: 12 400 ₽ | Деньги придут тем же путём, каким вы платили. Вернули в кошелёк 310 баллов. Списали 15 баллов, начисленные за возвращённое. Причина: задержалась поставка.",
			"Refund for order R-10293: RUB 12,400 | The money will return the way you paid. 310 points went back to your wallet. We took back 15 points earned on what was returned. Reason: задержалась поставка."},
		push.PromiseChanged: {
			"Заказ R-10293: новый срок | Теперь 25 ноября, 10:00 вместо 24 ноября, 14:30. Причина: задержалась поставка. Простите за ожидание.",
			"Order R-10293 has a new date | Now 25 November, 10:00 instead of 24 November, 14:30. Reason: задержалась поставка. We're sorry for the wait."},
		push.PromiseBroken: {
			"Мы не успели с заказом R-10293 | Простите нас: обещали 25 ноября, 10:00 и не успели. Заказом уже занимаются, новый срок пришлём, как только его узнаем.",
			"Order R-10293 is late | We're sorry: we promised it for 25 November, 10:00 and did not make it. We're on it and will send you the new date as soon as we know it."},
		push.PromiseBrokenStaff: {
			"Просрочен заказ R-10293 | Анна Петрова, обещали 25 ноября, 10:00. Назовите клиенту новый срок.",
			"Order R-10293 is overdue | Анна Петрова, promised for 25 November, 10:00. Give the customer a new date."},
		push.PointsActive: {
			"Можно тратить: 310 баллов | Это бонус за заказ R-10293. Срок — до 25 ноября.",
			"310 points ready to spend | Your bonus for order R-10293. Valid until 25 November."},
		push.PointsExpiring: {
			"Скоро сгорят баллы: 310 | Успейте потратить их до 25 ноября.",
			"310 points about to expire | Spend them before 25 November."},
		push.PointsExpired: {
			"Сгорели баллы: 310 | Их срок вышел 25 ноября.",
			"310 points expired | They were valid until 25 November."},
		push.PointsDebt: {
			"Долг по баллам: 310 | Бонус за заказ R-10293 отозван после возврата, а баллы уже потрачены. Зачтём долг из следующих начислений, доплачивать не нужно.",
			"Points owed: 310 | The bonus for order R-10293 was withdrawn after a refund, but the points were already spent. We'll settle it from your next points; there is nothing to pay."},
		push.PointsAdjusted: {
			"Мы начислили вам 310 баллов | Причина: задержалась поставка.",
			"We added 310 points | Reason: задержалась поставка."},
		push.PointsSent: {
			"Вы перевели 310 баллов | Получатель: Анна Петрова. Если это были не вы, сразу напишите нам.",
			"You transferred 310 points | They went to Анна Петрова. If this was not you, write to us at once."},
		push.PointsReceived: {
			"Вам перевели 310 баллов | Отправитель: Анна Петрова. Срок баллов остался прежним.",
			"You were given 310 points | They come from Анна Петрова. They expire on the same day as before."},
		push.PointsCode: {
			"Код для перевода: 482913 | Вы переводите 310 баллов. Получатель: Анна Петрова. Код действует 10 минут. Никому его не сообщайте, даже нам.",
			"Your transfer code: 482913 | You are transferring 310 points to Анна Петрова. The code is valid for 10 minutes. Share it with nobody, not even us."},
		push.FamilyInvited: {
			"Вас зовут в семью | Приглашает Анна Петрова. В семье можно переводить друг другу баллы.",
			"You're asked into a family | Анна Петрова invites you. Members of a family can transfer points to each other."},
		push.FamilyJoined: {
			"В вашей семье новый участник | С вами теперь Анна Петрова. Баллы можно переводить друг другу.",
			"Your family has a new member | Анна Петрова is with you now. You can transfer points to each other."},
		push.FamilyLeft: {
			"Из вашей семьи вышли | Больше не с вами: Анна Петрова.",
			"Somebody left your family | No longer with you: Анна Петрова."},
		push.PointsAwarded: {
			"Мы начислили вам 310 баллов | задержалась поставка.",
			"You earned 310 points | задержалась поставка."},
		push.ReferralJoined: {
			"По вашему приглашению пришли | С нами теперь Анна Петрова. Вы получите баллы за покупки этого человека.",
			"Your invitation was taken | Анна Петрова is with us now. Their purchases will bring you points."},
		push.ReferralWelcome: {
			"Приглашение принято | Вас пригласили: Анна Петрова. За первый заказ подарим 310 баллов.",
			"Invitation accepted | You were invited by Анна Петрова. Your first order brings you 310 points."},
		push.ReferralFlagged: {
			"Мы проверяем приглашение | Вторая сторона: Анна Петрова. Баллы за него подождут решения. Ничего делать не нужно. Причина: задержалась поставка.",
			"We are checking an invitation | The other side: Анна Петрова. Its points wait for our decision. There is nothing you need to do. Reason: задержалась поставка."},
		push.ReferralApproved: {
			"Приглашение проверено | Вторая сторона: Анна Петрова. Всё в порядке, баллы за него начислены. Причина: задержалась поставка.",
			"An invitation was checked | The other side: Анна Петрова. All is well, its points are on their way. Reason: задержалась поставка."},
		push.ReferralVoided: {
			"Приглашение отклонено | Вторая сторона: Анна Петрова. Баллов за него не будет. Причина: задержалась поставка.",
			"An invitation was declined | The other side: Анна Петрова. It brings no points. Reason: задержалась поставка."},
		push.ClubEntered: {
			"Вы в клубе «Сосны» | Добро пожаловать! Что даёт клуб, видно на его странице.",
			"You're in the club “Сосны” | Welcome! See what it gives you on its page."},
		push.ClubLeft: {
			"Вы больше не в клубе «Сосны» | Причина: задержалась поставка.",
			"You're no longer in the club “Сосны” | Reason: задержалась поставка."},
		push.ClubGrace: {
			"Клуб «Сосны»: осталось купить на 12 400 ₽ | Успейте до 25 ноября, чтобы остаться.",
			"Club “Сосны”: RUB 12,400 to go | Spend it by 25 November to stay."},
		push.ClubKept: {
			"Вы остаётесь в клубе «Сосны» | Условия снова выполнены. Спасибо, что вы с нами!",
			"You stay in the club “Сосны” | You meet its terms again. Thank you for being with us!"},
		push.ClubInvited: {
			"Приглашение в клуб «Сосны» | Посмотрите, что даёт клуб, и решите.",
			"You're invited to the club “Сосны” | See what it gives you and decide."},
		push.ClubDeclined: {
			"Клуб «Сосны»: не получилось | Заявка или приглашение отклонены. Причина: задержалась поставка.",
			"Club “Сосны”: it did not work out | The request or invitation was declined. Reason: задержалась поставка."},
		push.ClubPost: {
			"Новое в клубе «Сосны» | Анна Петрова: задержалась поставка.",
			"New in the club “Сосны” | Анна Петрова: задержалась поставка."},
		push.ClubDigest: {
			"5 новых публикаций в клубе «Сосны» | Загляните, когда будет время.",
			"5 new posts in the club “Сосны” | Have a look when you have time."},
		push.ClubRequested: {
			"Заявка в клуб «Сосны» | Анна Петрова. Примите её или отклоните.",
			"Request to join the club “Сосны” | Анна Петрова. Let them in or turn them down."},
		push.SignInCode: {
			"Код для входа: 482913 | Он действует 10 минут. Никому его не сообщайте, даже нам. Если вы не входили, просто забудьте об этом сообщении.",
			"Your sign-in code: 482913 | It is valid for 10 minutes. Share it with nobody, not even us. If you are not signing in, just ignore this message."},
		push.DeletionCode: {
			"Код для удаления профиля: 482913 | Он действует 10 минут. Никому его не сообщайте, даже нам. Если вы не удаляли профиль, просто забудьте об этом сообщении.",
			"Your code to delete the account: 482913 | It is valid for 10 minutes. Share it with nobody, not even us. If you are not deleting your account, just ignore this message."},
		push.StaffInvited: {
			"Вас пригласили в команду «Дюны» | Войдите с этим адресом: код для входа придёт письмом.",
			"You are invited to the team of Дюны | Sign in with this address: we will mail you a code."},
	}
	for _, kind := range push.Kinds() {
		want, ok := golden[kind]
		if !ok {
			t.Errorf("%s has no golden text", kind)
		}
		for i, locale := range []string{"ru", "en"} {
			text, err := push.Render(kind, locale, fullFacts(t))
			if err != nil {
				t.Errorf("%s in %s: %v", kind, locale, err)
				continue
			}
			if got := plainSpaces(text.Title + " | " + text.Body); got != want[i] {
				t.Errorf("%s in %s\n got: %s\nwant: %s", kind, locale, got, want[i])
			}
		}
		delete(golden, kind)
	}
	for kind := range golden {
		t.Errorf("%s is not among the kinds", kind)
	}
}

func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func TestRender_LeavesOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, kind := range push.Kinds() {
		for _, locale := range []string{"ru", "en"} {
			text, err := push.Render(kind, locale, push.Facts{Order: "R-1", Club: "C", Posts: 1, Clubs: 1, Points: 1, Code: "000001", Date: time.Time{}.AddDate(2000, 0, 0)})
			if err != nil {
				t.Errorf("%s in %s: %v", kind, locale, err)
				continue
			}
			for where, s := range map[string]string{"title": text.Title, "body": text.Body, "sms": text.SMS, "plain": text.Plain} {
				if strings.Contains(s, "  ") || strings.Contains(s, "..") || strings.Contains(s, " .") || strings.HasPrefix(s, ",") || strings.Contains(s, "«»") {
					t.Errorf("%s in %s: a hole in the %s: %q", kind, locale, where, s)
				}
			}
			if text.Title == "" || text.Subject == "" || text.Plain == "" || text.HTML == "" || text.SMS == "" {
				t.Errorf("%s in %s: a channel has no words: %+v", kind, locale, text)
			}
		}
	}
}

func TestRender_AgreesNounsWithNumbers(t *testing.T) {
	t.Parallel()
	for points, want := range map[int][2]string{
		1: {"1 балл", "1 point"}, 2: {"2 балла", "2 points"}, 5: {"5 баллов", "5 points"}, 11: {"11 баллов", "11 points"},
		21: {"21 балл", "21 points"}, 112: {"112 баллов", "112 points"}, 1_003: {"1 003 балла", "1,003 points"},
		12_345_671: {"12 345 671 балл", "12,345,671 points"},
	} {
		for i, locale := range []string{"ru-RU", "en-GB"} {
			for sign, verb := range map[int][2]string{1: {"Мы начислили вам ", "We added "}, -1: {"Мы списали ", "We took off "}} {
				text, err := push.Render(push.PointsAdjusted, locale, push.Facts{Points: sign * points})
				if err != nil || plainSpaces(text.Title) != verb[i]+want[i] {
					t.Errorf("%d in %s: %q, %v; want %q", sign*points, locale, text.Title, err, verb[i]+want[i])
				}
			}
		}
	}
}

func TestRender_CountsNewPostsAndClubs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		posts, clubs int
		ru, en       string
	}{
		{1, 1, "1 новая публикация в клубе «Сосны»", "1 new post in the club “Сосны”"},
		{22, 2, "22 новые публикации в 2 клубах", "22 new posts in 2 clubs"},
		{11, 21, "11 новых публикаций в 21 клубе", "11 new posts in 21 clubs"},
	} {
		for locale, want := range map[string]string{"ru": c.ru, "en": c.en} {
			text, err := push.Render(push.ClubDigest, locale, push.Facts{Club: "Сосны", Posts: c.posts, Clubs: c.clubs})
			if err != nil || plainSpaces(text.Title) != want {
				t.Errorf("%q, %v; want %q", text.Title, err, want)
			}
		}
	}
	if _, err := push.Render(push.ClubDigest, "ru", push.Facts{Club: "Сосны", Clubs: 1}); err == nil {
		t.Error("a digest of nothing was worded")
	}
}

func TestRender_WritesMoneyAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		amount   int64
		currency string
		ru, en   string
	}{
		{1_240_000, "RUB", "12\u00a0400\u00a0₽", "RUB\u00a012,400"},
		{124_050, "RUB", "1\u00a0240,50\u00a0₽", "RUB\u00a01,240.50"},
		{124_000, "EUR", "1\u00a0240\u00a0€", "€1,240.00"},
		{5, "GBP", "0,05\u00a0£", "£0.05"},
		{-99_999, "USD", "−999,99\u00a0$", "−$999.99"},
		{100_000_000, "XYZ", "1\u00a0000\u00a0000\u00a0XYZ", "XYZ\u00a01,000,000"},
	}
	for _, c := range cases {
		for locale, want := range map[string]string{"ru": c.ru, "en": c.en} {
			text, err := push.Render(push.OrderNew, locale, push.Facts{Order: "R-1", Amount: c.amount, Currency: c.currency})
			if err != nil || !strings.HasSuffix(text.Title, " · "+want) {
				t.Errorf("%d %s in %s: %q, %v; want %q", c.amount, c.currency, locale, text.Title, err, want)
			}
		}
	}
}

func TestRender_TellsDatesInTheReadersZoneAndYear(t *testing.T) {
	t.Parallel()
	newYear := time.Date(2026, 12, 31, 22, 15, 0, 0, time.UTC)
	f := push.Facts{Order: "R-1", Date: newYear, Now: newYear.AddDate(0, 0, -10)}
	for _, c := range []struct{ zone, locale, want string }{
		{"UTC", "ru", "31 декабря, 22:15"},
		{"Europe/Moscow", "ru", "1 января 2027, 01:15"},
		{"Asia/Vladivostok", "en", "1 January 2027, 08:15"},
		{"America/New_York", "en", "31 December, 17:15"},
	} {
		f.Zone = zone(t, c.zone)
		text, err := push.Render(push.OrderConfirmed, c.locale, f)
		if err != nil || !strings.Contains(text.Body, c.want) {
			t.Errorf("%s: %q, %v; want %q", c.zone, text.Body, err, c.want)
		}
	}
}

func TestRender_GreetsAnEarlierDateAsGoodNews(t *testing.T) {
	t.Parallel()
	f := fullFacts(t)
	f.Date, f.Was = f.Was, f.Date
	for locale, want := range map[string]string{"ru": "Заказ R-10293 будет готов раньше", "en": "Order R-10293 will be ready earlier"} {
		if text, err := push.Render(push.PromiseChanged, locale, f); err != nil || text.Title != want {
			t.Errorf("%q, %v; want %q", text.Title, err, want)
		}
	}
}

func TestRender_RefusesUnknownKindsAndMissingFacts(t *testing.T) {
	t.Parallel()
	for kind, f := range map[string]push.Facts{
		"order.teleported":  {Order: "R-1"},
		push.OrderReady:     {},
		push.PromiseChanged: {Order: "R-1"},
		push.PointsActive:   {Order: "R-1"},
		push.SignInCode:     {},
		push.DeletionCode:   {},
	} {
		if text, err := push.Render(kind, "ru", f); err == nil {
			t.Errorf("%s: no error but %+v", kind, text)
		}
	}
}

func TestRender_SignInCodeFitsEachChannel(t *testing.T) {
	t.Parallel()
	text, err := push.Render(push.SignInCode, "ru", push.Facts{Code: "004217", Business: "Дюны", ValidFor: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if want := "004217 — код для входа в «Дюны». Никому его не сообщайте."; text.SMS != want {
		t.Errorf("SMS %q, want %q", text.SMS, want)
	}
	if n := len([]rune(text.SMS)); n > 70 {
		t.Errorf("the SMS has %d characters; more than 70 cost two messages", n)
	}
	for part, s := range map[string]string{"subject": text.Subject, "plain": text.Plain, "html": text.HTML} {
		if !strings.Contains(s, "004217") {
			t.Errorf("no code in the %s: %s", part, s)
		}
	}
}

func TestRender_LetterEscapesWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	f := fullFacts(t)
	f.Reason = `<script>alert("1")</script>`
	f.Link = "javascript:alert(1)"
	text, err := push.Render(push.OrderCancelled, "ru", f)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.HTML, "<script>") || strings.Contains(text.HTML, "javascript:") {
		t.Errorf("markup got through:\n%s", text.HTML)
	}
	if !strings.Contains(text.Body, f.Reason) {
		t.Errorf("the alert is plain text and keeps the words: %q", text.Body)
	}
}

func TestRender_CutsAReasonThatIsTooLong(t *testing.T) {
	t.Parallel()
	f := fullFacts(t)
	f.Reason = strings.Repeat("очень долгая история\n", 100)
	text, err := push.Render(push.OrderCancelled, "ru", f)
	if err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(text.Body)); n > 300 || strings.Contains(text.Body, "\n") || !strings.Contains(text.Body, "… ") {
		t.Errorf("%d characters: %q", n, text.Body)
	}
}
