// Package pdf draws the papers that customers keep. Pages are A4, the letters are Roboto, which has Cyrillic, Greek and the signs of currencies; only
// the letters that a paper uses are put into it.
package pdf

import (
	_ "embed" // the fonts
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"kabinet/domain"
)

//go:embed fonts/Roboto-Regular.ttf
var regular []byte

//go:embed fonts/Roboto-Bold.ttf
var bold []byte

// Measures of a page, in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 16.0
	bottom     = pageHeight - 20
	innerWidth = pageWidth - 2*margin
	family     = "Roboto"
)

// grey is a shade, 0 black and 255 white.
type grey int

const (
	black grey = 20
	quiet grey = 110
	rule  grey = 215
)

// paper is a document being drawn from top to bottom.
type paper struct {
	*fpdf.Fpdf
	locale domain.Locale
}

// newPaper begins a document. foot stands at the left of every page's foot, the number of the page at its right.
func newPaper(title, author, foot string, l domain.Locale, made time.Time) *paper {
	p := &paper{Fpdf: fpdf.New("P", "mm", "A4", ""), locale: l}
	p.AddUTF8FontFromBytes(family, "", regular)
	p.AddUTF8FontFromBytes(family, "B", bold)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, 0)
	p.SetTitle(title, true)
	p.SetAuthor(author, true)
	p.SetLang(string(l))
	p.SetCreationDate(made)
	p.SetModificationDate(made)
	p.AliasNbPages("")
	p.SetFooterFunc(func() {
		p.line(bottom+4, rule)
		p.SetXY(margin, bottom+5.5)
		p.font("", 8, quiet)
		p.CellFormat(innerWidth-30, 4, p.fit(foot, innerWidth-32), "", 0, "L", false, 0, "")
		p.SetX(pageWidth - margin - 30 + p.GetStringWidth("{nb}") - p.GetStringWidth("00")) // the count is put in later
		p.CellFormat(30, 4, fmt.Sprintf(p.say("Страница %d из {nb}", "Page %d of {nb}"), p.PageNo()), "", 0, "R", false, 0, "")
	})
	p.AddPage()
	return p
}

// say is the words in the language of the paper.
func (p *paper) say(ru, en string) string { return domain.Text{RU: ru, EN: en}.In(p.locale) }

func (p *paper) font(style string, size float64, shade grey) {
	p.SetFont(family, style, size)
	p.SetTextColor(int(shade), int(shade), int(shade))
}

func (p *paper) line(y float64, shade grey) {
	p.SetDrawColor(int(shade), int(shade), int(shade))
	p.SetLineWidth(0.2)
	p.Line(margin, y, pageWidth-margin, y)
}

// fit shortens a text to a width.
func (p *paper) fit(text string, width float64) string {
	text = strings.Join(strings.Fields(text), " ")
	if p.GetStringWidth(text) <= width {
		return text
	}
	letters := []rune(text)
	for len(letters) > 0 && p.GetStringWidth(string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimSpace(string(letters)) + "…"
}

// wrap breaks a text into lines of a width; a word that is wider than a line is broken too.
func (p *paper) wrap(text string, width float64) (lines []string) {
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		switch {
		case line == "":
			line = word
		case p.GetStringWidth(line+" "+word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
		for p.GetStringWidth(line) > width {
			letters := []rune(line)
			n := len(letters) - 1
			for n > 1 && p.GetStringWidth(string(letters[:n])) > width {
				n--
			}
			lines, line = append(lines, string(letters[:n])), string(letters[n:])
		}
	}
	return append(lines, line)
}

// paragraph writes lines at the left margin.
func (p *paper) paragraph(text string, height float64) {
	for _, line := range p.wrap(text, innerWidth) {
		p.SetX(margin)
		p.CellFormat(innerWidth, height, line, "", 1, "L", false, 0, "")
	}
}

// column is a column of a table.
type column struct {
	title string
	width float64
	right bool // numbers stand at the right
}

func (c column) align() string {
	if c.right {
		return "R"
	}
	return "L"
}

// cell is what a row says in a column: a text that may wrap, and a quiet one below it.
type cell struct {
	text  string
	below string
	bold  bool
}

// table draws rows, and its head anew on each page.
type table struct {
	*paper
	columns []column
}

const rowHeight = 4.3

func (t *table) head() {
	t.font("B", 8, quiet)
	y, x := t.GetY(), margin
	for _, c := range t.columns {
		t.SetXY(x, y)
		t.CellFormat(c.width, 5, c.title, "", 0, c.align(), false, 0, "")
		x += c.width
	}
	t.line(y+5.6, quiet)
	t.SetXY(margin, y+6.4)
}

// row draws a row, on a new page when this one is full.
func (t *table) row(cells ...cell) {
	texts, height := make([][]string, len(cells)), 0.0
	for i, c := range cells {
		t.font(style(c.bold), 9, black)
		texts[i] = t.wrap(c.text, t.columns[i].width-3)
		lines := len(texts[i])
		if c.below != "" {
			lines++
		}
		height = max(height, float64(lines)*rowHeight)
	}
	if t.GetY()+height+1.6 > bottom {
		t.AddPage()
		t.SetY(margin)
		t.head()
	}
	y, x := t.GetY(), margin
	for i, c := range cells {
		t.font(style(c.bold), 9, black)
		for n, line := range texts[i] {
			t.SetXY(x, y+float64(n)*rowHeight)
			t.CellFormat(t.columns[i].width, rowHeight, line, "", 0, t.columns[i].align(), false, 0, "")
		}
		if c.below != "" {
			t.font("", 8, quiet)
			t.SetXY(x, y+float64(len(texts[i]))*rowHeight)
			t.CellFormat(t.columns[i].width, rowHeight, c.below, "", 0, t.columns[i].align(), false, 0, "")
		}
		x += t.columns[i].width
	}
	t.line(y+height+0.8, rule)
	t.SetXY(margin, y+height+1.6)
}

func style(isBold bool) string {
	if isBold {
		return "B"
	}
	return ""
}

// room begins a new page unless so much height is left.
func (p *paper) room(height float64) {
	if p.GetY()+height > bottom {
		p.AddPage()
		p.SetY(margin)
	}
}

// write ends the document and writes it.
func (p *paper) write(w io.Writer) error {
	if err := p.Output(w); err != nil {
		return fmt.Errorf("draw a paper: %w", err)
	}
	return nil
}
