package push

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"
	"golang.org/x/oauth2"
	"google.golang.org/api/option"
)

const emulatorVariable = "FIREBASE_AUTH_EMULATOR_HOST"

// ErrBadToken says that an ID token proves nothing: malformed, forged, expired, revoked, of another project, or of an account
// that is disabled or removed.
var ErrBadToken = errors.New("the Firebase ID token is not valid")

// Identity is what a valid Firebase ID token says about a person. Phone and e-mail are empty when the account has none.
type Identity struct {
	UID           string
	Phone         string // E.164; Firebase has verified it by SMS
	Email         string
	EmailVerified bool // an unverified address proves nothing
	Name          string
	Provider      string // how the person signed in: "phone", "password", "google.com", …
}

// TokenVerifier checks Firebase ID tokens. It is safe for concurrent use.
type TokenVerifier struct{ client *auth.Client }

// NewTokenVerifier prepares a verifier for a Firebase project; it makes no request and needs no credentials. Google's
// certificates are fetched at the first Verify and kept as long as they say.
//
// The Firebase SDK believes unsigned tokens as soon as FIREBASE_AUTH_EMULATOR_HOST is set, so anyone could sign in as anyone.
// Unless allowEmulator, which is for development, that variable is an error here.
func NewTokenVerifier(ctx context.Context, projectID string, allowEmulator bool) (*TokenVerifier, error) {
	if projectID == "" {
		return nil, errors.New("firebase auth: no project")
	}
	if os.Getenv(emulatorVariable) != "" && !allowEmulator {
		return nil, fmt.Errorf("firebase auth: %s is set: tokens would be believed unchecked", emulatorVariable)
	}
	// Verifying needs no credentials; a token source keeps the SDK from looking for some on the metadata server.
	none := option.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{}))
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: projectID}, none)
	if err != nil {
		return nil, fmt.Errorf("firebase: %w", err)
	}
	client, err := app.Auth(ctx)
	if err != nil {
		return nil, fmt.Errorf("firebase auth: %w", err)
	}
	return &TokenVerifier{client: client}, nil
}

// Verify returns whom the token speaks of. The error is [ErrBadToken] or, when the certificates cannot be had just now, a
// [RetryAfterError]. It takes at most five seconds. Revocation is not asked for: an ID token lives for an hour at most.
func (v *TokenVerifier) Verify(ctx context.Context, idToken string) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	t, err := v.client.VerifyIDToken(ctx, idToken)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return Identity{}, later(0, fmt.Errorf("firebase auth: %w", ctx.Err()))
	case auth.IsIDTokenInvalid(err), auth.IsIDTokenExpired(err), auth.IsIDTokenRevoked(err), auth.IsUserDisabled(err), auth.IsUserNotFound(err):
		return Identity{}, fmt.Errorf("%w: %w", ErrBadToken, err)
	default:
		return Identity{}, later(0, fmt.Errorf("firebase auth: %w", err))
	}
	claim := func(name string) string {
		s, _ := t.Claims[name].(string)
		return strings.TrimSpace(s)
	}
	verified, _ := t.Claims["email_verified"].(bool)
	return Identity{
		UID: t.UID, Phone: claim("phone_number"), Email: claim("email"), EmailVerified: verified,
		Name: claim("name"), Provider: t.Firebase.SignInProvider,
	}, nil
}
