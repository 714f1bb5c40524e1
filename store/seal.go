package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
)

// This file hides and signs what leaves the store on its way back to it: one-time codes in the job table, tickets in links. What was sealed for one
// purpose does not open for another.

// Purposes of sealed texts.
const (
	sealedCode      = ""
	sealedStatement = "statement"
	sealedUpload    = "import upload"
	sealedRejects   = "import rejects"
)

func (s *Store) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal encrypts and signs a text.
func (s *Store) seal(purpose, text string) (string, error) {
	aead, err := s.gcm()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(text), []byte(purpose))), nil
}

// open reads a text that was sealed for the purpose; anything else is an error.
func (s *Store) open(purpose, sealed string) (string, error) {
	aead, err := s.gcm()
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
