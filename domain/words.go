package domain

import (
	"strconv"
	"strings"
	"time"
)

// This file holds the words of refusals, timelines, movements of points and rules in both languages. Words of pushes and letters are in the
// push room, because they follow the habits of their channel.

// Message is the refusal in words fit to show, in the given language.
func (r Refusal) Message(l Locale) string {
	key := string(r.Code)
	if words, ok := refusalWords[key+"/"+r.Rule]; ok && r.Rule != "" {
		return r.fill(words.In(l), l)
	}
	return r.fill(refusalWords[key].In(l), l)
}

func (r Refusal) fill(words string, l Locale) string {
	tries := int64(0)
	if r.TriesLeft != nil {
		tries = *r.TriesLeft
	}
	return strings.NewReplacer(
		"{limit}", Number(r.Limit, l),
		"{limitPoints}", Plural(r.Limit, l, pointWords),
		"{availablePoints}", Plural(r.Available, l, pointWords),
		"{available}", Number(r.Available, l),
		"{availablePieces}", Plural(r.Available, l, pieceWords),
		"{name}", r.Name.In(l),
		"{status}", StatusText(r.Status, l),
		"{tries}", Plural(tries, l, tryWords),
		"{money}", currentText(r.Current, l),
		"{numbers}", strings.Join(r.Numbers, ", "),
		"{detail}", r.Detail,
	).Replace(words)
}

func currentText(m *Money, l Locale) string {
	if m == nil {
		return ""
	}
	return MoneyText(*m, l)
}

