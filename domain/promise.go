package domain

import "time"

// PromiseState is how a promised date stands.
type PromiseState string

// The states of a promise.
const (
	PromiseOpen   PromiseState = "OPEN"
	PromiseKept   PromiseState = "KEPT"
	PromiseBroken PromiseState = "BROKEN"
	PromiseVoid   PromiseState = "VOID"
)

// Promise is a date that was promised for an order, and why it was changed.
type Promise struct {
	OrderID    int64     `db:"order_id"`
	PromisedAt time.Time `db:"promised_at"`
	MadeAt     time.Time `db:"made_at"`
	Reason     *string   `db:"reason"`
}

// settlePromise decides a promise when the order is ready. A broken promise stays broken.
func settlePromise(state *PromiseState, promisedAt *time.Time, now time.Time) *PromiseState {
	if state == nil || *state != PromiseOpen || promisedAt == nil {
		return state
	}
	settled := PromiseKept
	if now.After(*promisedAt) {
		settled = PromiseBroken
	}
	return &settled
}

func voidPromise(state *PromiseState) *PromiseState {
	if state == nil || *state != PromiseOpen {
		return state
	}
	void := PromiseVoid
	return &void
}
