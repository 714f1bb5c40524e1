package domain

import (
	"strings"
	"time"
)

// Review is what a customer says of a product they bought.
type Review struct {
	ID           int64      `db:"id"`
	ProductID    int64      `db:"product_id"`
	CustomerID   int64      `db:"customer_id"`
	Name         *string    `db:"name"` // of the customer, in full
	Rating       int64      `db:"rating"`
	Text         string     `db:"text"`
	CreatedAt    time.Time  `db:"created_at"`
	EditedAt     *time.Time `db:"edited_at"`
	HiddenAt     *time.Time `db:"hidden_at"`
	HiddenReason *string    `db:"hidden_reason"`
}

// GID is the review's global id.
func (r Review) GID() GID { return GID{"Review", r.ID} }

// Author is the customer's name as others see it; empty when not told.
func (r Review) Author() string {
	if r.Name == nil {
		return ""
	}
	return ShortName(*r.Name)
}

// MaySee says whether the viewer may read the review: what is hidden, only its author and the staff.
func (r Review) MaySee(v Viewer) bool { return r.HiddenAt == nil || v.MaySee(r.CustomerID) }

// Mine says whether the viewer wrote it.
func (r Review) Mine(v Viewer) bool { return v.CustomerID != 0 && v.CustomerID == r.CustomerID }

// ProductRating sums up the reviews of a product that are shown.
type ProductRating struct {
	ProductID int64 `db:"product_id"`
	Reviews   int64 `db:"reviews"`
	Stars     int64 `db:"stars"`
}

// Average is the mean rating to one decimal, halves up; nil without reviews.
func (r ProductRating) Average() *Decimal {
	if r.Reviews == 0 {
		return nil
	}
	tenths := (r.Stars*20 + r.Reviews) / (2 * r.Reviews)
	d := Decimal(strings.TrimSuffix(string(DecimalOf(tenths*10, 0)), "0"))
	return &d
}

// ReviewDraft is a review as a customer writes it: 1 to 5 stars and plain text, which may be empty.
type ReviewDraft struct {
	IdempotencyKey string
	ProductID      int64
	Rating         int64
	Text           string
}

// CheckReview lists what is wrong with a review before anything is looked up, all at once.
func CheckReview(d ReviewDraft) Refused {
	return append(within(d.Rating, 1, 5, "rating"), CheckText(d.Text, false, MaxComment, "text")...)
}
