package importer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// Format says how a file is written and whose records it holds; it is the part
// that both kinds of mapping share.
type Format struct {
	// Kind is "sales" or "stays" and must match the command.
	Kind string `yaml:"kind"`
	// Source is the namespace of the file's own numbers: invoice 17 of one
	// source is not invoice 17 of another. Later files of the same shop or hotel
	// keep the same source.
	Source string `yaml:"source"`
	// Locale is the language of names and texts, as a BCP 47 tag. Default "en".
	Locale string `yaml:"locale"`
	// Currency is the ISO 4217 code of all amounts.
	Currency string `yaml:"currency"`
	// Exponent is the number of decimals of the minor unit. Default 2.
	Exponent *int `yaml:"exponent"`
	// TimeZone is the IANA zone of the dates. Default "UTC".
	TimeZone string `yaml:"timeZone"`
	// Encoding is utf-8 (default), windows-1251, windows-1252 or iso-8859-1.
	Encoding string `yaml:"encoding"`
	// Delimiter parts the fields: one ASCII character. Default ",".
	Delimiter string `yaml:"delimiter"`
	// DecimalMark is "." (default) or ",".
	DecimalMark string `yaml:"decimalMark"`
	// Nulls are the values that mean "not known". Default: the empty one.
	Nulls []string `yaml:"nulls"`

	zone *time.Location
}

// Zone is the time zone of the dates.
func (f *Format) Zone() *time.Location { return f.zone }

// MinorExponent is the number of decimals of the minor unit.
func (f *Format) MinorExponent() int { return *f.Exponent }

// SalesMapping tells what the columns of a file of sales lines mean. See
// docs/examples/online-retail.map.yaml for a commented one.
type SalesMapping struct {
	Format `yaml:",inline"`
	// Columns are header names. Country, customer, name and line may be left out.
	Columns SalesColumns `yaml:"columns"`
	// DateFormat is written with YYYY, MM, DD, hh, mm, ss (M, D, h: with or
	// without a leading zero). Default "YYYY-MM-DD hh:mm:ss".
	DateFormat string `yaml:"dateFormat"`
	// Refunds tells how lines that take goods back are marked.
	Refunds RefundMarker `yaml:"refunds"`
	// Adjustments tells which invoices are bookkeeping and no sale.
	Adjustments InvoiceMarker `yaml:"adjustments"`
	// Services names product codes that are not goods: postage, fees, vouchers.
	Services CodeList `yaml:"services"`
	// PointValue is the worth of one bonus point in minor units. Default 1.
	PointValue int64 `yaml:"pointValue"`
	// Products says what becomes of goods that the catalogue lacks: "active"
	// (default) puts them on show, out of stock until somebody counts them;
	// "archived" keeps them for the desk. Services are archived in any case:
	// nobody orders postage or a fee.
	Products string `yaml:"products"`
}

// SalesColumns are the header names of a sales file.
type SalesColumns struct {
	Invoice   string `yaml:"invoice"`
	Line      string `yaml:"line"` // number of the line in its invoice; counted when left out
	Customer  string `yaml:"customer"`
	Product   string `yaml:"product"` // the code; upper and lower case are different codes
	Name      string `yaml:"name"`
	Quantity  string `yaml:"quantity"`
	UnitPrice string `yaml:"unitPrice"`
	At        string `yaml:"at"`
	Country   string `yaml:"country"`
}

// InvoiceMarker tells an invoice's kind by how its number begins.
type InvoiceMarker struct {
	InvoicePrefixes []string `yaml:"invoicePrefixes"`
}

func (m InvoiceMarker) marks(invoice string) bool { return hasAnyPrefix(invoice, m.InvoicePrefixes) }

// RefundMarker tells refunds from sales.
type RefundMarker struct {
	InvoiceMarker `yaml:",inline"`
	// NegativeQuantity makes a line of an unmarked invoice a refund when its
	// quantity is negative and it is worth something. Default false: such a line
	// is rejected.
	NegativeQuantity bool `yaml:"negativeQuantity"`
}

// CodeList is a set of product codes.
type CodeList struct {
	Codes    []string `yaml:"codes"`
	Prefixes []string `yaml:"prefixes"`
}

func (l CodeList) has(code string) bool {
	return slices.Contains(l.Codes, code) || hasAnyPrefix(code, l.Prefixes)
}

