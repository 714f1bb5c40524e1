package domain

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file is what imports of sales and stays bring, and the rules by which they become orders, refunds and points. Amounts are
// thousandths of the currency unit, so that a price with a third decimal is kept exactly.

// ImportKind is what a file holds.
type ImportKind string

// The kinds of files.
const (
	ImportSales ImportKind = "SALES"
	ImportStays ImportKind = "STAYS"
)

// ImportFile is a file to import. The digest is that of its content; options stand for everything else that decides how it is read: the
// same content with other options is read from its beginning again.
type ImportFile struct {
	Kind    ImportKind `db:"kind"`
	Source  string     `db:"source"`
	Name    string     `db:"file_name"`
	Digest  string     `db:"digest"`
	Options string     `db:"options"`
}

// ImportTerms is what a mapping says of the business: an empty database takes it over, any other one must agree.
type ImportTerms struct {
	CurrencyCode string
	TimeZone     string
	Locale       Locale
	PointMinor   int64 // 0 when the file has nothing to do with points
}

// ImportRun is how far a file was taken in. Records counts everything that was read, rejected and skipped lines too; Alone says that the
// source had no other file before and that this one was read with the same options from its beginning.
type ImportRun struct {
	ID int64 `db:"id"`
	ImportFile
	Records    int64      `db:"records"`
	Rejected   int64      `db:"rejected"`
	Alone      bool       `db:"alone"`
	StartedAt  time.Time  `db:"started_at"`
	FinishedAt *time.Time `db:"finished_at"`
}

// ImportStep is where the run stands after a batch.
type ImportStep struct {
	Records  int64
	Rejected int64
}

// ImportCount is how many lines of a batch were new and how many were stored before.
type ImportCount struct{ Added, Known int64 }

// Add sums counts up.
func (c ImportCount) Add(o ImportCount) ImportCount {
	return ImportCount{c.Added + o.Added, c.Known + o.Known}
}

// SaleKind is what an imported line does.
type SaleKind string

// The kinds of imported lines.
const (
	SaleLine       SaleKind = "SALE"
	RefundedLine   SaleKind = "REFUND"
	AdjustmentLine SaleKind = "ADJUSTMENT"
	WriteOffLine   SaleKind = "WRITE_OFF"
)

// SalesLine is a line of an invoice. Quantity and AmountMills are negative when something comes back.
type SalesLine struct {
	Number    int64 // place in the file
	Kind      SaleKind
	Invoice   string
	Ordinal   int64  // place in the invoice; with it, the identity of the line
	Customer  string // empty when not known
	Product   string
	Name      string // empty when the line has none
	Service   bool
	Quantity  int64
	UnitMills int64
	Mills     int64 // quantity × unit price
	At        time.Time
	Country   string
}

// SalesBatch is lines to take in together, in the order of the file.
type SalesBatch struct {
	Lines   []SalesLine
	Locale  Locale
	Archive bool // new products are archived; else goods are on offer and only services archived
	After   ImportStep
}

// StayBooking is a booking of nights. Days are instants: midnight at the property.
type StayBooking struct {
	Key         string // its identity within the source
	Completed   bool
	NoShow      bool // among those not completed
	Flags       []string
	BookedAt    time.Time
	EndedAt     time.Time // when it was completed or called off
	Arrival     time.Time
	Departure   time.Time
	Nights      int64
	UnitMills   int64 // the rate of a night
	Mills       int64 // rate × nights
	Property    string
	Room        string
	Meal        string
	Country     string
	Adults      int64
	Children    int64
	Babies      int64
	Particulars map[string]string // what else the file tells, by name; without empty values
}

// StaysBatch is bookings to take in together, in the order of the file.
type StaysBatch struct {
	Bookings []StayBooking
	Locale   Locale
	After    ImportStep
}

// Code is the product of the booking: the room and meal of a property.
func (b StayBooking) Code() string {
	parts := slices.DeleteFunc([]string{b.Property, b.Room, b.Meal}, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return "stay"
	}
	return strings.Join(parts, "/")
}

