// Package storage keeps the bytes of objects by name: in a folder, or in a bucket of an S3-compatible service. An object that was put is there whole and
// stays when the machine stops, or it is not there at all; it never changes.
package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

var (
	// ErrNotFound says that there is no such object.
	ErrNotFound = errors.New("storage: no such object")
	// ErrFull says that there is no room for more.
	ErrFull = errors.New("storage: no room is left")
)

// Object is an object in a listing.
type Object struct {
	Name    string
	Changed time.Time
}

// Store keeps objects. Names are of lower-case letters, digits and hyphens.
type Store interface {
	// Put writes an object. One that is there already under the name is replaced at once.
	Put(ctx context.Context, name, contentType string, content []byte) error
	// Open reads an object; ErrNotFound when there is none. The caller closes it.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Remove takes an object away; one that is not there is no error.
	Remove(ctx context.Context, name string) error
	// All lists the objects, in no particular order. An error ends the list.
	All(ctx context.Context) iter.Seq2[Object, error]
}

// Open finds the store that an address names: s3://key:secret@host/bucket?region=… for a bucket, else a folder.
func Open(address string) (Store, error) {
	if strings.HasPrefix(address, "s3://") {
		return newBucket(address)
	}
	return NewFolder(address)
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{3,99}$`)

func checkName(name string) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("storage: %q cannot be a name", name)
	}
	return nil
}

// Folder keeps objects as files.
type Folder struct {
	path string
	root *os.Root
}

// temporary begins the names of files that are being written.
const temporary = ".new-"

// NewFolder keeps objects in a folder, which is made when it is not there.
func NewFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of pictures: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open the folder of pictures: %w", err)
	}
	return &Folder{path: path, root: root}, nil
}

// shelf is the folder in which an object lies: large folders are slow to list.
func shelf(name string) string { return name[:2] }

// Put writes the file of an object.
func (f *Folder) Put(_ context.Context, name, _ string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	made := f.root.Mkdir(shelf(name), 0o750)
	if made != nil && !errors.Is(made, fs.ErrExist) {
		return fmt.Errorf("make a folder of pictures: %w", noRoom(made))
	}
	if _, err := WriteFile(f.file(name), temporary, bytes.NewReader(content)); err != nil {
		return err
	}
	if made == nil {
		return syncFolder(f.path)
	}
	return nil
}

// WriteFile writes a file beside its place, under a name that os.CreateTemp makes of the pattern, makes the disk keep it and moves it there: it is whole or
// not there at all. A power cut may leave the file beside it. n is how many bytes there were. ErrFull when there is no room.
func WriteFile(path, pattern string, content io.Reader) (n int64, err error) {
	folder := filepath.Dir(path)
	temp, err := os.CreateTemp(folder, pattern)
	if err != nil {
		return 0, noRoom(err)
	}
	n, err = io.Copy(temp, content)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return n, fmt.Errorf("write %s: %w", filepath.Base(path), noRoom(errors.Join(err, os.Remove(temp.Name()))))
	}
	return n, syncFolder(folder)
}

// noRoom is ErrFull as well when that is what the error means.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

func (f *Folder) file(name string) string { return filepath.Join(f.path, shelf(name), name) }

// syncFolder makes the disk keep which files a folder has.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("keep the folder %s: %w", filepath.Base(path), err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("keep the folder %s: %w", filepath.Base(path), err)
	}
	return nil
}

// Open opens the file of an object.
func (f *Folder) Open(_ context.Context, name string) (io.ReadCloser, error) {
	if err := checkName(name); err != nil {
		return nil, ErrNotFound
	}
	file, err := f.root.Open(filepath.Join(shelf(name), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	return file, err
}

// Remove deletes the file of an object.
func (f *Folder) Remove(_ context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := f.root.Remove(filepath.Join(shelf(name), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

// All lists the files. What a power cut left half-written an hour ago or longer is cleared away on the way.
func (f *Folder) All(ctx context.Context) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		err := fs.WalkDir(f.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			info, err := d.Info()
			switch {
			case errors.Is(err, fs.ErrNotExist): // removed a moment ago
				return nil
			case err != nil:
				return err
			case strings.HasPrefix(d.Name(), temporary):
				if time.Since(info.ModTime()) > time.Hour {
					return f.root.Remove(path)
				}
				return nil
			case !yield(Object{Name: d.Name(), Changed: info.ModTime()}, nil):
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Object{}, fmt.Errorf("list the folder of pictures: %w", err))
		}
	}
}