var refusalWords = map[string]Text{
	"REQUIRED":                         {"Заполните это поле.", "Please fill in this field."},
	"REQUIRED/lines":                   {"Добавьте в заказ хотя бы одну позицию.", "Add at least one item to the order."},
	"REQUIRED/reason":                  {"Укажите причину.", "Please give a reason."},
	"REQUIRED/idempotencyKey":          {"Не хватает ключа повтора idempotencyKey.", "The idempotencyKey is missing."},
	"REQUIRED/name":                    {"Укажите название или имя.", "Please give a name."},
	"REQUIRED/text":                    {"Напишите текст хотя бы на одном языке.", "Write the text in at least one language."},
	"INVALID":                          {"Значение указано неверно.", "The value is not right."},
	"INVALID/address":                  {"Проверьте адрес: такого номера телефона или e-mail не бывает.", "Check the address: this is not a phone number or e-mail address."},
	"INVALID/channel":                  {"Сюда код отправить нельзя: выберите другой способ входа.", "Codes cannot be sent this way: choose another way to sign in."},
	"INVALID/hasOrders":                {"Уже есть заказы: это больше нельзя изменить.", "There are orders already: this can no longer be changed."},
	"INVALID/slug":                     {"Адрес состоит из строчных латинских букв, цифр и дефисов, не длиннее 100 знаков.", "The slug takes lower-case Latin letters, digits and hyphens, at most 100."},
	"INVALID/sku":                      {"Артикул: буквы, цифры, пробел и знаки . _ / + -, не длиннее 64.", "The SKU takes letters, digits, spaces and . _ / + -, at most 64."},
	"INVALID/zero":                     {"Число баллов не может быть нулём.", "The number of points cannot be zero."},
	"INVALID/timeZone":                 {"Такого часового пояса нет.", "There is no such time zone."},
	"INVALID/price":                    {"Цена — число не более чем с двумя знаками после точки.", "A price is a number with at most two decimals."},
	"INVALID/past":                     {"Обещать можно только дату в будущем.", "Only a date in the future can be promised."},
	"INVALID/stock":                    {"Остаток бывает только у товаров.", "Only goods have a stock."},
	"INVALID/action":                   {"Для этого действия есть отдельный запрос.", "There is a mutation of its own for this action."},
	"TOO_LONG":                         {"Слишком длинно: не больше {limit} знаков.", "Too long: at most {limit} characters."},
	"TOO_SMALL":                        {"Не меньше {limit}.", "At least {limit}."},
	"TOO_LARGE":                        {"Не больше {limit}.", "At most {limit}."},
	"TOO_LARGE/statement":              {"В выписку входит не больше {limit} движений: выберите период короче.", "A statement takes at most {limit} movements: choose a shorter period."},
	"NOT_FOUND":                        {"Такого нет.", "There is no such thing."},
	"NOT_FOUND/variant":                {"Этого товара или услуги больше нет в продаже.", "This item is not on offer any more."},
	"NOT_FOUND/order":                  {"Такого заказа нет.", "There is no such order."},
	"NOT_FOUND/line":                   {"В этом заказе нет такой позиции.", "The order has no such line."},
	"NOT_FOUND/customer":               {"Такого клиента нет.", "There is no such customer."},
	"NOT_FOUND/product":                {"Такого товара или услуги нет.", "There is no such product."},
	"NOT_FOUND/category":               {"Такой категории нет.", "There is no such category."},
	"NOT_FOUND/session":                {"Такого сеанса нет.", "There is no such session."},
	"ALREADY_EXISTS":                   {"Это значение уже занято.", "This value is taken."},
	"OUT_OF_STOCK":                     {"«{name}»: осталось {availablePieces}.", "“{name}”: {availablePieces} left."},
	"OUT_OF_STOCK/none":                {"«{name}»: закончилось.", "“{name}” is sold out."},
	"OUT_OF_STOCK/stock":               {"На складе всего {availablePieces}.", "There are only {availablePieces} in stock."},
	"INSUFFICIENT_POINTS":              {"Баллов не хватает: можно потратить {availablePoints}.", "Not enough points: you can spend {availablePoints}."},
	"POINTS_LIMIT":                     {"На этот заказ можно потратить не больше {limitPoints}.", "You can spend at most {limitPoints} on this order."},
	"ACTION_NOT_ALLOWED":               {"Заказ {status}: это действие уже невозможно.", "The order is {status}: this can no longer be done."},
	"CODE_WRONG":                       {"Код не подошёл. Осталось {tries}.", "That code is not right. You have {tries} left."},
	"CODE_EXPIRED":                     {"Код устарел. Запросите новый.", "The code has expired. Ask for a new one."},
	"TOO_MANY_TRIES":                   {"Слишком много попыток. Запросите новый код позже.", "Too many tries. Ask for a new code later."},
	"TOO_MANY_TRIES/family":            {"На сегодня приглашений достаточно. Попробуйте завтра.", "That is enough invitations for today. Try again tomorrow."},
	"TOKEN_INVALID":                    {"Вход больше не действует. Войдите ещё раз.", "This sign-in is no longer valid. Please sign in again."},
	"REFERRAL_REFUSED":                 {"Приглашение не принято.", "The invitation was not accepted."},
	"REFERRAL_REFUSED/SELF":            {"Нельзя пригласить самого себя.", "You cannot invite yourself."},
	"REFERRAL_REFUSED/OWN_DESCENDANT":  {"Этого человека пригласили вы или ваши друзья.", "This person was invited by you or your friends."},
	"REFERRAL_REFUSED/ALREADY_INVITED": {"Вас уже пригласили.", "You have been invited already."},
	"REFERRAL_REFUSED/TOO_LATE":        {"Код действует только до первого оплаченного заказа.", "A code can be used only before the first paid order."},
	"REFERRAL_REFUSED/UNKNOWN_CODE":    {"Такого кода нет: проверьте, нет ли опечатки.", "There is no such code: please check for a typing mistake."},
	"REFERRAL_REFUSED/LIMIT_REACHED":   {"По этому коду больше нельзя присоединиться.", "Nobody can join by this code any more."},
	"REFERRAL_REFUSED/PROGRAM_CLOSED":  {"Программа приглашений сейчас закрыта.", "Invitations are closed at present."},
	"INVALID/decision":                 {"Этот шаг сейчас невозможен: решают только о приглашениях на проверке, а на проверку берут только действующие.", "Not possible now: only flagged referrals are approved or voided, and only active ones are flagged."},
	"INVALID/clubTarget":               {"Цена относится к чему-то одному: варианту, товару или категории.", "A price is for one thing: a variant, a product or a category."},
	"INVALID/clubPrice":                {"Укажите либо процент, либо цену; цена бывает у товара или варианта.", "Give either a percent or a price; a price is for a product or a variant."},
	"CLUB_BANNED":                      {"В этот клуб вам больше нельзя.", "You can no longer be in this club."},
	"CLUB_INVITE_ONLY":                 {"В этот клуб вступают по приглашению.", "This club is by invitation only."},
	"CLUB_SPEND_TOO_LOW":               {"Чтобы вступить, осталось купить на {money}.", "Spend {money} more to enter."},
	"CLUB_POSTING":                     {"В этом клубе пишет только команда; вы можете комментировать.", "Only the team posts in this club; you can comment."},
	"NOT_FOUND/comment":                {"Такого комментария нет.", "There is no such comment."},
	"PRICE_CHANGED":                    {"Цена изменилась: теперь {money}.", "The price has changed: it is now {money}."},
	"INVALID/offerEnds":                {"Предложение должно кончаться позже, чем начинается, и в будущем.", "An offer ends after it begins, and in the future."},
	"INVALID/critical":                 {"О переносах, отменах и возвратах мы сообщаем всегда.", "We always tell of delays, cancellations and refunds."},
	"INVALID/quietHours":               {"Тихие часы: начало и конец вида 22:00, не одинаковые.", "Quiet hours take a beginning and an end such as 22:00, not the same."},
	"OPEN_ORDERS":                      {"Сначала дождитесь выполнения открытых заказов или отмените их: {numbers}.", "First wait until your open orders are done, or cancel them: {numbers}."},
	"NOT_FOUND/ownAddress":             {"У вас нет такого адреса: выберите другой.", "You have no such address: choose the other one."},
	"FAMILY_REFUSED":                   {"Сейчас это невозможно.", "This cannot be done now."},
	"FAMILY_REFUSED/OFF":               {"Переводы баллов между близкими выключены.", "Transfers of points within families are switched off."},
	"FAMILY_REFUSED/SELF":              {"Это вы сами.", "That is yourself."},
	"FAMILY_REFUSED/IN_ANOTHER_FAMILY": {"Вы уже в семье: сначала выйдите из неё.", "You are in a family already: leave it first."},
	"FAMILY_REFUSED/FULL":              {"В семье больше нет места: не больше {limit} человек.", "The family is full: it takes at most {limit} people."},
	"FAMILY_REFUSED/INVITATION_ENDED":  {"Это приглашение больше не действует.", "This invitation is no longer valid."},
	"FAMILY_REFUSED/NOT_A_MEMBER":      {"Перевести баллы можно только участнику своей семьи.", "Points can be transferred only to a member of your family."},
	"FAMILY_REFUSED/DAILY_LIMIT":       {"За день можно перевести не больше {limitPoints}; сегодня осталось {available}.", "At most {limitPoints} a day can be transferred; {available} are left for today."},
	"FAMILY_REFUSED/IN_DEBT":           {"Пока есть долг по баллам, переводить их нельзя.", "While points are owed, none can be transferred."},
	"FAMILY_REFUSED/NO_CHANNEL":        {"Некуда отправить код: добавьте телефон или e-mail.", "There is no phone or e-mail address to send the code to."},
	"FAMILY_REFUSED/TRANSFER_ENDED":    {"Этот перевод больше не действует: начните новый.", "This transfer has ended: start another."},
	"NOT_FOUND/member":                 {"Такого участника нет.", "There is no such member."},
	"NOT_FOUND/picture":                {"Такой картинки нет: загрузите её.", "There is no such picture: please upload it."},
	"NOT_FOUND/offer":                  {"Такого предложения в этом клубе нет.", "The club has no such offer."},
	"TOO_LARGE/pictures":               {"Не больше {limit} картинок.", "At most {limit} pictures."},
	"TOO_LARGE/offers":                 {"Не больше {limit} предложений.", "At most {limit} offers."},
	"INVALID/twice":                    {"Это уже указано выше.", "This stands above already."},
	"INVALID/comment":                  {"В комментариях картинок и предложений нет.", "Comments have no pictures and no offers."},
	"INVALID/pictureType":              {"Это не картинка: подойдут JPEG, PNG, GIF и WebP.", "This is not a picture: send JPEG, PNG, GIF or WebP."},
	"INVALID/pictureDamaged":           {"Картинка повреждена: попробуйте другую.", "The picture is damaged: please try another one."},
	"TOO_LARGE/pictureBytes":           {"Файл слишком большой: не больше {limit} МБ.", "The file is too large: at most {limit} MB."},
	"TOO_LARGE/picturePixels":          {"Картинка слишком большая: не больше {limit} мегапикселей.", "The picture is too large: at most {limit} megapixels."},
	"NOT_FOUND/importFile":             {"Такого файла нет, или он ещё не загружен до конца: загрузите его.", "There is no such file, or it has not arrived yet: please upload it."},
	"NOT_FOUND/format":                 {"Такого готового описания столбцов нет.", "There is no such built-in mapping."},
	"INVALID/mapping":                  {"Описание столбцов не подходит: {detail}", "The mapping is not right: {detail}"},
	"INVALID/importColumns":            {"В файле нет столбцов: {name}. В нём есть: {detail}", "The file lacks these columns: {name}. It has: {detail}"},
	"INVALID/importFile":               {"Файл не подходит: {detail}", "The file does not fit: {detail}"},
	"STORAGE_FULL":                     {"Сейчас мы не можем принять картинку: закончилось место. Мы уже знаем.", "We cannot take the picture now: there is no room left. We know of it."},
	"INVALID/earningOrder":             {"Фиксированные баллы бывают у событий; у заказов — процент.", "Fixed points are for events; orders earn a percent."},
	"INVALID/earningEvent":             {"За событие дают фиксированные баллы, а не процент.", "Events bring fixed points, not a percent."},
	"INVALID/earningTarget":            {"Это не относится к такому правилу.", "This does not belong to a rule of this kind."},
	"INVALID/birthday":                 {"Дня рождения с такой датой не бывает.", "Nobody has a birthday on this date."},
	"NOT_FOUND/bought":                 {"Отзыв можно оставить о том, что вы купили и получили.", "You can review what you bought and received."},
	"ALREADY_EXISTS/review":            {"Вы уже оставили отзыв; его можно изменить.", "You have reviewed this already; you can edit it."},
	"NOT_FOUND/club":                   {"Такого клуба нет.", "There is no such club."},
	"ALREADY_EXISTS/birthday":          {"День рождения уже указан, изменить его нельзя.", "The birthday is known already and cannot be changed."},
	"REQUIRED/audience":                {"Выберите клиентов или клуб.", "Choose customers or a club."},
	"LAST_ADMIN":                       {"Это единственный администратор: сначала сделайте администратором ещё кого-нибудь.", "This is the only administrator: first make somebody else one."},
	"CLUB_STEP":                        {"Сейчас это невозможно.", "This cannot be done now."},
}