// ProductName names the product of the booking in both languages.
func (b StayBooking) ProductName() Text {
	name := Text{RU: "Проживание", EN: "Stay"}
	for _, part := range []struct {
		words Text
		value string
	}{{Text{RU: ", ", EN: ", "}, b.Property}, {Text{RU: ", номер ", EN: ", room "}, b.Room}, {Text{RU: ", питание ", EN: ", board "}, b.Meal}} {
		if part.value != "" {
			name.RU += part.words.RU + part.value
			name.EN += part.words.EN + part.value
		}
	}
	return name
}

// Mills splits thousandths of a unit into whole minor units, floored, and the rest of 0 to 9.
func Mills(n int64) (minor, mills int64) {
	mills = ((n % 10) + 10) % 10
	return (n - mills) / 10, mills
}

// EarnOnLines is what the lines of an invoice earn when the invoice held before already: the share of the whole invoice is floored once,
// what was given for before is taken off, and the rest is spread by amount. However an invoice is cut into pieces, the points of the
// pieces add up to those of the whole. Amounts are thousandths of a unit and not negative.
func EarnOnLines(before int64, amounts []int64, share, pointMinor int64) []int64 {
	after := before
	for _, a := range amounts {
		after += a
	}
	earn := func(n int64) int64 {
		minor, mills := Mills(n)
		return EarnPoints(minor, mills, share, pointMinor)
	}
	return Spread(earn(after)-earn(before), amounts, nil)
}

// ShareOfPiece is how much of an amount that belongs to a whole quantity goes with a piece of it, when done of it went before: floored, and
// the last piece takes what is left.
func ShareOfPiece(amount, done, piece, whole int64) int64 {
	return mulDiv(amount, done+piece, whole) - mulDiv(amount, done, whole)
}

// Purchase is how many of a product are left with a customer from a line of an order.
type Purchase struct {
	LineID int64
	At     time.Time
	Number int64 // place in the file; 0 for lines that were stored before it
	Left   int64
}

// Return is how many of a product a customer brought back.
type Return struct {
	At       time.Time
	Number   int64
	Quantity int64
}

// ReturnPart is how many of a return come from a purchase, by its index.
type ReturnPart struct {
	Purchase int
	Quantity int64
}

// MatchReturns decides which purchases of one customer and product its returns undo: earlier ones, the latest first, as many as they still
// hold; what no earlier purchase holds stays unmatched. Returns are taken in their order.
func MatchReturns(purchases []Purchase, returns []Return) [][]ReturnPart {
	latest := make([]int, len(purchases))
	left := make([]int64, len(purchases))
	for i, p := range purchases {
		latest[i], left[i] = i, p.Left
	}
	slices.SortFunc(latest, func(a, b int) int {
		x, y := purchases[a], purchases[b]
		return cmp.Or(y.At.Compare(x.At), cmp.Compare(y.Number, x.Number), cmp.Compare(y.LineID, x.LineID))
	})
	parts := make([][]ReturnPart, len(returns))
	for i, r := range returns {
		wanted := r.Quantity
		for _, n := range latest {
			p := purchases[n]
			if wanted == 0 {
				break
			}
			if left[n] == 0 || p.At.After(r.At) || p.At.Equal(r.At) && p.Number >= r.Number {
				continue
			}
			took := min(left[n], wanted)
			left[n] -= took
			wanted -= took
			parts[i] = append(parts[i], ReturnPart{n, took})
		}
	}
	return parts
}

// ImportSlug is the address of an imported product: what letters and digits of source and code allow, and, where that loses anything, for
// example the difference between 85049E and 85049e, a digest of the code.
func ImportSlug(source, code string) string {
	const longest = 80
	slug := strings.Join(strings.FieldsFunc(strings.ToLower(source+"-"+code), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	if slug == source+"-"+code && len(slug) <= longest {
		return slug
	}
	digest := fnv.New32a()
	_, _ = digest.Write([]byte(source + "\x00" + code))
	slug = strings.Trim(slug[:min(len(slug), longest)], "-")
	return strings.TrimPrefix(slug+"-", "-") + strconv.FormatUint(uint64(digest.Sum32()), 36)
}

// TextIn is a text in one language.
func TextIn(l Locale, text string) Text {
	if l == RU {
		return Text{RU: text}
	}
	return Text{EN: text}
}
