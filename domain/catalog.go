package domain

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// ProductKind is goods or a service.
type ProductKind string

// The kinds of products.
const (
	Goods   ProductKind = "GOODS"
	Service ProductKind = "SERVICE"
)

// ProductStatus is whether a product can be bought.
type ProductStatus string

// The states of a product.
const (
	ProductActive   ProductStatus = "ACTIVE"
	ProductInDraft  ProductStatus = "DRAFT"
	ProductArchived ProductStatus = "ARCHIVED"
)

// Availability is whether something can be had now.
type Availability string

// The degrees of availability. LowStock means LowStockAt or fewer.
const (
	Available  Availability = "AVAILABLE"
	LowStock   Availability = "LOW_STOCK"
	OutOfStock Availability = "OUT_OF_STOCK"

	LowStockAt = 5
)

// Category is a group of products.
type Category struct {
	ID       int64
	Slug     string
	Name     Text
	Position int64
}

// GID is the category's global id.
func (c Category) GID() GID { return GID{"Category", c.ID} }

// Product is goods or a service on offer.
type Product struct {
	ID           int64
	Slug         string
	Kind         ProductKind
	Status       ProductStatus
	Name         Text
	Description  Text
	CategoryID   *int64
	Attributes   []Attribute
	Expect       Expectation
	Version      int64
	CreatedAt    time.Time
	PriceMinor   *int64 // lowest price of the active variants
	CurrencyCode string
}

// GID is the product's global id.
func (p Product) GID() GID { return GID{"Product", p.ID} }

// Price is the lowest price of its variants; nil when it has none.
func (p Product) Price() *Money {
	if p.PriceMinor == nil {
		return nil
	}
	return &Money{*p.PriceMinor, p.CurrencyCode}
}

// Attribute is a fact about a product.
type Attribute struct {
	Name  Text `json:"name"`
	Value Text `json:"value"`
}

// Expectation is what a customer should know before ordering. Minutes are 0 when not told.
type Expectation struct {
	LeadTimeMinutes int64  `json:"leadTimeMinutes,omitempty"`
	DurationMinutes int64  `json:"durationMinutes,omitempty"`
	HowToPrepare    Text   `json:"howToPrepare,omitzero"`
	Documents       []Text `json:"documents,omitempty"`
}

// Variant is what can be ordered of a product.
type Variant struct {
	ID           int64
	ProductID    int64
	SKU          string
	Name         Text
	PriceMinor   int64
	CurrencyCode string
	Active       bool
	Stock        *int64 // nil for services
}

// GID is the variant's global id.
func (v Variant) GID() GID { return GID{"ProductVariant", v.ID} }

// Price is the price of one.
func (v Variant) Price() Money { return Money{v.PriceMinor, v.CurrencyCode} }

// Availability is whether the variant can be had now.
func (v Variant) Availability() Availability {
	switch {
	case !v.Active || v.Stock != nil && *v.Stock <= 0:
		return OutOfStock
	case v.Stock != nil && *v.Stock <= LowStockAt:
		return LowStock
	}
	return Available
}

// BestAvailability is the best of the variants; OutOfStock when there are none.
func BestAvailability(variants []Variant) Availability {
	best := OutOfStock
	for _, v := range variants {
		switch v.Availability() {
		case Available:
			return Available
		case LowStock:
			best = LowStock
		}
	}
	return best
}

// ProductFilter is which products are wanted; zero fields do not filter. Categories are slugs; prices are minor units, inclusive.
type ProductFilter struct {
	Kinds      []ProductKind
	Categories []string
	Statuses   []ProductStatus // nil means on offer only
	MinPrice   *int64
	MaxPrice   *int64
	Search     string
}

// ProductSort is what products are sorted by.
type ProductSort struct {
	Field string // POSITION, NAME, PRICE or CREATED_AT
	Desc  bool
}

// ProductDraft is a product as staff describe it. Nil fields stay as they are in an update.
type ProductDraft struct {
	Slug        *string
	Kind        *ProductKind
	Name        *Text
	Description *Text
	CategoryID  *int64 // 0 takes it out of its group
	Attributes  *[]Attribute
	Expect      *Expectation
	Status      *ProductStatus
	Pictures    *[]ShownPicture `json:",omitempty"`
}

// VariantDraft is a variant as staff describe it. Stock is nil for services and for variants that keep theirs.
type VariantDraft struct {
	SKU        string
	Name       Text
	PriceMinor int64
	Active     bool
	Stock      *int64
}

var (
	slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	skuForm  = regexp.MustCompile(`^[\pL\pN][\pL\pN ._/+-]{0,63}$`)
)

// CheckProduct lists what is wrong with a draft; all at once. A new product needs slug, kind and name.
func CheckProduct(d ProductDraft, isNew bool) (refused Refused) {
	if isNew && d.Slug == nil || d.Slug != nil && (len(*d.Slug) > 100 || !slugForm.MatchString(*d.Slug)) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"slug"}, Rule: "slug"})
	}
	if isNew && d.Name == nil || d.Name != nil && d.Name.Empty() {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"name"}, Rule: "name"})
	}
	texts := []struct {
		field string
		text  *Text
		max   int
	}{{"name", d.Name, 200}, {"description", d.Description, 10_000}}
	for _, t := range texts {
		if t.text != nil && max(utf8.RuneCountInString(t.text.RU), utf8.RuneCountInString(t.text.EN)) > t.max {
			refused = append(refused, Refusal{Code: CodeTooLong, Field: []string{t.field}, Limit: int64(t.max)})
		}
	}
	if d.Pictures != nil {
		refused = append(refused, CheckPictures(*d.Pictures, MaxProductPictures)...)
	}
	if d.Expect != nil && (d.Expect.LeadTimeMinutes < 0 || d.Expect.DurationMinutes < 0) {
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: []string{"whatToExpect"}, Limit: 0})
	}
	return refused
}

// MaxProductPictures is how many pictures a product may have.
const MaxProductPictures = 20

// CheckCategory lists what is wrong with a category.
func CheckCategory(c Category) (refused Refused) {
	if len(c.Slug) > 100 || !slugForm.MatchString(c.Slug) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"slug"}, Rule: "slug"})
	}
	if c.Name.Empty() {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"name"}, Rule: "name"})
	}
	if max(utf8.RuneCountInString(c.Name.RU), utf8.RuneCountInString(c.Name.EN)) > 200 {
		refused = append(refused, Refusal{Code: CodeTooLong, Field: []string{"name"}, Limit: 200})
	}
	return refused
}

// CheckVariant lists what is wrong with a draft; field paths begin with path.
func CheckVariant(d VariantDraft, path ...string) (refused Refused) {
	at := func(name string) []string { return append(append([]string{}, path...), name) }
	if !skuForm.MatchString(d.SKU) || strings.HasSuffix(d.SKU, " ") {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: at("sku"), Rule: "sku"})
	}
	if d.PriceMinor < 0 {
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: at("price"), Limit: 0})
	}
	if d.Stock != nil && *d.Stock < 0 {
		refused = append(refused, Refusal{Code: CodeTooSmall, Field: at("stock"), Limit: 0})
	}
	if d.Stock != nil && *d.Stock > MaxStock {
		refused = append(refused, Refusal{Code: CodeTooLarge, Field: at("stock"), Limit: MaxStock})
	}
	return refused
}

// MaxStock is the most of a variant that a stock can hold.
const MaxStock = 100_000_000
