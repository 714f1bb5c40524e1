package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kabinet/internal/job"
	"kabinet/internal/live"
	"kabinet/store"
)

// metrics is what the operator watches.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	messages *prometheus.CounterVec
}

func newMetrics(st *store.Store, hub *live.Hub) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kabinet_http_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kabinet_http_request_seconds", Help: "How long requests took; streams are left out.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2.5, 10)}, []string{"route"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kabinet_messages_total", Help: "Attempts to deliver, by channel and result."}, []string{"channel", "result"}),
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(st.DB().DB, "kabinet"),
		m.requests, m.seconds, m.messages,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kabinet_live_subscribers", Help: "Subscribers of live events."}, func() float64 {
			n, _ := hub.Stats()
			return float64(n)
		}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "kabinet_live_dropped_total", Help: "Subscribers dropped because they did not keep up."}, func() float64 {
			_, n := hub.Stats()
			return float64(n)
		}),
		jobCollector{st},
	)
	return m
}

// sent counts an attempt to deliver.
func (m *metrics) sent(channel, result string) { m.messages.WithLabelValues(channel, result).Inc() }

// count measures the requests of a route.
func (m *metrics) count(route string, next http.Handler) http.Handler {
	seconds := m.seconds.WithLabelValues(route)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		m.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Inc()
		if rec.status != http.StatusSwitchingProtocols && rec.Header().Get("Content-Type") != "text/event-stream" {
			seconds.Observe(time.Since(begin).Seconds())
		}
	})
}

// recorder remembers the status of an answer. Unwrap lets streams through to what they need of the connection.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Flush sends what was written so far.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Unwrap is the writer underneath, for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// jobCollector counts the jobs of the queue when somebody looks.
type jobCollector struct{ st *store.Store }

var (
	jobsDesc = prometheus.NewDesc("kabinet_jobs", "Jobs by kind and state.", []string{"kind", "state"}, nil)
	lateDesc = prometheus.NewDesc("kabinet_job_late_seconds", "How long the oldest job that could run has waited, by kind.", []string{"kind"}, nil)
)

// Describe names the metrics.
func (jobCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- jobsDesc
	ch <- lateDesc
}

// Collect reads the queue.
func (c jobCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	counts, err := job.Stats(ctx, c.st.DB().DB)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(jobsDesc, err)
		return
	}
	for _, n := range counts {
		ch <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n.Jobs), n.Kind, string(n.State))
		if n.Late > 0 {
			ch <- prometheus.MustNewConstMetric(lateDesc, prometheus.GaugeValue, n.Late.Seconds(), n.Kind)
		}
	}
}
