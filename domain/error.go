package domain

import (
	"errors"
	"fmt"
	"time"
)

// Code says why a whole request failed. It is what clients see in extensions.code.
type Code string

// The codes of failed requests. Anything that is not a coded error is Internal.
const (
	Unauthenticated Code = "UNAUTHENTICATED"
	Forbidden       Code = "FORBIDDEN"
	NotFound        Code = "NOT_FOUND"
	Invalid         Code = "INVALID"
	Conflict        Code = "CONFLICT"
	RateLimited     Code = "RATE_LIMITED"
	UnknownDocument Code = "UNKNOWN_DOCUMENT"
	Internal        Code = "INTERNAL"
)

// Error is a failure of a whole request with words that are fit for a client. Refusals of the business are UserErrors instead.
type Error struct {
	Code    Code
	Message string
	// RetryAfter is how long the client should wait; 0 when it need not.
	RetryAfter time.Duration
	// Limit names the limit that was passed, for whoever counts refusals; empty for other failures.
	Limit string
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Errorf makes a coded error.
func Errorf(code Code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// OverLimit makes the error of a request that passed a limit. The name is one of few and goes to no client.
func OverLimit(limit, format string, args ...any) error {
	return &Error{Code: Invalid, Message: fmt.Sprintf(format, args...), Limit: limit}
}

// CodeOf returns the code of err: its own, or Internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// ErrNotFound is what a lookup answers for an object that does not exist or is somebody else's: ids must not be probes.
var ErrNotFound error = &Error{Code: NotFound, Message: "there is no such object"}

// ErrStreamEnded says that the server ended a stream of events, or began none: it stops, or the client was too slow.
var ErrStreamEnded error = &Error{Code: Internal, Message: "the stream was ended by the server; subscribe again after the last cursor"}

// Refusal is one thing the business refused and why. Params fill the words of its code; concrete facts that the client needs
// next are fields of their own and are zero where they do not belong.
type Refusal struct {
	Code  UserErrorCode
	Field []string
	// Rule picks the words among those of the code, for example "reason" of REQUIRED; empty for the code's general words.
	Rule string
	// Limit is the bound that was passed, for TOO_LONG, TOO_SMALL, TOO_LARGE and POINTS_LIMIT.
	Limit int64
	// VariantID and Available belong to OUT_OF_STOCK; Available also to INSUFFICIENT_POINTS.
	VariantID int64
	Available int64
	// Name is the name of the thing the words speak of, for example of a product.
	Name Text
	// Current is what is true now, or what is missing: of PRICE_CHANGED and CLUB_SPEND_TOO_LOW.
	Current *Money
	// Status and Actions belong to ACTION_NOT_ALLOWED.
	Status  OrderStatus
	Actions []OrderAction
	// TriesLeft and RetryAt belong to the codes of signing in; RetryAt of CLUB_SPEND_TOO_LOW is until when Current is enough.
	TriesLeft *int64
	RetryAt   *time.Time
	// Numbers are those of the orders that OPEN_ORDERS speaks of.
	Numbers []string
	// Detail is what a reader of the caller's file made of it, in English: of INVALID.
	Detail string
}

// Refused is the error of a verb that the business refused: nothing was written. It holds at least one refusal.
type Refused []Refusal

func (r Refused) Error() string { return fmt.Sprintf("refused: %s (%d in all)", r[0].Code, len(r)) }

// Refuse makes the error of a single refusal.
func Refuse(r Refusal) error { return Refused{r} }

// AsRefused returns the refusals inside err, or nil when err is something else.
func AsRefused(err error) Refused {
	var r Refused
	if errors.As(err, &r) {
		return r
	}
	return nil
}

// UserErrorCode says why the business refused, for programs.
type UserErrorCode string

// The reasons of refusals, as in the published schema.
const (
	CodeRequired           UserErrorCode = "REQUIRED"
	CodeInvalid            UserErrorCode = "INVALID"
	CodeTooLong            UserErrorCode = "TOO_LONG"
	CodeTooSmall           UserErrorCode = "TOO_SMALL"
	CodeTooLarge           UserErrorCode = "TOO_LARGE"
	CodeNotFound           UserErrorCode = "NOT_FOUND"
	CodeAlreadyExists      UserErrorCode = "ALREADY_EXISTS"
	CodeOutOfStock         UserErrorCode = "OUT_OF_STOCK"
	CodeInsufficientPoints UserErrorCode = "INSUFFICIENT_POINTS"
	CodePointsLimit        UserErrorCode = "POINTS_LIMIT"
	CodeActionNotAllowed   UserErrorCode = "ACTION_NOT_ALLOWED"
	CodeCodeWrong          UserErrorCode = "CODE_WRONG"
	CodeCodeExpired        UserErrorCode = "CODE_EXPIRED"
	CodeTooManyTries       UserErrorCode = "TOO_MANY_TRIES"
	CodeTokenInvalid       UserErrorCode = "TOKEN_INVALID"
	CodeReferralRefused    UserErrorCode = "REFERRAL_REFUSED"
	CodeClubBanned         UserErrorCode = "CLUB_BANNED"
	CodeClubInviteOnly     UserErrorCode = "CLUB_INVITE_ONLY"
	CodeClubSpendTooLow    UserErrorCode = "CLUB_SPEND_TOO_LOW"
	CodeClubStep           UserErrorCode = "CLUB_STEP"
	CodeClubPosting        UserErrorCode = "CLUB_POSTING"
	CodePriceChanged       UserErrorCode = "PRICE_CHANGED"
	CodeOpenOrders         UserErrorCode = "OPEN_ORDERS"
	CodeFamilyRefused      UserErrorCode = "FAMILY_REFUSED"
	CodeStorageFull        UserErrorCode = "STORAGE_FULL"
	CodeLastAdmin          UserErrorCode = "LAST_ADMIN"
)