// StaysMapping tells what the columns of a list of bookings mean. See
// docs/examples/hotel-bookings.map.yaml for a commented one.
type StaysMapping struct {
	Format `yaml:",inline"`
	// Columns are header names; the first block of StaysColumns is required.
	Columns StaysColumns `yaml:"columns"`
	// Status names the values of the status column.
	Status StatusValues `yaml:"status"`
	// CancelledMark is the value of the column cancelled that says yes. Default "1".
	CancelledMark string `yaml:"cancelledMark"`
	// StatusDateFormat is that of statusDate. Default "YYYY-MM-DD".
	StatusDateFormat string `yaml:"statusDateFormat"`
	// Repeats says whether a row equal to one of an earlier file is the same
	// booking ("same", default) or another one ("new"); see the package.
	Repeats string `yaml:"repeats"`
}

// StaysColumns are the header names of a list of bookings.
type StaysColumns struct {
	ArrivalYear   string `yaml:"arrivalYear"`
	ArrivalMonth  string `yaml:"arrivalMonth"` // English name or number
	ArrivalDay    string `yaml:"arrivalDay"`
	LeadDays      string `yaml:"leadDays"` // booked on = arrival less these
	WeekendNights string `yaml:"weekendNights"`
	WeekNights    string `yaml:"weekNights"`
	Adults        string `yaml:"adults"`
	Children      string `yaml:"children"`
	Babies        string `yaml:"babies"`
	Rate          string `yaml:"rate"` // for one night
	Status        string `yaml:"status"`

	Cancelled    string `yaml:"cancelled"`
	StatusDate   string `yaml:"statusDate"`
	Property     string `yaml:"property"`
	RoomReserved string `yaml:"roomReserved"`
	RoomAssigned string `yaml:"roomAssigned"`
	Meal         string `yaml:"meal"`
	Segment      string `yaml:"segment"`
	Channel      string `yaml:"channel"`
	Country      string `yaml:"country"`
	Agent        string `yaml:"agent"`
	Company      string `yaml:"company"`
	CustomerType string `yaml:"customerType"`
	Deposit      string `yaml:"deposit"`
}

// StatusValues names the values of a status column.
type StatusValues struct {
	Completed []string `yaml:"completed"`
	Cancelled []string `yaml:"cancelled"`
	NoShow    []string `yaml:"noShow"`
}

// ReadSalesMapping reads and checks a mapping of sales. The name is that of the
// file, for messages. A key that is not known is an error with its line.
func ReadSalesMapping(name string, r io.Reader) (*SalesMapping, error) {
	m := &SalesMapping{
		DateFormat: "YYYY-MM-DD hh:mm:ss",
		PointValue: 1,
		Products:   "active",
	}
	if err := decodeMapping(name, r, m); err != nil {
		return nil, err
	}
	return checked(name, m, m.check())
}

// ReadStaysMapping reads and checks a mapping of stays, as ReadSalesMapping does.
func ReadStaysMapping(name string, r io.Reader) (*StaysMapping, error) {
	m := &StaysMapping{CancelledMark: "1", StatusDateFormat: "YYYY-MM-DD", Repeats: "same"}
	if err := decodeMapping(name, r, m); err != nil {
		return nil, err
	}
	return checked(name, m, m.check())
}

// OpenSalesMapping is ReadSalesMapping for a file.
func OpenSalesMapping(path string) (*SalesMapping, error) { return openMapping(path, ReadSalesMapping) }

// OpenStaysMapping is ReadStaysMapping for a file.
func OpenStaysMapping(path string) (*StaysMapping, error) { return openMapping(path, ReadStaysMapping) }

func openMapping[M any](path string, read func(string, io.Reader) (*M, error)) (*M, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the mapping: %w", err)
	}
	defer file.Close()
	return read(path, file)
}

