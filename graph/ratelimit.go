package graph

import (
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Rate is how many requests one caller may make in this process. A caller is the signed-in person, else the network address, where the 2^64 addresses of
// an IPv6 network are one.
type Rate struct {
	// PerSecond is the lasting rate; 0 turns the limit off.
	PerSecond float64
	// Burst is how many may come at once. Default: the number of one second, at least 1.
	Burst int
}

// rateCallers bounds the memory: callers seen longest ago are forgotten, and start with a full burst when they come back.
const rateCallers = 100_000

type caller struct {
	customerID, staffID int64
	network             netip.Addr
}

type rateLimiter struct {
	rate    Rate
	callers *lru.Cache[caller, *rate.Limiter] // nil when there is no limit
}

func newRateLimiter(r Rate) (*rateLimiter, error) {
	if r.PerSecond <= 0 {
		return &rateLimiter{}, nil
	}
	if r.Burst == 0 {
		r.Burst = max(int(r.PerSecond), 1)
	}
	callers, err := lru.New[caller, *rate.Limiter](rateCallers)
	return &rateLimiter{rate: r, callers: callers}, err
}

// take counts one request. It returns 0 when the request may go on, else how long the caller should wait.
func (l *rateLimiter) take(req *request) time.Duration {
	if l.callers == nil {
		return 0
	}
	who := callerOf(req)
	limit, found := l.callers.Get(who)
	if !found {
		limit = rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)
		if earlier, lost, _ := l.callers.PeekOrAdd(who, limit); lost {
			limit = earlier
		}
	}
	now := time.Now()
	r := limit.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func callerOf(req *request) caller {
	if req.viewer.SignedIn() {
		return caller{customerID: req.viewer.CustomerID, staffID: req.viewer.StaffID}
	}
	ip, err := netip.ParseAddr(req.client.IP)
	if err != nil {
		return caller{}
	}
	if ip = ip.Unmap(); ip.Is6() {
		network, _ := ip.WithZone("").Prefix(64)
		ip = network.Addr()
	}
	return caller{network: ip}
}
