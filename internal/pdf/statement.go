package pdf

import (
	"io"
	"slices"
	"strings"
	"time"

	"kabinet/domain"
)

// WriteStatement draws a statement of a wallet: what it held before and after a period, every movement in between with its cause in words, and how much
// moved for each cause.
func WriteStatement(w io.Writer, s domain.StatementPaper) error {
	name := s.Business.Name.In(s.Locale)
	title := domain.Text{RU: "Выписка по баллам", EN: "Statement of points"}.In(s.Locale)
	d := statement{newPaper(title+", "+s.Period(), name, name+" · "+title+", "+s.Period(), s.Locale, s.MadeAt), s, s.Zone()}
	d.letterhead(name, title)
	d.balances()
	d.movements()
	d.totals()
	return d.write(w)
}

// statement is a statement being drawn.
type statement struct {
	*paper
	domain.StatementPaper
	zone *time.Location
}

// letterhead says whose paper this is, for whom, and of when.
func (d *statement) letterhead(name, title string) {
	d.font("B", 12, black)
	d.paragraph(name, 6)
	d.font("", 8.5, quiet)
	if contacts := given(d.Business.Address.In(d.Locale), d.Business.Phone, d.Business.Email); len(contacts) > 0 {
		d.paragraph(strings.Join(contacts, " · "), 4.2)
	}
	d.line(d.GetY()+2.5, rule)
	d.SetY(d.GetY() + 8)
	d.font("B", 18, black)
	d.paragraph(title, 8)
	d.font("", 11, black)
	d.paragraph(d.Period(), 6)
	d.SetY(d.GetY() + 2)
	d.font("", 9.5, black)
	if who := given(deref(d.Customer.Name), deref(d.Customer.Phone), deref(d.Customer.Email)); len(who) > 0 {
		d.paragraph(strings.Join(who, ", "), 5)
	}
	d.font("", 8.5, quiet)
	d.paragraph(d.say("Составлена ", "Made on ")+domain.MomentText(d.MadeAt, d.zone, d.Locale)+
		d.say(". Время по поясу ", ". Times are those of ")+d.zone.String()+".", 4.6)
	d.SetY(d.GetY() + 5)
}

// part is one of the parts of a wallet.
type part struct {
	account domain.Account
	name    domain.Text
	of      func(domain.Wallet) int64
}

var walletParts = []part{
	{domain.AccountActive, domain.Text{RU: "Доступно", EN: "Usable"}, func(w domain.Wallet) int64 { return w.Active }},
	{domain.AccountPending, domain.Text{RU: "Ожидает", EN: "Pending"}, func(w domain.Wallet) int64 { return w.Pending }},
	{domain.AccountHeld, domain.Text{RU: "В резерве", EN: "Reserved"}, func(w domain.Wallet) int64 { return w.Held }},
	{domain.AccountDebt, domain.Text{RU: "Долг", EN: "Owed"}, func(w domain.Wallet) int64 { return w.Debt }},
}

// change is how a movement changes a part. What is owed grows when points are taken from the account of debts.
func (p part) change(e domain.StatementLine) (points int64) {
	switch p.account {
	case e.From:
		points = -e.Points
	case e.To:
		points = e.Points
	}
	if p.account == domain.AccountDebt {
		points = -points
	}
	return points
}

// used are the parts that the period speaks of: usable points always, the others when they were not empty throughout.
func (d *statement) used() []part {
	return slices.DeleteFunc(slices.Clone(walletParts), func(p part) bool {
		moved := slices.ContainsFunc(d.Lines, func(e domain.StatementLine) bool { return p.change(e) != 0 })
		return p.account != domain.AccountActive && !moved && p.of(d.Opening) == 0 && p.of(d.closing()) == 0
	})
}

// closing is the wallet after the last movement that the paper shows.
func (d *statement) closing() domain.Wallet {
	if n := len(d.Lines); n > 0 {
		return d.Lines[n-1].After
	}
	return d.Opening
}

