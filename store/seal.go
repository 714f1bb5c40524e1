package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kabinet/domain"
)

// This file hides and signs what leaves the store on its way back to it: one-time codes in the job table, tickets in links. What was sealed for one
// purpose does not open for another.

// Purposes of sealed texts.
const (
	sealedCode      = ""
	sealedStatement = "statement"
	sealedUpload    = "import upload"
	sealedRejects   = "import rejects"
	sealedExport    = "export"
)

// key is made of a secret: 32 bytes, whatever the secret's length.
type key [32]byte

func secretKeys(cfg Config) []key {
	keys := []key{}
	for _, secret := range append([][]byte{cfg.Secret}, cfg.OldSecrets...) {
		keys = append(keys, sha256.Sum256(append([]byte("kabinet:"), secret...)))
	}
	return keys
}

func (k key) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal encrypts and signs a text.
func (s *Store) seal(purpose, text string) (string, error) {
	aead, err := s.secrets[0].gcm()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(text), []byte(purpose))), nil
}

// open reads a text that was sealed for the purpose, with the key in use or one that was before; anything else is an error.
func (s *Store) open(purpose, sealed string) (text string, err error) {
	for _, k := range s.secrets {
		if text, err = k.open(purpose, sealed); err == nil {
			break
		}
	}
	return text, err
}

func (k key) open(purpose, sealed string) (string, error) {
	aead, err := k.gcm()
	if err != nil {
		return "", err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", errors.New("a sealed text is damaged")
	}
	text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(purpose))
	return string(text), err
}

// ticket is what a link says, sealed.
type ticket[About any] struct {
	About About     `json:"a"`
	Until time.Time `json:"u"`
}

// issueTicket makes a link about something that works until a moment.
func issueTicket[About any](s *Store, purpose string, about About, until time.Time) (link domain.TimedLink, err error) {
	text, err := json.Marshal(ticket[About]{about, until})
	if err != nil {
		return link, fmt.Errorf("write a ticket: %w", err)
	}
	link.ExpiresAt = until
	link.Ticket, err = s.seal(purpose, string(text))
	return link, err
}

// readTicket is what a link for the purpose is about; ErrNotFound for one that was not made here, and after its end.
func readTicket[About any](s *Store, purpose, sealed string) (about About, err error) {
	text, err := s.open(purpose, sealed)
	if err != nil {
		return about, domain.ErrNotFound
	}
	var t ticket[About]
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return about, fmt.Errorf("read a ticket: %w", err)
	}
	if !s.now().Before(t.Until) {
		return about, domain.ErrNotFound
	}
	return t.About, nil
}