func decodeMapping(name string, r io.Reader, into any) error {
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	err := decoder.Decode(into)
	var mistyped *yaml.TypeError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the mapping is empty", name)
	case errors.As(err, &mistyped):
		var all []error
		for _, message := range mistyped.Errors {
			all = append(all, fmt.Errorf("%s: %s", name, plainYAML(message)))
		}
		return errors.Join(all...)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// plainYAML turns "line 7: field foo not found in type importer.X" into words
// for somebody who has not read this package.
func plainYAML(message string) string {
	at, rest, ok := strings.Cut(message, ": field ")
	if key, _, found := strings.Cut(rest, " not found in type "); ok && found {
		return fmt.Sprintf("%s: unknown key %q", at, key)
	}
	return message
}

// checked gives the mapping, or all that is wrong with it.
func checked[M any](name string, m *M, errs []error) (*M, error) {
	for i, err := range errs {
		errs[i] = fmt.Errorf("%s: %w", name, err)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return m, nil
}

func (m *SalesMapping) check() []error {
	errs := m.Format.complete("sales")
	errs = append(errs, requireKeys(map[string]string{
		"columns.invoice": m.Columns.Invoice, "columns.product": m.Columns.Product, "columns.quantity": m.Columns.Quantity,
		"columns.unitPrice": m.Columns.UnitPrice, "columns.at": m.Columns.At,
	})...)
	if _, err := compileDates(m.DateFormat); err != nil {
		errs = append(errs, fmt.Errorf("dateFormat: %w", err))
	}
	if m.PointValue < 1 || m.PointValue > 1e6 {
		errs = append(errs, fmt.Errorf("pointValue: %d is not between 1 and 1000000 minor units", m.PointValue))
	}
	if m.Products != "active" && m.Products != "archived" {
		errs = append(errs, fmt.Errorf(`products: %q is neither "active" nor "archived"`, m.Products))
	}
	for key, prefixes := range map[string][]string{
		"refunds.invoicePrefixes":     m.Refunds.InvoicePrefixes,
		"adjustments.invoicePrefixes": m.Adjustments.InvoicePrefixes,
		"services.prefixes":           m.Services.Prefixes,
	} {
		if slices.Contains(prefixes, "") {
			errs = append(errs, fmt.Errorf("%s: an empty prefix would match everything", key))
		}
	}
	return errs
}

func (m *StaysMapping) check() []error {
	c := &m.Columns
	errs := m.Format.complete("stays")
	errs = append(errs, requireKeys(map[string]string{
		"columns.arrivalYear": c.ArrivalYear, "columns.arrivalMonth": c.ArrivalMonth, "columns.arrivalDay": c.ArrivalDay,
		"columns.leadDays": c.LeadDays, "columns.weekendNights": c.WeekendNights, "columns.weekNights": c.WeekNights,
		"columns.adults": c.Adults, "columns.children": c.Children, "columns.babies": c.Babies,
		"columns.rate": c.Rate, "columns.status": c.Status,
	})...)
	if len(m.Status.Completed) == 0 || len(m.Status.Cancelled) == 0 {
		errs = append(errs, errors.New("status.completed and status.cancelled must name at least one value each"))
	}
	if _, err := compileDates(m.StatusDateFormat); err != nil {
		errs = append(errs, fmt.Errorf("statusDateFormat: %w", err))
	}
	if m.Repeats != "same" && m.Repeats != "new" {
		errs = append(errs, fmt.Errorf(`repeats: %q is neither "same" nor "new"`, m.Repeats))
	}
	return errs
}

// complete fills the defaults in and checks what the kinds share.
func (f *Format) complete(kind string) []error {
	f.Locale = orDefault(f.Locale, "en")
	f.TimeZone = orDefault(f.TimeZone, "UTC")
	f.Encoding = orDefault(f.Encoding, "utf-8")
	f.Delimiter = orDefault(f.Delimiter, ",")
	f.DecimalMark = orDefault(f.DecimalMark, ".")
	if f.Exponent == nil {
		two := 2
		f.Exponent = &two
	}
	if f.Nulls == nil {
		f.Nulls = []string{""}
	}
	errs := requireKeys(map[string]string{"source": f.Source, "currency": f.Currency})
	if f.Kind != kind {
		errs = append(errs, fmt.Errorf("kind: %q, but this command reads %q", f.Kind, kind))
	}
	if *f.Exponent < 0 || *f.Exponent > 4 {
		errs = append(errs, fmt.Errorf("exponent: %d is not between 0 and 4", *f.Exponent))
	}
	if len(f.Delimiter) != 1 || strings.ContainsAny(f.Delimiter, "\"\r\n\x00") || f.Delimiter[0] > 127 {
		errs = append(errs, fmt.Errorf("delimiter: %q is not one ASCII character that can part fields", f.Delimiter))
	}
	if f.DecimalMark != "." && f.DecimalMark != "," {
		errs = append(errs, fmt.Errorf(`decimalMark: %q is neither "." nor ","`, f.DecimalMark))
	}
	if _, err := f.charset(); err != nil {
		errs = append(errs, err)
	}
	zone, err := time.LoadLocation(f.TimeZone)
	if err != nil {
		errs = append(errs, fmt.Errorf("timeZone: %w", err))
	}
	f.zone = zone
	return errs
}

// charset is nil for UTF-8.
func (f *Format) charset() (encoding.Encoding, error) {
	switch strings.ToLower(f.Encoding) {
	case "utf-8", "utf8":
		return nil, nil
	case "windows-1251", "cp1251":
		return charmap.Windows1251, nil
	case "windows-1252", "cp1252":
		return charmap.Windows1252, nil
	case "iso-8859-1", "latin1":
		return charmap.ISO8859_1, nil
	}
	return nil, fmt.Errorf("encoding: %q is not one of utf-8, windows-1251, windows-1252, iso-8859-1", f.Encoding)
}

func requireKeys(values map[string]string) []error {
	var errs []error
	for key, value := range values {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is required", key))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs
}

func orDefault(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func hasAnyPrefix(text string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
