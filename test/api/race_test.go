//go:build race

package api_test

// withRace says that these tests watch for data races, so the program under test does too.
const withRace = true
