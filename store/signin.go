package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/domain"
)

// CodeLetter is a one-time code on its way: the arguments of a JobCode job. Sealed holds the code encrypted; OpenCode reads it.
type CodeLetter struct {
	Channel domain.SignInChannel `json:"channel"`
	Address string               `json:"address"`
	Locale  domain.Locale        `json:"locale"`
	Sealed  string               `json:"sealed"`
	Purpose string               `json:"purpose,omitempty"` // empty for signing in
	Until   time.Time            `json:"until"`
	// Points is how many points the code lets go to Receiver; 0 for a code that signs in.
	Points   int64  `json:"points,omitempty"`
	Receiver string `json:"receiver,omitempty"`

	code string
}

// StartSignIn records a new one-time code and the job that sends it. Refusals: a channel that is not set up; an address of the wrong form; TOO_MANY_TRIES when asked again too
// soon or too often, with the moment to try again. It does not tell whether the address is known.
func (s *Store) StartSignIn(ctx context.Context, in domain.SignInStart) (sent domain.CodeSent, err error) {
	b, err := s.Business(ctx)
	if err != nil {
		return sent, err
	}
	address, refused := domain.ParseAddress(in.Channel, in.Address, b.Country)
	if refused != nil {
		return sent, refused
	}
	letter, err := s.newLetter(in.Channel, in.Locale.Or(b.Locale))
	if err != nil {
		return sent, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		sent, err = tx.sendCode(ctx, address, codeUse{}, in.IP, letter)
		return err
	})
	return sent, err
}

// codeUse is what a one-time code is good for, and for nothing else; the zero value is signing in.
type codeUse struct {
	purpose    string
	transferID int64 // the transfer that a code of codeToTransfer lets go
}

// Purposes of codes that do not sign in.
const (
	codeToDelete   = "DELETE"
	codeToTransfer = "TRANSFER"
)

// newLetter is a letter with a fresh code; its address and its end are still open. Refusal: a channel that is not set up.
func (s *Store) newLetter(channel domain.SignInChannel, l domain.Locale) (CodeLetter, error) {
	if !slices.Contains(s.channels, channel) {
		return CodeLetter{}, domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"channel"}, Rule: "channel"})
	}
	code, err := newCode()
	if err != nil {
		return CodeLetter{}, err
	}
	sealed, err := s.seal(sealedCode, code)
	return CodeLetter{Channel: channel, Locale: l, Sealed: sealed, code: code}, err
}

// sendCode records the code of a letter and the job that sends it. Refusals: those of limitCodes.
func (t *Tx) sendCode(ctx context.Context, address domain.Address, use codeUse, ip string, letter CodeLetter) (sent domain.CodeSent, err error) {
	if err := t.limitCodes(ctx, address.Value, ip, use.transferID != 0); err != nil {
		return sent, err
	}
	sent = domain.CodeSent{ResendAt: t.now.Add(domain.CodeResendAfter), ExpiresAt: t.now.Add(domain.CodeLifetime)}
	letter.Address, letter.Until = address.Value, sent.ExpiresAt
	_, err = t.exec(ctx, `
with made as (
  insert into sign_in_code (channel, address, digest, ip, created_at, points_transfer_id)
  values ($1, $2, $3, $4, $5, nullif($8::bigint, 0))
)
insert into job (kind, args) values ($6, $7::jsonb)`, address.Channel, address.Value, t.s.secrets[0].digestCode(address, use, letter.code), ip, t.now, JobCode, asJSON(letter), use.transferID)
	t.asked = true
	return sent, err
}

// latestCode is the latest moment that a code may be from. Processes disagree by less; one that is further ahead was made while the clock was wrong, and
// would else keep its owner out until its time comes.
func (t *Tx) latestCode() time.Time { return t.now.Add(domain.CodeResendAfter) }

// limitCodes refuses a code that is asked for too soon after another of its kind, or too often. It locks the address for the transaction, so that
// requests at one moment count each other.
func (t *Tx) limitCodes(ctx context.Context, address, ip string, transfer bool) error {
	if _, err := t.exec(ctx, `select pg_advisory_xact_lock(hashtextextended('sign_in:' || $1, 0))`, address); err != nil {
		return err
	}
	var count struct {
		Last   *time.Time `db:"last"`
		Mine   int64      `db:"mine"`
		FromIP int64      `db:"from_ip"`
	}
	err := t.get(ctx, &count, `
select (select max(created_at) from sign_in_code where address = $1 and created_at <= $5 and (points_transfer_id is not null) = $4) as last,
       (select count(*) from sign_in_code where address = $1 and created_at > $3 and created_at <= $5) as mine,
       (select count(*) from sign_in_code where ip = $2 and ip <> '' and created_at > $3 and created_at <= $5) as from_ip`,
		address, ip, t.now.Add(-time.Hour), transfer, t.latestCode())
	if err != nil {
		return err
	}
	var retry time.Time
	switch {
	case count.Last != nil && t.now.Before(count.Last.Add(domain.CodeResendAfter)):
		retry = count.Last.Add(domain.CodeResendAfter)
	case count.Mine >= domain.CodesPerHour || count.FromIP >= domain.CodesPerHourFromIP:
		retry = t.now.Add(time.Hour)
	default:
		return nil
	}
	return domain.Refuse(domain.Refusal{Code: domain.CodeTooManyTries, Field: []string{"address"}, RetryAt: &retry})
}

