package main

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kabinet/domain"
)

var (
	firstSecret  = bytes.Repeat([]byte("1"), 32)
	secondSecret = bytes.Repeat([]byte("2"), 32)
	thirdSecret  = bytes.Repeat([]byte("3"), 32)
)

func TestTokens_OfASecretThatWasInUseBeforeAreReadUntilTheyEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	anna := domain.Viewer{SessionID: 7, CustomerID: 3, Locale: domain.EN}
	before, rotated, later := newTokens([][]byte{firstSecret}, clock), newTokens([][]byte{secondSecret, firstSecret}, clock), newTokens([][]byte{thirdSecret, secondSecret}, clock)
	old, _, err := before.Issue(anna)
	if err != nil {
		t.Fatal(err)
	}
	made, ends, err := rotated.Issue(anna)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		by    *tokens
		token string
		ok    bool
	}{
		"its own":                        {before, old, true},
		"one of the secret before":       {rotated, old, true},
		"its own after the change":       {rotated, made, true},
		"one of a secret to come":        {before, made, false},
		"one of a secret that was given": {later, made, true},
		"one of a secret that is gone":   {later, old, false},
	} {
		if v, err := c.by.Authenticate(t.Context(), c.token); (err == nil) != c.ok || c.ok && (v.Viewer != anna || !v.EndsAt.Equal(ends)) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	now = ends
	if _, err := rotated.Authenticate(t.Context(), made); domain.CodeOf(err) != domain.Unauthenticated {
		t.Errorf("at its end a token still stands for somebody: %v", err)
	}
}

func TestTokens_ThatWereForgedStandForNobody(t *testing.T) {
	t.Parallel()
	ours := newTokens([][]byte{firstSecret, secondSecret}, time.Now)
	said := func(change func(*claims)) claims {
		c := claims{RegisteredClaims: jwt.RegisteredClaims{Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenIssuer}, Subject: "7",
			ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Minute))}, CustomerID: 3}
		change(&c)
		return c
	}
	same := func(*claims) {}
	made := func(method jwt.SigningMethod, key any, kid any, c claims) string {
		token := jwt.NewWithClaims(method, c)
		if kid != nil {
			token.Header["kid"] = kid
		}
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	good := made(jwt.SigningMethodHS256, firstSecret, keyID(firstSecret), said(same))
	if _, err := ours.Authenticate(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Authenticate(t.Context(), made(jwt.SigningMethodHS256, firstSecret, nil, said(same))); err != nil {
		t.Errorf("a token of an earlier release: %v", err)
	}
	parts := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"` + keyID(firstSecret) + `"}`))
	for name, token := range map[string]string{
		"nothing":                     "",
		"no signature":                parts[0] + "." + parts[1] + ".",
		"no algorithm":                none + "." + parts[1] + ".",
		"no algorithm, but signed":    none + "." + parts[1] + "." + parts[2],
		"none of the library":         made(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, keyID(firstSecret), said(same)),
		"another algorithm":           made(jwt.SigningMethodHS512, firstSecret, keyID(firstSecret), said(same)),
		"a wrong key":                 made(jwt.SigningMethodHS256, thirdSecret, keyID(firstSecret), said(same)),
		"an unknown key":              made(jwt.SigningMethodHS256, thirdSecret, keyID(thirdSecret), said(same)),
		"another one of our keys":     made(jwt.SigningMethodHS256, secondSecret, keyID(firstSecret), said(same)),
		"an old key without its name": made(jwt.SigningMethodHS256, secondSecret, nil, said(same)),
		"an empty name":               made(jwt.SigningMethodHS256, firstSecret, "", said(same)),
		"a name that is none":         made(jwt.SigningMethodHS256, firstSecret, 7, said(same)),
		"ended":                       made(jwt.SigningMethodHS256, firstSecret, nil, said(func(c *claims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Second)) })),
		"without an end":              made(jwt.SigningMethodHS256, firstSecret, nil, said(func(c *claims) { c.ExpiresAt = nil })),
		"for another audience":        made(jwt.SigningMethodHS256, firstSecret, nil, said(func(c *claims) { c.Audience = jwt.ClaimStrings{"export"} })),
		"of another issuer":           made(jwt.SigningMethodHS256, firstSecret, nil, said(func(c *claims) { c.Issuer = "somebody" })),
		"of no session":               made(jwt.SigningMethodHS256, firstSecret, nil, said(func(c *claims) { c.Subject = "" })),
		"of nobody":                   made(jwt.SigningMethodHS256, firstSecret, nil, said(func(c *claims) { c.CustomerID = 0 })),
		"somebody else's claims":      parts[0] + "." + strings.Split(made(jwt.SigningMethodHS256, thirdSecret, nil, said(func(c *claims) { c.CustomerID = 4 })), ".")[1] + "." + parts[2],
	} {
		if v, err := ours.Authenticate(t.Context(), token); domain.CodeOf(err) != domain.Unauthenticated || err == nil || v != (domain.Access{}) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
