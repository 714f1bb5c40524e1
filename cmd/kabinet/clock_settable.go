//go:build settable_clock

package main

import (
	"os"
	"strings"
	"time"
)

// systemClock is the machine's clock, wrong by the duration that stands in the file KABINET_CLOCK_FILE. Only programs built to be tortured have it.
func systemClock() time.Time {
	text, err := os.ReadFile(os.Getenv("KABINET_CLOCK_FILE"))
	if err != nil {
		return time.Now()
	}
	wrongBy, err := time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil {
		return time.Now()
	}
	return time.Now().Add(wrongBy)
}
