package importer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// File is an opened input file. It reads as the unpacked content: whether the
// file is gzip is told by its first bytes, whatever its name is.
type File struct {
	file    *os.File
	content io.Reader
	unzip   *gzip.Reader
	size    int64
	read    atomic.Int64
}

// Open opens a file for an import. The caller closes it.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the input file: %w", err)
	}
	f := &File{file: file}
	if err := f.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), file.Close())
	}
	return f, nil
}

func (f *File) prepare() error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("is a folder, a file is needed")
	}
	f.size = info.Size()
	stored := bufio.NewReaderSize(countingReader{f.file, &f.read}, 1<<16)
	f.content = stored
	if magic, _ := stored.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return nil
	}
	f.unzip, err = gzip.NewReader(stored)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	f.content = f.unzip
	return nil
}

// Read gives the unpacked content.
func (f *File) Read(p []byte) (int, error) { return f.content.Read(p) }

// Close closes the file.
func (f *File) Close() error {
	if f.unzip != nil {
		return errors.Join(f.unzip.Close(), f.file.Close())
	}
	return f.file.Close()
}

// Size is the file's size as stored, in bytes.
func (f *File) Size() int64 { return f.size }

// Consumed is how many of the stored bytes were read so far; with Size it makes
// a progress bar. It may be called from another goroutine.
func (f *File) Consumed() int64 { return f.read.Load() }

// Digest is the SHA-256 of the file's unpacked content in hex. It tells one
// import run from another, and a packed copy of a file has the digest of the
// plain one.
func Digest(path string) (string, error) {
	f, err := Open(path)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("digest of %s: %w", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

type countingReader struct {
	from  io.Reader
	count *atomic.Int64
}

func (c countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.count.Add(int64(n))
	return n, err
}
