// Package authtest is a fake of the Firebase Auth emulator: it makes ID tokens and answers what the Firebase SDK asks about
// their accounts.
package authtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Account is a person known to Firebase.
type Account struct {
	UID           string
	Phone         string
	Email         string
	EmailVerified bool
	Name          string
	Provider      string // "phone" when empty
	Disabled      bool
}

// Emulator is the fake. All methods are safe for concurrent use.
type Emulator struct {
	project string
	server  *httptest.Server

	mu       sync.Mutex
	accounts map[string]Account
	lookups  int
}

// New starts an emulator for the project, points FIREBASE_AUTH_EMULATOR_HOST at it for the length of the test, and ends with
// the test. As it sets the environment, it cannot be used in a parallel test.
func New(t *testing.T, project string) *Emulator {
	t.Helper()
	e := Start(project)
	t.Cleanup(e.Close)
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", e.Host())
	return e
}

// Start starts an emulator and leaves the environment alone; for a server that runs as a process of its own.
func Start(project string) *Emulator {
	e := &Emulator{project: project, accounts: map[string]Account{}}
	e.server = httptest.NewServer(http.HandlerFunc(e.lookup))
	return e
}

// Close ends the emulator.
func (e *Emulator) Close() { e.server.Close() }

// Host is the value for FIREBASE_AUTH_EMULATOR_HOST.
func (e *Emulator) Host() string { return strings.TrimPrefix(e.server.URL, "http://") }

// Lookups returns how often an account was asked for.
func (e *Emulator) Lookups() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lookups
}

// Token makes the account known and returns an ID token of it that is valid for an hour.
func (e *Emulator) Token(a Account) string { return e.TokenIssuedAt(a, time.Now()) }

// TokenIssuedAt is Token as of another time, which may make it expired.
func (e *Emulator) TokenIssuedAt(a Account, at time.Time) string {
	if a.Provider == "" {
		a.Provider = "phone"
	}
	e.mu.Lock()
	e.accounts[a.UID] = a
	e.mu.Unlock()
	claims := map[string]any{
		"iss": "https://securetoken.google.com/" + e.project, "aud": e.project, "sub": a.UID, "user_id": a.UID,
		"iat": at.Unix(), "auth_time": at.Unix(), "exp": at.Add(time.Hour).Unix(),
		"firebase": map[string]any{"sign_in_provider": a.Provider},
	}
	for name, v := range map[string]string{"phone_number": a.Phone, "email": a.Email, "name": a.Name} {
		if v != "" {
			claims[name] = v
		}
	}
	if a.Email != "" {
		claims["email_verified"] = a.EmailVerified
	}
	return segment(map[string]any{"alg": "none", "typ": "JWT"}) + "." + segment(claims) + "."
}

// Forget removes the account; its tokens then are of nobody.
func (e *Emulator) Forget(uid string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.accounts, uid)
}

func (e *Emulator) lookup(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/projects/"+e.project+"/accounts:lookup") {
		http.NotFound(w, r)
		return
	}
	var query struct {
		LocalID []string `json:"localId"`
	}
	if err := json.NewDecoder(r.Body).Decode(&query); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lookups++
	users := []map[string]any{}
	for _, uid := range query.LocalID {
		if a, ok := e.accounts[uid]; ok {
			users = append(users, map[string]any{
				"localId": a.UID, "phoneNumber": a.Phone, "email": a.Email, "emailVerified": a.EmailVerified,
				"displayName": a.Name, "disabled": a.Disabled, "validSince": "1",
			})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"users": users})
}

func segment(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("authtest: claims: %v", err)) // strings, numbers and booleans always marshal
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