// CompleteSignIn opens a session for who brings the right code. An address of a staff member opens a staff session; one of a customer, known or new, a
// customer's; one of both, both. Refusals: those of domain.CheckCode. A wrong try is counted even though it is refused.
func (s *Store) CompleteSignIn(ctx context.Context, in domain.SignInComplete) (out domain.SignedIn, err error) {
	b, err := s.Business(ctx)
	if err != nil {
		return out, err
	}
	address, refused := domain.ParseAddress(in.Channel, in.Address, b.Country)
	if refused != nil {
		return out, refused
	}
	var decision error
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if decision, err = tx.takeCode(ctx, address, codeUse{}, in.Code); decision != nil || err != nil {
			return err
		}
		who := domain.Identity{Locale: in.Locale.Or(b.Locale), TimeZone: in.TimeZone, UserAgent: in.UserAgent}
		if address.Channel == domain.ChannelEmail {
			who.Email = address.Value
		} else {
			who.Phone = address.Value
		}
		out, err = tx.openSession(ctx, who)
		return err
	})
	if err == nil {
		err = decision
	}
	return out, err
}

// takeCode uses up the last code that went to the address for a use, if it is the one given. decision is what domain.CheckCode says; a wrong try is counted.
func (t *Tx) takeCode(ctx context.Context, address domain.Address, use codeUse, code string) (decision, err error) {
	var found []domain.SignInCode
	err = t.list(ctx, &found, `
select id, channel, address, digest, tries, created_at, used_at
  from sign_in_code
 where channel = $1 and address = $2 and coalesce(points_transfer_id, 0) = $3 and created_at <= $4
 order by created_at desc, id desc
 limit 1
   for update`, address.Channel, address.Value, use.transferID, t.latestCode())
	if err != nil {
		return nil, err
	}
	var last *domain.SignInCode
	matches := false
	if len(found) > 0 {
		last = &found[0]
		matches = slices.ContainsFunc(t.s.secrets, func(k key) bool { return hmac.Equal(last.Digest, k.digestCode(address, use, code)) })
	}
	if decision = domain.CheckCode(last, matches, t.now); decision != nil {
		if last != nil {
			_, err = t.exec(ctx, `update sign_in_code set tries = tries + 1 where id = $1`, last.ID)
		}
		return decision, err
	}
	_, err = t.exec(ctx, `update sign_in_code set used_at = $2 where id = $1`, last.ID, t.now)
	return nil, err
}

// SignInAs opens a session for a person whom somebody else has proven.
func (s *Store) SignInAs(ctx context.Context, who domain.Identity) (out domain.SignedIn, err error) {
	if who.Phone == "" && who.Email == "" {
		return out, domain.Refuse(domain.Refusal{Code: domain.CodeTokenInvalid, Field: []string{"idToken"}})
	}
	return out, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		out, err = tx.openSession(ctx, who)
		return err
	})
}

// OpenSessionFor opens a session of a known customer or staff member without asking for proof; for the command line. Exactly one of the numbers is set.
func (s *Store) OpenSessionFor(ctx context.Context, customerID, staffID int64) (out domain.SignedIn, err error) {
	return out, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		out, err = tx.startSession(ctx, customerID, staffID, "kabinet token")
		return err
	})
}

// openSession finds the person, making a customer of one who is new, and starts their session.
func (t *Tx) openSession(ctx context.Context, who domain.Identity) (domain.SignedIn, error) {
	var staff []int64
	if err := t.list(ctx, &staff, `select id from staff where email = nullif($1, '') and left_at is null for share`, who.Email); err != nil {
		return domain.SignedIn{}, err
	}
	var staffID int64
	if len(staff) > 0 {
		staffID = staff[0]
	}
	customerID, err := t.findCustomer(ctx, who, staffID == 0)
	if err != nil {
		return domain.SignedIn{}, err
	}
	return t.startSession(ctx, customerID, staffID, who.UserAgent)
}

// findCustomer returns the customer with the phone or e-mail address, 0 when there is none and none is to be made. Who is being erased is waited for, and is
// nobody then: the addresses are keys, which nobody takes away while this transaction shares the lock of them.
func (t *Tx) findCustomer(ctx context.Context, who domain.Identity, create bool) (int64, error) {
	var ids []int64
	err := t.list(ctx, &ids, `
select id
  from customer
 where phone = nullif($1, '') or email = nullif($2, '')
 order by id
 limit 1
   for key share`, who.Phone, who.Email)
	if err != nil || len(ids) > 0 {
		return append(ids, 0)[0], err
	}
	if !create {
		return 0, nil
	}
	return t.createCustomer(ctx, domain.NewCustomer{Name: who.Name, Phone: who.Phone, Email: who.Email, Locale: who.Locale.Or(domain.RU), TimeZone: who.TimeZone})
}

