// Package s3test is a bucket of an S3-compatible service for tests. It speaks the protocol as the service does: each request must carry a right signature of
// version 4, and a body that is sent in signed chunks is taken only when the signature of every chunk is right.
package s3test

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a client needs to reach the bucket.
const (
	Key    = "the-key"
	Secret = "the-secret/with+signs"
	Name   = "pictures"
	Region = "ru-1"
)

// Bucket is one bucket. Its zero fields let everything be written.
type Bucket struct {
	// Host is where it listens.
	Host string

	mu      sync.Mutex
	objects map[string]object
	full    bool
	refused int
}

type object struct {
	content     []byte
	contentType string
	changed     time.Time
}

// New starts a bucket that lives as long as the test.
func New(tb testing.TB) *Bucket {
	tb.Helper()
	b := &Bucket{objects: map[string]object{}}
	server := httptest.NewServer(b)
	tb.Cleanup(server.Close)
	b.Host = strings.TrimPrefix(server.URL, "http://")
	return b
}

// Address is the bucket as a setting.
func (b *Bucket) Address() string {
	user := url.UserPassword(Key, Secret)
	return "s3://" + user.String() + "@" + b.Host + "/" + Name + "?tls=off&region=" + Region
}

// Fill makes the bucket refuse more objects, as one whose quota is used up.
func (b *Bucket) Fill(full bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.full = full
}

// Objects are the objects by name.
func (b *Bucket) Objects() map[string][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := map[string][]byte{}
	for name, o := range b.objects {
		all[name] = o.content
	}
	return all
}

// Age makes all objects as old as that.
func (b *Bucket) Age(age time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, o := range b.objects {
		o.changed = time.Now().Add(-age)
		b.objects[name] = o
	}
}

// Refused is how many requests came with a wrong signature.
func (b *Bucket) Refused() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}

func fail(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, code)
}

// ServeHTTP answers as the service does.
func (b *Bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	body, err := verify(r)
	if err != nil {
		b.refused++
		fail(w, http.StatusForbidden, "SignatureDoesNotMatch")
		return
	}
	name, inBucket := strings.CutPrefix(r.URL.Path, "/"+Name+"/")
	switch {
	case !inBucket && strings.TrimSuffix(r.URL.Path, "/") != "/"+Name:
		fail(w, http.StatusNotFound, "NoSuchBucket")
	case name == "" || !inBucket:
		b.list(w, r)
	case r.Method == http.MethodPut:
		b.put(w, r, name, body)
	case r.Method == http.MethodDelete:
		delete(b.objects, name)
		w.WriteHeader(http.StatusNoContent)
	default:
		b.get(w, r, name)
	}
}

func (b *Bucket) put(w http.ResponseWriter, r *http.Request, name string, body []byte) {
	sum := md5.Sum(body)
	switch given := r.Header.Get("Content-Md5"); {
	case b.full:
		fail(w, http.StatusInsufficientStorage, "XMinioStorageFull")
	case given != "" && given != base64.StdEncoding.EncodeToString(sum[:]):
		fail(w, http.StatusBadRequest, "BadDigest")
	default:
		b.objects[name] = object{content: body, contentType: r.Header.Get("Content-Type"), changed: time.Now()}
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	}
}

func (b *Bucket) get(w http.ResponseWriter, r *http.Request, name string) {
	o, there := b.objects[name]
	if !there {
		fail(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	sum := md5.Sum(o.content)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	w.Header().Set("Content-Type", o.contentType)
	http.ServeContent(w, r, "", o.changed, bytes.NewReader(o.content))
}

// list answers a page of at most two objects, so that clients must turn pages.
func (b *Bucket) list(w http.ResponseWriter, r *http.Request) {
	type content struct {
		Key          string
		LastModified string
		Size         int
	}
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		Name                  string
		IsTruncated           bool
		NextContinuationToken string
		Contents              []content
	}
	page.Name = Name
	var names []string
	for name := range b.objects {
		if name > r.URL.Query().Get("continuation-token") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names[:min(2, len(names))] {
		o := b.objects[name]
		page.Contents = append(page.Contents, content{name, o.changed.UTC().Format("2006-01-02T15:04:05.000Z"), len(o.content)})
		page.NextContinuationToken = name
	}
	page.IsTruncated = len(names) > 2
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(page)
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

var errSignature = errors.New("the signature is wrong")

// verify checks the signature of a request, and of its chunks, and returns its body.
func verify(r *http.Request) ([]byte, error) {
	fields := map[string]string{}
	authorization, _ := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	for field := range strings.SplitSeq(authorization, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	day := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", day)
	if err != nil || time.Since(at).Abs() > 15*time.Minute {
		return nil, errSignature
	}
	scope := day[:8] + "/" + Region + "/s3/aws4_request"
	if fields["Credential"] != Key+"/"+scope {
		return nil, errSignature
	}
	key := mac(mac(mac(mac([]byte("AWS4"+Secret), day[:8]), Region), "s3"), "aws4_request")
	var headers strings.Builder
	for name := range strings.SplitSeq(fields["SignedHeaders"], ";") {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	payload := r.Header.Get("X-Amz-Content-Sha256")
	canonical := strings.Join([]string{r.Method, r.URL.EscapedPath(), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"), headers.String(),
		fields["SignedHeaders"], payload}, "\n")
	signature := hex.EncodeToString(mac(key, "AWS4-HMAC-SHA256\n"+day+"\n"+scope+"\n"+digest([]byte(canonical))))
	if signature != fields["Signature"] {
		return nil, errSignature
	}
	if payload == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" {
		return chunks(bufio.NewReader(r.Body), key, day, scope, signature)
	}
	body, err := io.ReadAll(r.Body)
	if err == nil && payload != "UNSIGNED-PAYLOAD" && payload != digest(body) {
		err = errSignature
	}
	return body, err
}

// chunks reads a body of signed chunks; each signature is over the one before.
func chunks(r *bufio.Reader, key []byte, day, scope, previous string) (body []byte, err error) {
	for {
		head, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, signature, _ := strings.Cut(strings.TrimSpace(head), ";chunk-signature=")
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil {
			return nil, err
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, err
		}
		want := hex.EncodeToString(mac(key, strings.Join([]string{"AWS4-HMAC-SHA256-PAYLOAD", day, scope, previous, digest(nil), digest(chunk)}, "\n")))
		if signature != want {
			return nil, errSignature
		}
		previous = signature
		if n == 0 {
			return body, nil
		}
		body = append(body, chunk...)
		if _, err := r.Discard(2); err != nil {
			return nil, err
		}
	}
}
