package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"kabinet/graph"
)

// watchLoad counts what the gate in front of the API lets in, keeps waiting and refuses.
func (m *metrics) watchLoad(load func() graph.Load) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kabinet_requests_running", Help: "Queries and mutations that are worked on."},
			func() float64 { return float64(load().Running) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kabinet_requests_waiting", Help: "Queries and mutations that wait for others to end."},
			func() float64 { return float64(load().Waiting) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "kabinet_requests_refused_total", Help: "Queries and mutations refused because the server was busy."},
			func() float64 { return float64(load().Refused) }),
	)
}
