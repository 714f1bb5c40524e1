package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Bucket keeps objects in a bucket of an S3-compatible service.
type Bucket struct {
	client *minio.Client
	bucket string
}

// attemptTimeout bounds one request to the service.
const attemptTimeout = 30 * time.Second

// newBucket reads s3://key:secret@host[:port]/bucket?region=ru-1&tls=off. A region that is not named is us-east-1, which most services take.
func newBucket(address string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the bucket cannot be read") // it holds a secret: not repeated
	}
	secret, _ := u.User.Password()
	bucket := strings.Trim(u.Path, "/")
	region := u.Query().Get("region")
	if region == "" {
		region = "us-east-1"
	}
	if u.Host == "" || bucket == "" || u.User.Username() == "" || secret == "" {
		return nil, errors.New("write the bucket as s3://key:secret@host/bucket?region=name")
	}
	return NewBucket(u.Host, bucket, minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: u.Query().Get("tls") != "off",
		Region: region, BucketLookup: minio.BucketLookupPath})
}

// NewBucket keeps objects in a bucket, which must be there.
func NewBucket(host, bucket string, options minio.Options) (*Bucket, error) {
	client, err := minio.New(host, &options)
	if err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	return &Bucket{client: client, bucket: bucket}, nil
}

// Put writes an object in one request.
func (b *Bucket) Put(ctx context.Context, name, contentType string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	_, err := b.client.PutObject(ctx, b.bucket, name, bytes.NewReader(content), int64(len(content)),
		minio.PutObjectOptions{ContentType: contentType, SendContentMd5: true, DisableMultipart: true})
	answer := minio.ToErrorResponse(err)
	if answer.StatusCode == http.StatusInsufficientStorage || strings.Contains(answer.Code, "StorageFull") || strings.Contains(answer.Code, "QuotaExceeded") {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// Open reads an object.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := checkName(name); err != nil {
		return nil, ErrNotFound
	}
	object, err := b.client.GetObject(ctx, b.bucket, name, minio.GetObjectOptions{})
	if err == nil {
		if _, err = object.Stat(); err == nil { // the request is made here
			return object, nil
		}
		_ = object.Close()
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, ErrNotFound
	}
	return nil, fmt.Errorf("read %s: %w", name, err)
}

// Remove deletes an object.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	if err := b.client.RemoveObject(ctx, b.bucket, name, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

// All lists the bucket page by page.
func (b *Bucket) All(ctx context.Context) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		for o := range b.client.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Recursive: true}) {
			if o.Err != nil {
				yield(Object{}, fmt.Errorf("list the bucket: %w", o.Err))
				return
			}
			if !yield(Object{Name: o.Key, Changed: o.LastModified}, nil) {
				return
			}
		}
	}
}
