package domain

import (
	"net/mail"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
)

// Address is where a person can be reached and recognised: a phone in E.164 form or an e-mail address in lower case.
type Address struct {
	Channel SignInChannel
	Value   string
}

// ParseAddress reads an address as people type it. country is the ISO 3166 code that local phone numbers belong to.
func ParseAddress(channel SignInChannel, typed, country string) (Address, Refused) {
	typed = strings.TrimSpace(typed)
	bad := Refused{{Code: CodeInvalid, Field: []string{"address"}, Rule: "address"}}
	if typed == "" || len(typed) > 254 {
		return Address{}, bad
	}
	if channel == ChannelEmail {
		parsed, err := mail.ParseAddress(typed)
		if err != nil || parsed.Name != "" || parsed.Address != typed || !strings.Contains(typed[strings.LastIndex(typed, "@")+1:], ".") {
			return Address{}, bad
		}
		return Address{channel, strings.ToLower(typed)}, nil
	}
	number, err := phonenumbers.Parse(typed, country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return Address{}, bad
	}
	return Address{channel, phonenumbers.Format(number, phonenumbers.E164)}, nil
}

// SignInStart asks for a one-time code. IP is the network address that asks, for limits; empty when not known.
type SignInStart struct {
	Channel SignInChannel
	Address string
	Locale  Locale
	IP      string
}

// CodeSent is the answer to SignInStart; the same whether or not the address is known.
type CodeSent struct {
	ResendAt  time.Time
	ExpiresAt time.Time
}

// SignInComplete brings the code. Locale and TimeZone are for a new customer.
type SignInComplete struct {
	Channel   SignInChannel
	Address   string
	Code      string
	Locale    Locale
	TimeZone  *string
	UserAgent string
}

// Identity is a person whom somebody else has proven, for example Firebase. At least one of Phone and Email is set and proven.
type Identity struct {
	Phone     string
	Email     string
	Name      string
	Locale    Locale
	TimeZone  *string
	UserAgent string
}

// SignedIn is a session that was opened or refreshed, with its next refresh token.
type SignedIn struct {
	Viewer       Viewer
	RefreshToken string
	Restored     bool // whether signing in took back a deletion
}

// CustomerPatch is what a customer changes about themselves; nil fields stay, pointers to nil are removed.
type CustomerPatch struct {
	Name     **string
	Locale   *Locale
	TimeZone **string
	Birthday *Date // told once
}

// CheckCustomer lists what is wrong with a change.
func CheckCustomer(p CustomerPatch) (refused Refused) {
	if p.Name != nil && *p.Name != nil {
		refused = append(refused, CheckText(strings.TrimSpace(**p.Name), true, 200, "name")...)
	}
	if p.TimeZone != nil && *p.TimeZone != nil {
		if _, err := time.LoadLocation(**p.TimeZone); err != nil {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"timeZone"}, Rule: "timeZone"})
		}
	}
	return refused
}

// StaffDraft is a staff member to add or change.
type StaffDraft struct {
	Email  string
	Name   string
	Role   StaffRole
	Locale Locale
}

// StaffPatch is what a staff member changes about their own desk; nil fields stay.
type StaffPatch struct {
	OnDuty *bool
	Locale *Locale
}

// DeviceDraft is a device to register for the caller.
type DeviceDraft struct {
	Token    string
	Platform DevicePlatform
	Name     *string
	Locale   *Locale
}

// MaxToken bounds the token of a device, in characters. FCM's are some 160; more than 600 would not fit the index that keeps them unique.
const MaxToken = 600

// CheckDevice lists what is wrong with a device.
func CheckDevice(d DeviceDraft) (refused Refused) {
	refused = CheckText(d.Token, true, MaxToken, "token")
	if d.Name != nil {
		refused = append(refused, CheckText(*d.Name, false, 200, "name")...)
	}
	return refused
}

// CustomerSort is what customers are sorted by: CREATED_AT or NET.
type CustomerSort struct {
	Field string
	Desc  bool
}

// NewCustomer is a customer to add. At least one of Phone, in E.164 form, and Email, in lower case, is set.
type NewCustomer struct {
	Name     string
	Phone    string
	Email    string
	Locale   Locale
	TimeZone *string
}