// PluralWords are the forms of a counted noun: Russian one, few, many; English one, other.
type PluralWords struct{ RUOne, RUFew, RUMany, ENOne, ENOther string }

var (
	pointWords = PluralWords{"балл", "балла", "баллов", "point", "points"}
	pieceWords = PluralWords{"штука", "штуки", "штук", "item", "items"}
	tryWords   = PluralWords{"попытка", "попытки", "попыток", "try", "tries"}
)

// Points is a number of points in words, for example "21 балл".
func Points(n int64, l Locale) string { return Plural(n, l, pointWords) }

// Plural is a number with its noun in the right form. The rules are those of Unicode CLDR for whole numbers.
func Plural(n int64, l Locale, w PluralWords) string {
	abs := max(n, -n)
	form := w.RUMany
	switch {
	case l == EN && abs == 1:
		form = w.ENOne
	case l == EN:
		form = w.ENOther
	case abs%10 == 1 && abs%100 != 11:
		form = w.RUOne
	case abs%10 >= 2 && abs%10 <= 4 && (abs%100 < 12 || abs%100 > 14):
		form = w.RUFew
	}
	return Number(n, l) + "\u00a0" + form
}

// Number is a whole number with its thousands grouped: by a no-break space in Russian (from five digits on), by a comma in English.
func Number(n int64, l Locale) string {
	digits := strconv.FormatInt(n, 10)
	sign, body := "", digits
	if n < 0 {
		sign, body = "-", digits[1:]
	}
	if len(body) < 4 || l != EN && len(body) < 5 {
		return digits
	}
	separator := "\u00a0"
	if l == EN {
		separator = ","
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range body {
		if i > 0 && (len(body)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(c)
	}
	return b.String()
}

// MoneyText is an amount for people, for example "12 400,50 ₽" or "RUB 12,400.50"; whole amounts have no decimals.
func MoneyText(m Money, l Locale) string {
	minor, minus := m.Minor, ""
	if minor < 0 {
		minor, minus = -minor, "-"
	}
	text := Number(minor/100, l)
	if rest := minor % 100; rest != 0 {
		point := ","
		if l == EN {
			point = "."
		}
		text += point + strconv.Itoa(int(rest/10)) + strconv.Itoa(int(rest%10))
	}
	sign := map[string]string{"RUB": "₽", "EUR": "€", "GBP": "£", "USD": "$"}[m.CurrencyCode]
	switch {
	case l != EN && sign != "":
		return minus + text + "\u00a0" + sign
	case l != EN:
		return minus + text + "\u00a0" + m.CurrencyCode
	case sign != "" && m.CurrencyCode != "RUB":
		return minus + sign + text
	}
	return minus + m.CurrencyCode + "\u00a0" + text
}

var monthsRU = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}

// TimeText is an instant for people in a zone, for example "24 ноября, 14:30" or "24 November, 14:30".
func TimeText(t time.Time, zone *time.Location, l Locale) string {
	t = t.In(zone)
	month := t.Month().String()
	if l != EN {
		month = monthsRU[t.Month()-1]
	}
	return strconv.Itoa(t.Day()) + "\u00a0" + month + ", " + t.Format("15:04")
}

var statusWords = map[OrderStatus]Text{
	OrderNew:        {"принят", "new"},
	OrderConfirmed:  {"подтверждён", "confirmed"},
	OrderInProgress: {"в работе", "in progress"},
	OrderReady:      {"готов", "ready"},
	OrderCompleted:  {"выполнен", "completed"},
	OrderCancelled:  {"отменён", "cancelled"},
	OrderRefunded:   {"возвращён", "refunded"},
}

// StatusText is the state of an order as it stands in a sentence.
func StatusText(s OrderStatus, l Locale) string { return statusWords[s].In(l) }

var timelineWords = map[TimelineKind]Text{
	TimelinePlaced:        {"Заказ оформлен", "Order placed"},
	TimelineConfirmed:     {"Заказ подтверждён", "Order confirmed"},
	TimelineStarted:       {"Работа началась", "Work began"},
	TimelineReady:         {"Заказ готов", "The order is ready"},
	TimelineCompleted:     {"Заказ выполнен", "Order completed"},
	TimelineCancelled:     {"Заказ отменён", "Order cancelled"},
	TimelineRefunded:      {"Возврат: {money}", "Refund: {money}"},
	TimelinePromised:      {"Обещано к {date}", "Promised by {date}"},
	TimelinePromiseBroken: {"Обещанный срок прошёл: {date}", "The promised date has passed: {date}"},
	TimelinePoints:        {"Баллы стали доступны: {points}", "Points became usable: {points}"},
	TimelineNote:          {"Заметка", "Note"},
}

// TimelineText is a timeline entry in words, with dates in the given zone.
func TimelineText(e TimelineEntry, l Locale, zone *time.Location) string {
	words := timelineWords[e.Kind].In(l)
	date := ""
	if e.Data.PromisedAt != nil {
		date = TimeText(*e.Data.PromisedAt, zone, l)
	}
	words = strings.NewReplacer(
		"{date}", date,
		"{money}", MoneyText(Money{e.Data.RefundedMinor, e.Data.CurrencyCode}, l),
		"{points}", Points(e.Data.Points, l),
	).Replace(words)
	if e.Kind == TimelineRefunded && e.Data.PointsBack > 0 {
		words += Text{" и ", " and "}.In(l) + Points(e.Data.PointsBack, l)
	}
	if e.Kind == TimelineCompleted && e.Data.Points > 0 {
		words += Text{": вы получите ", ": you will get "}.In(l) + Points(e.Data.Points, l)
	}
	return words
}

var causeWords = map[Cause]Text{
	CauseOrderEarned:    {"Начислено за заказ; станут доступны после срока возврата", "Earned with an order; usable after the return window"},
	CauseMatured:        {"Срок возврата прошёл: баллы можно тратить", "The return window is over: the points can be spent"},
	CauseOrderHeld:      {"Отложено для оплаты заказа", "Reserved to pay for an order"},
	CauseOrderCaptured:  {"Оплачено баллами", "Paid with points"},
	CauseOrderReleased:  {"Возвращено: заказ отменён", "Given back: the order was cancelled"},
	CauseRefundReversed: {"Списано: начисление за возвращённое", "Taken back: earned with what was refunded"},
	CauseRefundReturned: {"Возвращено: оплата баллами за возвращённое", "Given back: paid for what was refunded"},
	CauseAdjusted:       {"Изменено сотрудником", "Changed by the staff"},
	CauseExpired:        {"Срок баллов закончился", "The points expired"},
	CauseReferralEarned: {"Начислено по приглашению; станут доступны после срока возврата", "Earned by a referral; usable after the return window"},
	CauseFamilySent:     {"Переведено в семье", "Transferred within the family"},
	CauseFamilyReceived: {"Получено в семье", "Received within the family"},
	CauseAwarded:        {"Начислено", "Earned"},
	CauseAwardReversed:  {"Списано: начисление отозвано", "Taken back: what was given was withdrawn"},
	CauseDebtSettled:    {"Погашен долг по баллам", "A debt of points was settled"},
}

// EntryText is why points moved, in words: the cause, then the rule or reason where there is one.
func EntryText(e WalletEntry, l Locale) string {
	words := causeWords[e.Cause].In(l)
	if rule := e.Rule.In(l); rule != "" {
		words += ": " + rule
	}
	return words
}

// PercentText is basis points as a decimal of percent, for example "5" or "2.5".
func PercentText(basisPoints int64) Decimal {
	return Decimal(strings.TrimSuffix(strings.TrimRight(string(DecimalOf(basisPoints, 0)), "0"), "."))
}
