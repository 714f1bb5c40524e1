// Package domain is the business of Kabinet: its types and its pure rules, one file per domain. Nothing here reads a clock, a
// database or the network; what a rule needs is an argument, so every rule is tested without any of them.
//
// Units everywhere: money is int64 minor units of a currency (kopecks, pennies) unless a name says otherwise, points are
// whole int64 points, shares are basis points (1/100 of a percent), instants are UTC, intervals are half-open [start, end).
package domain