// createCustomer adds a customer with a wallet and gives the points of signing up. Another transaction that adds the same person at this moment wins: its customer is returned.
func (t *Tx) createCustomer(ctx context.Context, c domain.NewCustomer) (id int64, err error) {
	err = t.get(ctx, &id, `
with made as (
  insert into customer as c (name, phone, email, locale, time_zone, created_at)
  values (nullif($1, ''), nullif($2, ''), nullif($3, ''), $4, $5, $6)
  on conflict do nothing
  returning id
), purse as (
  insert into wallet (customer_id) select id from made
), figures as (
  insert into customer_figures (customer_id) select id from made
)
select id from made
 union all
select id from customer where phone = nullif($2, '') or email = nullif($3, '')
 limit 1`, c.Name, c.Phone, c.Email, c.Locale, c.TimeZone, t.now)
	if errors.Is(err, domain.ErrNotFound) { // added by a transaction that ended after this statement began
		return t.findCustomer(ctx, domain.Identity{Phone: c.Phone, Email: c.Email}, false)
	}
	if err != nil {
		return 0, err
	}
	return id, t.award(ctx, domain.EarnSignUp, id, string(domain.EarnSignUp))
}

// AddCustomer adds a customer, or finds the one with the same phone or e-mail address, and returns their number.
func (s *Store) AddCustomer(ctx context.Context, c domain.NewCustomer) (id int64, err error) {
	return id, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, err = tx.findCustomer(ctx, domain.Identity{Phone: c.Phone, Email: c.Email}, false)
		if err != nil || id != 0 {
			return err
		}
		id, err = tx.createCustomer(ctx, c)
		return err
	})
}

// CustomerByAddress finds a customer by phone in E.164 form or by e-mail address; ErrNotFound when there is none.
func (s *Store) CustomerByAddress(ctx context.Context, a domain.Address) (c domain.Customer, err error) {
	err = s.get(ctx, &c, `select `+customerColumns+` from customer c where c.phone = $1 or c.email = $1`, a.Value)
	return c, err
}

const startSessionSQL = `
with opened as (
  insert into session (customer_id, staff_id, user_agent, created_at, last_used_at)
  values (nullif($1, 0::bigint), nullif($2, 0::bigint), nullif($3, ''), $4, $4)
  returning id
), token as (
  insert into refresh_token (digest, session_id, created_at)
  select $5, id, $4 from opened
), kept as (
  update customer set delete_at = null where id = $1 and delete_at is not null and erased_at is null
  returning id
)
select opened.id as session_id, exists (select 1 from kept) as restored,
       (select s.role from staff s where s.id = $2) as role,
       coalesce((select c.locale from customer c where c.id = $1), (select s.locale from staff s where s.id = $2)) as locale
  from opened`

func (t *Tx) startSession(ctx context.Context, customerID, staffID int64, userAgent string) (domain.SignedIn, error) {
	token, err := newRefreshToken()
	if err != nil {
		return domain.SignedIn{}, err
	}
	userAgent = strings.ToValidUTF8(userAgent[:min(len(userAgent), 300)], "")
	var row struct {
		SessionID int64             `db:"session_id"`
		Restored  bool              `db:"restored"`
		Role      *domain.StaffRole `db:"role"`
		Locale    domain.Locale     `db:"locale"`
	}
	if err := t.get(ctx, &row, startSessionSQL, customerID, staffID, userAgent, t.now, digestToken(token)); err != nil {
		return domain.SignedIn{}, err
	}
	v := domain.Viewer{SessionID: row.SessionID, CustomerID: customerID, StaffID: staffID, Role: valueOr(row.Role, ""), Locale: row.Locale}
	return domain.SignedIn{Viewer: v, RefreshToken: token, Restored: row.Restored}, nil
}

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%0*d", domain.CodeDigits, n), nil
}

// digestCode is the keyed digest under which a code is stored: six digits alone could be guessed from a plain hash.
func (k key) digestCode(a domain.Address, use codeUse, code string) []byte {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(string(a.Channel) + "\x00" + a.Value + "\x00" + code))
	if use.purpose != "" {
		mac.Write([]byte("\x00" + use.purpose))
	}
	if use.transferID != 0 {
		mac.Write([]byte("\x00" + strconv.FormatInt(use.transferID, 10)))
	}
	return mac.Sum(nil)
}

// OpenCode reads the code of a letter.
func (s *Store) OpenCode(l CodeLetter) (string, error) { return s.open(sealedCode, l.Sealed) }