// balances is the wallet before and after, part by part.
func (d *statement) balances() {
	t := table{d.paper, []column{
		{d.say("Баллы", "Points"), innerWidth - 4*32, false},
		{d.say("На начало", "Opening"), 32, true}, {d.say("Пришло", "In"), 32, true}, {d.say("Ушло", "Out"), 32, true}, {d.say("На конец", "Closing"), 32, true},
	}}
	t.head()
	for _, p := range d.used() {
		var in, out int64
		for _, e := range d.Lines {
			change := p.change(e)
			in, out = in+max(change, 0), out+max(-change, 0)
		}
		t.row(cell{text: p.name.In(d.Locale)}, cell{text: d.number(p.of(d.Opening))}, cell{text: d.number(in)}, cell{text: d.number(out)},
			cell{text: d.number(p.of(d.closing())), bold: true})
	}
	d.font("", 8.5, quiet)
	d.SetY(d.GetY() + 1)
	worth := domain.Money{Minor: d.Business.Points.PointMinor, CurrencyCode: d.Business.CurrencyCode}
	all := domain.Money{Minor: d.closing().Active * worth.Minor, CurrencyCode: worth.CurrencyCode}
	d.paragraph(d.say("Один балл при оплате — ", "A point is worth ")+domain.MoneyText(worth, d.Locale)+
		d.say(", доступные баллы на конец периода — ", " when you pay with it, the usable points at the end of the period ")+domain.MoneyText(all, d.Locale)+".", 4.6)
	d.SetY(d.GetY() + 6)
}

func (d *statement) heading(text string) {
	d.room(24)
	d.font("B", 12, black)
	d.paragraph(text, 6)
	d.SetY(d.GetY() + 2)
}

// movements is every movement of the period, oldest first.
func (d *statement) movements() {
	d.heading(d.say("Движения", "Movements"))
	if len(d.Lines) == 0 {
		d.font("", 9.5, black)
		d.paragraph(d.say("За этот период баллы не двигались.", "No points moved in this period."), 5)
		d.SetY(d.GetY() + 6)
		return
	}
	parts := d.used()
	const dateWidth, partWidth = 23.0, 18.0
	columns := []column{{d.say("Дата", "Date"), dateWidth, false},
		{d.say("Что произошло", "What happened"), innerWidth - dateWidth - partWidth*float64(len(parts)+1), false}}
	for _, p := range parts {
		columns = append(columns, column{p.name.In(d.Locale), partWidth, true})
	}
	t := table{d.paper, append(columns, column{d.say("Остаток", "Balance"), partWidth, true})}
	t.head()
	for _, e := range d.Lines {
		what := cell{text: domain.EntryText(e.WalletEntry, d.Locale)}
		if e.OrderNumber != "" {
			what.below = d.say("Заказ ", "Order ") + e.OrderNumber
		}
		cells := []cell{{text: d.date(e), below: e.At.In(d.zone).Format("15:04")}, what}
		for _, p := range parts {
			cells = append(cells, cell{text: d.signed(p.change(e))})
		}
		t.row(append(cells, cell{text: d.number(e.After.Active), bold: true})...)
	}
	d.font("", 8, quiet)
	d.SetY(d.GetY() + 1)
	d.paragraph(d.say("Остаток — доступные баллы сразу после движения.", "The balance is the usable points right after the movement."), 4.2)
	d.SetY(d.GetY() + 6)
}

// totals is how many points moved for each cause.
func (d *statement) totals() {
	sums := map[domain.Cause]int64{}
	var causes []domain.Cause
	for _, e := range d.Lines {
		if _, seen := sums[e.Cause]; !seen {
			causes = append(causes, e.Cause)
		}
		sums[e.Cause] += e.Points
	}
	if len(causes) == 0 {
		return
	}
	d.heading(d.say("Итого по причинам", "Totals by cause"))
	t := table{d.paper, []column{{d.say("Что произошло", "What happened"), innerWidth - 34, false}, {d.say("Баллов", "Points"), 34, true}}}
	t.head()
	for _, c := range causes {
		t.row(cell{text: domain.CauseText(c, d.Locale)}, cell{text: d.number(sums[c])})
	}
}

// date is the day of a movement, with dots in Russian and with the month as a word in English, where the order of numbers is not agreed on.
func (d *statement) date(e domain.StatementLine) string {
	layout := "02.01.2006"
	if d.Locale == domain.EN {
		layout = "2 Jan 2006"
	}
	return e.At.In(d.zone).Format(layout)
}

func (d *statement) number(n int64) string { return domain.Number(n, d.Locale) }

// signed is a change with its sign; nothing when there is none.
func (d *statement) signed(n int64) string {
	switch {
	case n > 0:
		return "+" + d.number(n)
	case n < 0:
		return "−" + d.number(-n)
	}
	return ""
}

// given are the texts that are not empty.
func given(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
