package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kabinet/domain"
	"kabinet/push"
)

// tokens makes and reads access tokens: JWT with HMAC-SHA-256 and no other algorithm. The kid of a token names its key by a digest.
type tokens struct {
	id     string // of the key in use
	key    []byte
	byID   map[string][]byte // that key and those that were in use before
	now    func() time.Time
	parser *jwt.Parser
}

const tokenIssuer = "kabinet"

// newTokens signs with the first secret and reads what any of them signed.
func newTokens(secrets [][]byte, now func() time.Time) *tokens {
	t := &tokens{id: keyID(secrets[0]), key: secrets[0], byID: map[string][]byte{}, now: now, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(tokenIssuer), jwt.WithAudience(tokenIssuer), jwt.WithExpirationRequired(), jwt.WithTimeFunc(now),
	)}
	for _, secret := range secrets {
		t.byID[keyID(secret)] = secret
	}
	return t
}

// keyID names a secret without telling anything of it.
func keyID(secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("kid"))
	return hex.EncodeToString(mac.Sum(nil)[:6])
}

var errUnknownKey = errors.New("a token with an unknown key")

// keyOf finds the key of a token by its kid. A token without one is of a release that knew but one key.
func (t *tokens) keyOf(token *jwt.Token) (any, error) {
	kid, named := token.Header["kid"]
	if !named {
		return t.key, nil
	}
	id, _ := kid.(string)
	key, known := t.byID[id]
	if !known {
		return nil, errUnknownKey
	}
	return key, nil
}

// claims is what a token says: the session as its subject, and who that session is.
type claims struct {
	jwt.RegisteredClaims
	CustomerID int64            `json:"cid,omitempty"`
	StaffID    int64            `json:"stf,omitempty"`
	Role       domain.StaffRole `json:"rol,omitempty"`
	Locale     domain.Locale    `json:"loc,omitempty"`
}

// Issue makes a token that stands for the viewer and says when it ends.
func (t *tokens) Issue(v domain.Viewer) (token string, expiresAt time.Time, err error) {
	now := t.now().UTC().Truncate(time.Second)
	expiresAt = now.Add(domain.AccessLifetime)
	made := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenIssuer}, Subject: strconv.FormatInt(v.SessionID, 10),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expiresAt),
		},
		CustomerID: v.CustomerID, StaffID: v.StaffID, Role: v.Role, Locale: v.Locale,
	})
	made.Header["kid"] = t.id
	token, err = made.SignedString(t.key)
	return token, expiresAt, err
}

// Authenticate reads a token; an error is Unauthenticated.
func (t *tokens) Authenticate(_ context.Context, token string) (domain.Access, error) {
	var c claims
	_, err := t.parser.ParseWithClaims(token, &c, t.keyOf)
	session, err2 := strconv.ParseInt(c.Subject, 10, 64)
	if err != nil || err2 != nil || c.CustomerID == 0 && c.StaffID == 0 {
		return domain.Access{}, domain.ErrAccessEnded
	}
	v := domain.Viewer{SessionID: session, CustomerID: c.CustomerID, StaffID: c.StaffID, Role: c.Role, Locale: c.Locale}
	return domain.Access{Viewer: v, EndsAt: c.ExpiresAt.Time}, nil
}

// firebaseIdentities proves people by Firebase ID tokens.
type firebaseIdentities struct{ verifier *push.TokenVerifier }

// Verify reads an ID token. Only what Firebase has proven counts: a phone, or an e-mail address that is verified.
func (f firebaseIdentities) Verify(ctx context.Context, idToken string) (domain.Identity, error) {
	who, err := f.verifier.Verify(ctx, idToken)
	if err != nil {
		return domain.Identity{}, identityError(err)
	}
	out := domain.Identity{Phone: who.Phone, Name: who.Name}
	if who.EmailVerified {
		out.Email = who.Email
	}
	return out, nil
}
