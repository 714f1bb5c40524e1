package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/pdf"
)

// sample is a statement of November with n orders that were earned, matured, held, paid, refunded and expired.
func sample(n int, l domain.Locale) domain.StatementPaper {
	name, zone, email := "Анна Каренина", "Asia/Yekaterinburg", "anna@example.com"
	at := time.Date(2026, 10, 31, 19, 0, 0, 0, time.UTC) // midnight in Yekaterinburg
	p := domain.StatementPaper{
		Statement: domain.Statement{From: at, To: at.AddDate(0, 0, 30), Opening: domain.Wallet{Active: 12_300, Pending: 40}},
		Business: domain.Business{Name: domain.Text{RU: "Санаторий «Сосновый берег»", EN: "Pine Shore Resort"}, Address: domain.Text{RU: "Екатеринбург, Береговая, 5", EN: "5 Beregovaya, Yekaterinburg"},
			Phone: "+7 343 200-00-00", Email: "hello@example.com", CurrencyCode: "RUB", TimeZone: "Europe/Moscow", Points: domain.PointsProgram{PointMinor: 100}},
		Customer: domain.Customer{Name: &name, Email: &email, TimeZone: &zone},
		Locale:   l, MadeAt: at.AddDate(0, 1, 2).Add(9*time.Hour + 5*time.Minute),
	}
	w := p.Opening
	add := func(i int, m domain.Move, rule domain.Text, order string) {
		after, err := w.Apply(m)
		if err != nil {
			panic(err)
		}
		w = after
		p.Lines = append(p.Lines, domain.StatementLine{OrderNumber: order, WalletEntry: domain.WalletEntry{ID: int64(len(p.Lines)), Cause: m.Cause, From: m.From, To: m.To, Points: m.Points,
			Rule: rule, After: w, At: at.Add(time.Duration(i) * 7 * time.Hour)}})
	}
	for i := range n {
		order := fmt.Sprintf("R-%d", 10_000+i)
		add(i, domain.Move{From: domain.AccountIssued, To: domain.AccountPending, Points: 125, Cause: domain.CauseOrderEarned},
			domain.Text{RU: "5 % от оплаченной суммы каждого заказа", EN: "5 % of the paid amount of each order"}, order)
		add(i, domain.Move{From: domain.AccountActive, To: domain.AccountHeld, Points: 80, Cause: domain.CauseOrderHeld}, domain.Text{}, order)
		add(i, domain.Move{From: domain.AccountHeld, To: domain.AccountRedeemed, Points: 80, Cause: domain.CauseOrderCaptured}, domain.Text{}, order)
		add(i, domain.Move{From: domain.AccountPending, To: domain.AccountActive, Points: 125, Cause: domain.CauseMatured}, domain.Text{}, order)
	}
	if n > 0 {
		add(n, domain.Move{From: domain.AccountIssued, To: domain.AccountActive, Points: 1_500, Cause: domain.CauseAdjusted}, domain.Text{RU: "Извините за ожидание", EN: "Sorry for the wait"}, "")
		add(n, domain.Move{From: domain.AccountDebt, To: domain.AccountIssued, Points: 30, Cause: domain.CauseRefundReversed}, domain.Text{}, "R-9000")
	}
	return p
}

func draw(t *testing.T, p domain.StatementPaper) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := pdf.WriteStatement(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read extracts the words of a paper with an independent program.
func read(t *testing.T, paper []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not here to read the paper with")
	}
	cmd := exec.CommandContext(t.Context(), program, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(paper)
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWriteStatement_SaysEverythingInBothLanguages(t *testing.T) {
	t.Parallel()
	for l, want := range map[domain.Locale][]string{
		domain.RU: {"Санаторий «Сосновый берег»", "Выписка по баллам", "1 ноября 2026 – 30 ноября 2026", "Анна Каренина, anna@example.com",
			"4 декабря 2026, 09:05", "Asia/Yekaterinburg", "На начало", "12 300", "На конец", "Один балл при оплате — 1 ₽", "01.11.2026", "07:00",
			"Начислено за заказ", "Заказ R-10001", "+125", "−80", "Изменено сотрудником: Извините", "Долг", "Итого по причинам", "Страница 1 из "},
		domain.EN: {"Pine Shore Resort", "Statement of points", "1 November 2026 – 30 November 2026", "4 December 2026, 09:05", "Opening", "12,300", "Closing",
			"A point is worth RUB 1", "1 Nov 2026", "Earned with an order", "Order R-10001", "+125", "−80", "Sorry for the wait", "Owed", "Totals by cause", "Page 1 of "},
	} {
		paper := draw(t, sample(12, l))
		if folder := os.Getenv("KABINET_PDF_OUT"); folder != "" {
			if err := os.WriteFile(filepath.Join(folder, "statement-"+string(l)+".pdf"), paper, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		text := strings.ReplaceAll(read(t, paper), "\u00a0", " ")
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s: no %q in\n%s", l, words, text)
			}
		}
	}
}

func TestWriteStatement_SaysThatNothingMoved(t *testing.T) {
	t.Parallel()
	if text := read(t, draw(t, sample(0, domain.RU))); !strings.Contains(text, "баллы не двигались") || strings.Contains(text, "Итого по причинам") {
		t.Errorf("it says\n%s", text)
	}
}

func TestWriteStatement_TheLongestOneTakesLittleMemory(t *testing.T) {
	// Not parallel: it looks at what the whole program allocates.
	p := sample(domain.MaxStatementLines/4-1, domain.RU)
	var before, after runtime.MemStats
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // so that the heap is little more than what is in use
	runtime.GC()
	runtime.ReadMemStats(&before)
	paper := draw(t, p)
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapSys) - int64(before.HeapSys)
	t.Logf("%d movements: %d KB of paper, %d MB allocated in all, the heap grew by %d MB", len(p.Lines), len(paper)>>10, (after.TotalAlloc-before.TotalAlloc)>>20, grown>>20)
	// All that is allocated is 400 MB; a collector that gets little of the processor lets a part of it pile up.
	if grown > 200<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}
