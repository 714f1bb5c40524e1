package push

import (
	"fmt"
	"strings"
	"time"
)

// russian is kept in the active voice: it spares the agreement of verbs with numbers ("начислили 21 балл").
var russian = map[string]phrase{
	OrderPlaced: func(f Facts) (string, string) {
		return "Мы получили заказ " + f.Order,
			say(given(f.Positions > 0, sentence(positionsRU(f.Positions)+given(f.Amount != 0, " на "+moneyRU(f)))), "Проверим его и сразу напишем.")
	},
	OrderNew: func(f Facts) (string, string) {
		return "Новый заказ " + f.Order + given(f.Amount != 0, " · "+moneyRU(f)),
			strings.Join(facts(f.Customer, given(f.Positions > 0, positionsRU(f.Positions)), given(!f.Date.IsZero(), "к дате "+whenRU(f, f.Date))), ", ")
	},
	OrderConfirmed: func(f Facts) (string, string) {
		if f.Date.IsZero() {
			return "Заказ " + f.Order + " подтверждён", "Спасибо! Напишем, как только начнём."
		}
		return "Заказ " + f.Order + " подтверждён", "Спасибо! Всё будет готово " + whenRU(f, f.Date) + "."
	},
	OrderStarted: func(f Facts) (string, string) {
		if f.Date.IsZero() {
			return "Заказ " + f.Order + " в работе", "Мы начали. Сообщим, когда всё будет готово."
		}
		return "Заказ " + f.Order + " в работе", "Мы начали. Всё будет готово " + whenRU(f, f.Date) + "."
	},
	OrderReady: func(f Facts) (string, string) {
		return "Заказ " + f.Order + " готов", "Всё готово, ждём вас."
	},
	OrderCompleted: func(f Facts) (string, string) {
		earned := given(f.Points > 0, "Начислили "+pointsRU(f.Points)+given(!f.Date.IsZero(), ", потратить можно с "+dayRU(f, f.Date))+".")
		return "Заказ " + f.Order + " выполнен", say("Спасибо, что выбрали нас!", earned)
	},
	OrderCancelled: func(f Facts) (string, string) {
		return "Заказ " + f.Order + " отменён",
			say(reasonRU(f), given(f.Points > 0, "Вернули в кошелёк "+pointsRU(f.Points)+"."), given(f.Reason == "" && f.Points == 0, "Будем рады видеть вас снова."))
	},
	OrderCancelledStaff: func(f Facts) (string, string) {
		return "Отменён заказ " + f.Order + given(f.Amount != 0, " · "+moneyRU(f)), say(sentence(f.Customer), reasonRU(f))
	},
	OrderRefunded: func(f Facts) (string, string) {
		return "Возврат по заказу " + f.Order + given(f.Amount != 0, ": "+moneyRU(f)), say(
			given(f.Amount != 0, "Деньги придут тем же путём, каким вы платили."),
			given(f.Points > 0, "Вернули в кошелёк "+pointsRU(f.Points)+"."),
			given(f.PointsTaken > 0, "Списали "+pointsRU(f.PointsTaken)+", начисленные за возвращённое."),
			reasonRU(f))
	},
	PromiseChanged: func(f Facts) (string, string) {
		switch {
		case f.Was.IsZero():
			return "Заказ " + f.Order + ": назначили срок", say("Всё будет готово "+whenRU(f, f.Date)+".", f.Reason)
		case f.Date.Before(f.Was):
			return "Заказ " + f.Order + " будет готов раньше", say("Новый срок: "+whenRU(f, f.Date)+" вместо "+whenRU(f, f.Was)+".", reasonRU(f))
		}
		return "Заказ " + f.Order + ": новый срок", say("Теперь "+whenRU(f, f.Date)+" вместо "+whenRU(f, f.Was)+".", reasonRU(f), "Простите за ожидание.")
	},
	PromiseBroken: func(f Facts) (string, string) {
		return "Мы не успели с заказом " + f.Order,
			say("Простите нас"+given(!f.Date.IsZero(), ": обещали "+whenRU(f, f.Date)+" и не успели")+".", "Заказом уже занимаются, новый срок пришлём, как только его узнаем.")
	},
	PromiseBrokenStaff: func(f Facts) (string, string) {
		return "Просрочен заказ " + f.Order,
			say(sentence(strings.Join(facts(f.Customer, given(!f.Date.IsZero(), "обещали "+whenRU(f, f.Date))), ", ")), "Назовите клиенту новый срок.")
	},
	PointsActive: func(f Facts) (string, string) {
		return "Можно тратить: " + pointsRU(f.Points),
			say(given(f.Order != "", "Это бонус за заказ "+f.Order+"."), given(!f.Date.IsZero(), "Срок — до "+dayRU(f, f.Date)+"."))
	},
	PointsExpiring: func(f Facts) (string, string) {
		return "Скоро сгорят баллы: " + group(int64(f.Points), "\u00a0"), "Успейте потратить их" + given(!f.Date.IsZero(), " до "+dayRU(f, f.Date)) + "."
	},
	PointsExpired: func(f Facts) (string, string) {
		return "Сгорели баллы: " + group(int64(f.Points), "\u00a0"), given(!f.Date.IsZero(), "Их срок вышел "+dayRU(f, f.Date)+".")
	},
	PointsDebt: func(f Facts) (string, string) {
		return "Долг по баллам: " + group(int64(f.Points), "\u00a0"), say(
			"Бонус"+given(f.Order != "", " за заказ "+f.Order)+" отозван после возврата, а баллы уже потрачены.",
			"Зачтём долг из следующих начислений, доплачивать не нужно.")
	},
	PointsAdjusted: func(f Facts) (string, string) {
		if f.Points < 0 {
			return "Мы списали " + pointsRU(-f.Points), reasonRU(f)
		}
		return "Мы начислили вам " + pointsRU(f.Points), reasonRU(f)
	},
	PointsSent: func(f Facts) (string, string) {
		return "Вы перевели " + pointsRU(f.Points), say(given(f.Customer != "", "Получатель: "+sentence(f.Customer)), "Если это были не вы, сразу напишите нам.")
	},
	PointsReceived: func(f Facts) (string, string) {
		return "Вам перевели " + pointsRU(f.Points), say(given(f.Customer != "", "Отправитель: "+sentence(f.Customer)), "Срок баллов остался прежним.")
	},
	PointsCode: func(f Facts) (string, string) {
		return "Код для перевода: " + f.Code, say(
			"Вы переводите "+pointsRU(f.Points)+".", given(f.Customer != "", "Получатель: "+sentence(f.Customer)),
			given(f.ValidFor >= time.Minute, fmt.Sprintf("Код действует %s.", countRU(int(f.ValidFor/time.Minute), "минуту", "минуты", "минут"))),
			"Никому его не сообщайте, даже нам.")
	},
	FamilyInvited: func(f Facts) (string, string) {
		return "Вас зовут в семью", say(given(f.Customer != "", "Приглашает "+sentence(f.Customer)), "В семье можно переводить друг другу баллы.")
	},
	FamilyJoined: func(f Facts) (string, string) {
		return "В вашей семье новый участник", say(given(f.Customer != "", "С вами теперь "+sentence(f.Customer)), "Баллы можно переводить друг другу.")
	},
	FamilyLeft: func(f Facts) (string, string) {
		return "Из вашей семьи вышли", given(f.Customer != "", "Больше не с вами: "+sentence(f.Customer))
	},
	PointsAwarded: func(f Facts) (string, string) {
		return "Мы начислили вам " + pointsRU(f.Points), f.Reason
	},
	ReferralJoined: func(f Facts) (string, string) {
		return "По вашему приглашению пришли", say(given(f.Customer != "", "С нами теперь "+sentence(f.Customer)), "Вы получите баллы за покупки этого человека.")
	},
	ReferralWelcome: func(f Facts) (string, string) {
		return "Приглашение принято",
			say(given(f.Customer != "", "Вас пригласили: "+sentence(f.Customer)), given(f.Points > 0, "За первый заказ подарим "+pointsRU(f.Points)+"."), given(f.Customer == "" && f.Points == 0, "Рады, что вы с нами."))
	},
	ReferralFlagged: func(f Facts) (string, string) {
		return "Мы проверяем приглашение", say(given(f.Customer != "", "Вторая сторона: "+sentence(f.Customer)), "Баллы за него подождут решения. Ничего делать не нужно.", reasonRU(f))
	},
	ReferralApproved: func(f Facts) (string, string) {
		return "Приглашение проверено", say(given(f.Customer != "", "Вторая сторона: "+sentence(f.Customer)), "Всё в порядке, баллы за него начислены.", reasonRU(f))
	},
	ReferralVoided: func(f Facts) (string, string) {
		return "Приглашение отклонено", say(given(f.Customer != "", "Вторая сторона: "+sentence(f.Customer)), "Баллов за него не будет.", reasonRU(f))
	},
	ClubEntered: func(f Facts) (string, string) {
		return "Вы в клубе «" + f.Club + "»", "Добро пожаловать! Что даёт клуб, видно на его странице."
	},
	ClubLeft: func(f Facts) (string, string) {
		return "Вы больше не в клубе «" + f.Club + "»", say(reasonRU(f), given(f.Reason == "", "Условия клуба и как вернуться — на его странице."))
	},
	ClubGrace: func(f Facts) (string, string) {
		return "Клуб «" + f.Club + "»: осталось купить на " + moneyRU(f), "Успейте" + given(!f.Date.IsZero(), " до "+dayRU(f, f.Date)) + ", чтобы остаться."
	},
	ClubKept: func(f Facts) (string, string) {
		return "Вы остаётесь в клубе «" + f.Club + "»", "Условия снова выполнены. Спасибо, что вы с нами!"
	},
	ClubInvited: func(f Facts) (string, string) {
		return "Приглашение в клуб «" + f.Club + "»", "Посмотрите, что даёт клуб, и решите."
	},
	ClubDeclined: func(f Facts) (string, string) {
		return "Клуб «" + f.Club + "»: не получилось", say("Заявка или приглашение отклонены.", reasonRU(f))
	},
	ClubPost: func(f Facts) (string, string) {
		return "Новое в клубе «" + f.Club + "»", say(given(f.Customer != "", f.Customer+":"), f.Reason)
	},
	ClubDigest: func(f Facts) (string, string) {
		where := "клубе «" + f.Club + "»"
		if f.Clubs > 1 {
			where = countRU(f.Clubs, "клубе", "клубах", "клубах")
		}
		return countRU(f.Posts, "новая публикация", "новые публикации", "новых публикаций") + " в " + where, "Загляните, когда будет время."
	},
	ClubRequested: func(f Facts) (string, string) {
		return "Заявка в клуб «" + f.Club + "»", say(sentence(f.Customer), "Примите её или отклоните.")
	},
	SignInCode: func(f Facts) (string, string) {
		return "Код для входа: " + f.Code, say(
			given(f.ValidFor >= time.Minute, fmt.Sprintf("Он действует %s.", countRU(int(f.ValidFor/time.Minute), "минуту", "минуты", "минут"))),
			"Никому его не сообщайте, даже нам. Если вы не входили, просто забудьте об этом сообщении.")
	},
	DeletionCode: func(f Facts) (string, string) {
		return "Код для удаления профиля: " + f.Code, say(
			given(f.ValidFor >= time.Minute, fmt.Sprintf("Он действует %s.", countRU(int(f.ValidFor/time.Minute), "минуту", "минуты", "минут"))),
			"Никому его не сообщайте, даже нам. Если вы не удаляли профиль, просто забудьте об этом сообщении.")
	},
	StaffInvited: func(f Facts) (string, string) {
		return "Вас пригласили в команду" + given(f.Business != "", " «"+f.Business+"»"), "Войдите с этим адресом: код для входа придёт письмом."
	},
}

func reasonRU(f Facts) string { return given(f.Reason != "", "Причина: "+f.Reason) }

func pointsRU(n int) string { return countRU(n, "балл", "балла", "баллов") }

func positionsRU(n int) string {
	return countRU(n, "позиция", "позиции", "позиций")
}

var monthsRU = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}

func dayRU(f Facts, t time.Time) string { return day(f, t, monthsRU[t.In(f.Zone).Month()-1]) }

func whenRU(f Facts, t time.Time) string { return dayRU(f, t) + ", " + t.In(f.Zone).Format("15:04") }

// moneyRU writes 12 400 ₽ and 1 240,50 ₽, with spaces that do not break.
func moneyRU(f Facts) string {
	whole, cents := units(f.Amount)
	s := group(whole, "\u00a0")
	if cents != 0 {
		s += fmt.Sprintf(",%02d", cents)
	}
	if f.Amount < 0 {
		s = "−" + s
	}
	return s + "\u00a0" + symbol(f.Currency)
}
