package domain

import "time"

// StaffRole is what a staff member may do; each role may do all that the one before may.
type StaffRole string

// The roles of staff, least first.
const (
	Operator StaffRole = "OPERATOR"
	Manager  StaffRole = "MANAGER"
	Admin    StaffRole = "ADMIN"
)

// AtLeast says whether r may do what least may. The zero role may do nothing.
func (r StaffRole) AtLeast(least StaffRole) bool { return r.rank() >= least.rank() && r.rank() > 0 }

func (r StaffRole) rank() int {
	switch r {
	case Operator:
		return 1
	case Manager:
		return 2
	case Admin:
		return 3
	}
	return 0
}

// Viewer is who is calling: a customer, a staff member, both, or, when zero, somebody who has not signed in.
type Viewer struct {
	SessionID  int64
	CustomerID int64
	StaffID    int64
	Role       StaffRole
	Locale     Locale // of the caller's messages; never empty after the HTTP floor
}

// SignedIn says whether the caller is known.
func (v Viewer) SignedIn() bool { return v.CustomerID != 0 || v.StaffID != 0 }

// IsStaff says whether the caller works here.
func (v Viewer) IsStaff() bool { return v.StaffID != 0 && v.Role.AtLeast(Operator) }

// MaySee says whether the caller may see what belongs to the customer.
func (v Viewer) MaySee(customerID int64) bool {
	return v.IsStaff() || v.CustomerID != 0 && v.CustomerID == customerID
}

// Customer is a person who buys from the business.
type Customer struct {
	ID             int64     `db:"id"`
	Name           *string   `db:"name"`
	Phone          *string   `db:"phone"`
	Email          *string   `db:"email"`
	Locale         Locale    `db:"locale"`
	TimeZone       *string   `db:"time_zone"`
	Birthday       *Date     `db:"birthday"`
	ExternalNumber *string   `db:"external_number"`
	CreatedAt      time.Time `db:"created_at"`
	// DeleteAt is when the customer will be erased, as they asked; nil when they stay.
	DeleteAt *time.Time `db:"delete_at"`
}

// GID is the customer's global id.
func (c Customer) GID() GID { return GID{"Customer", c.ID} }

// CustomerFigures is what a customer brought in so far. Mills are thousandths of a unit beyond the minor units.
type CustomerFigures struct {
	CompletedOrders int64      `db:"completed_orders"`
	PaidMinor       int64      `db:"paid"`
	PaidMills       int64      `db:"paid_mills"`
	RefundedMinor   int64      `db:"refunded"`
	RefundedMills   int64      `db:"refunded_mills"`
	LastOrderAt     *time.Time `db:"last_order_at"`
}

// Paid is what was paid for completed orders, exact.
func (f CustomerFigures) Paid() Decimal { return decimalOfMills(f.PaidMinor*10 + f.PaidMills) }

// Refunded is what was given back, exact.
func (f CustomerFigures) Refunded() Decimal {
	return decimalOfMills(f.RefundedMinor*10 + f.RefundedMills)
}

// Net is what was paid less what was given back, exact.
func (f CustomerFigures) Net() Decimal {
	return decimalOfMills((f.PaidMinor-f.RefundedMinor)*10 + f.PaidMills - f.RefundedMills)
}

// decimalOfMills writes thousandths of a unit with two decimals, or with three where the third is not 0.
func decimalOfMills(n int64) Decimal {
	if n%10 == 0 {
		return DecimalOf(n/10, 0)
	}
	minor := n / 10
	if n < 0 {
		minor--
	}
	return DecimalOf(minor, n-minor*10)
}

// StaffMember is a person who works for the business, or did.
type StaffMember struct {
	ID     int64      `db:"id"`
	Name   string     `db:"name"`
	Email  string     `db:"email"`
	Role   StaffRole  `db:"role"`
	OnDuty bool       `db:"on_duty"`
	Locale Locale     `db:"locale"`
	LeftAt *time.Time `db:"left_at"` // nil for who works here
}

// GID is the staff member's global id.
func (s StaffMember) GID() GID { return GID{"StaffMember", s.ID} }

// DevicePlatform is what a device runs.
type DevicePlatform string

// The platforms that get pushes.
const (
	Android DevicePlatform = "ANDROID"
	IOS     DevicePlatform = "IOS"
	Web     DevicePlatform = "WEB"
)

// Device is a phone or browser that gets pushes, of a customer or of a staff member.
type Device struct {
	ID         int64          `db:"id"`
	CustomerID *int64         `db:"customer_id"`
	StaffID    *int64         `db:"staff_id"`
	Token      string         `db:"token"`
	Platform   DevicePlatform `db:"platform"`
	Name       *string        `db:"name"`
	Locale     *Locale        `db:"locale"`
	CreatedAt  time.Time      `db:"created_at"`
	SeenAt     time.Time      `db:"seen_at"`
}

// GID is the device's global id.
func (d Device) GID() GID { return GID{"Device", d.ID} }

// Session is a place where a person is signed in.
type Session struct {
	ID         int64     `db:"id"`
	CustomerID *int64    `db:"customer_id"`
	StaffID    *int64    `db:"staff_id"`
	UserAgent  *string   `db:"user_agent"`
	CreatedAt  time.Time `db:"created_at"`
	LastUsedAt time.Time `db:"last_used_at"`
}

// GID is the session's global id.
func (s Session) GID() GID { return GID{"Session", s.ID} }

// SignInChannel is how a one-time code travels.
type SignInChannel string

// The channels of one-time codes.
const (
	ChannelSMS   SignInChannel = "SMS"
	ChannelEmail SignInChannel = "EMAIL"
)

// The limits of one-time codes and tokens.
const (
	CodeDigits         = 6
	CodeLifetime       = 10 * time.Minute
	CodeTries          = 5
	CodeResendAfter    = 30 * time.Second
	CodesPerHour       = 10  // for one address
	CodesPerHourFromIP = 100 // for one network address
	AccessLifetime     = 15 * time.Minute
	RefreshLifetime    = 90 * 24 * time.Hour
	RefreshGrace       = 20 * time.Second // for the tabs of a browser that share a cookie
)

// SignInCode is a one-time code as stored: its digest, never the code.
type SignInCode struct {
	ID        int64         `db:"id"`
	Channel   SignInChannel `db:"channel"`
	Address   string        `db:"address"`
	Digest    []byte        `db:"digest"`
	Tries     int64         `db:"tries"`
	CreatedAt time.Time     `db:"created_at"`
	UsedAt    *time.Time    `db:"used_at"`
}

// CheckCode decides whether a typed code signs in. A nil code was never sent. Every wrong try is to be counted by the caller.
func CheckCode(c *SignInCode, matches bool, now time.Time) error {
	switch {
	case c == nil || c.UsedAt != nil || !now.Before(c.CreatedAt.Add(CodeLifetime)):
		return Refuse(Refusal{Code: CodeCodeExpired, Field: []string{"code"}})
	case c.Tries >= CodeTries:
		return Refuse(Refusal{Code: CodeTooManyTries, Field: []string{"code"}, TriesLeft: new(int64)})
	case !matches:
		left := CodeTries - c.Tries - 1
		return Refuse(Refusal{Code: CodeCodeWrong, Field: []string{"code"}, TriesLeft: &left})
	}
	return nil
}
