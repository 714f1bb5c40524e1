package graph

import (
	"sync"
	"time"

	"kabinet/domain"
)

// crowd counts the live connections that a person or an address holds open: websockets and streams of server-sent events.
type crowd struct {
	mu   sync.Mutex
	held map[caller]int
}

// enter counts one more of somebody, unless there are so many already.
func (c *crowd) enter(who caller, limit int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[who] >= limit {
		return false
	}
	c.held[who]++
	return true
}

func (c *crowd) leave(who caller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[who]--; c.held[who] <= 0 {
		delete(c.held, who)
	}
}

// enter counts a connection of the person who sent a request, from their address.
func (h *Handler) enter(req *request) (leave func(), refused *domain.Error) {
	leaveAddress, refused := h.enterFrom(req)
	if refused != nil {
		return nil, refused
	}
	leavePerson, refused := h.enterAs(req)
	if refused != nil {
		leaveAddress()
		return nil, refused
	}
	return func() {
		leavePerson()
		leaveAddress()
	}, nil
}

// enterFrom counts a connection that comes from the address of a request.
func (h *Handler) enterFrom(req *request) (leave func(), refused *domain.Error) {
	address := callerOf(&request{client: req.client})
	if !h.crowd.enter(address, h.options.Limits.AddressSockets) {
		return nil, tooMany("this network address holds too many live connections open", "sockets_per_address")
	}
	return func() { h.crowd.leave(address) }, nil
}

// enterAs counts a connection of the person who sent a request; one of nobody is not counted.
func (h *Handler) enterAs(req *request) (leave func(), refused *domain.Error) {
	if !req.viewer.SignedIn() {
		return func() {}, nil
	}
	person := callerOf(req)
	if !h.crowd.enter(person, h.options.Limits.ViewerSockets) {
		return nil, tooMany("this person holds too many live connections open", "sockets_per_person")
	}
	return func() { h.crowd.leave(person) }, nil
}

func tooMany(message, limit string) *domain.Error {
	return &domain.Error{Code: domain.RateLimited, Message: message, RetryAfter: time.Minute, Limit: limit}
}
