//go:build !settable_clock

package main

import "time"

// systemClock is the clock that the business goes by.
func systemClock() time.Time { return time.Now() }
