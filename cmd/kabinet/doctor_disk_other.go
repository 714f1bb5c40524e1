//go:build !linux && !darwin

package main

import "errors"

// freeBytes is the room left where a folder lies.
func freeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
