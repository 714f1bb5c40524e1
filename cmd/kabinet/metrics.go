package main

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kabinet/domain"
	"kabinet/store"
)

// metrics is what the operator watches. Each is told of in docs/operations/metrics.md.
type metrics struct {
	registry registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	graph    *graphMetrics
	handed   prometheus.Observer
	jobs     *prometheus.CounterVec
	jobTime  *prometheus.HistogramVec
	messages *prometheus.CounterVec
	sendTime *prometheus.HistogramVec
	imported *prometheus.CounterVec
}

// Bounds of histograms, in seconds: requests are done within milliseconds, work beside them takes up to minutes.
var (
	quickSeconds = prometheus.ExponentialBuckets(0.0005, 2.5, 10) // 0.5 ms to 1.9 s
	slowSeconds  = prometheus.ExponentialBuckets(0.005, 4, 9)     // 5 ms to 5.5 min
)

// registry takes metrics in and shows them.
type registry interface {
	prometheus.Registerer
	prometheus.Gatherer
}

func newMetrics(st *store.Store, registry registry) *metrics {
	m := &metrics{
		registry: registry,
		requests: counters("http_requests_total", "Requests by route and status.", "route", "status"),
		seconds:  histograms("http_request_seconds", "How long requests took; streams are left out.", quickSeconds, "route"),
		jobs:     counters("job_runs_total", "Tries of jobs, by kind and what became of them.", "kind", "result"),
		jobTime:  histograms("job_run_seconds", "How long tries of jobs took.", slowSeconds, "kind"),
		messages: counters("messages_total", "Attempts to deliver, by channel and result.", "channel", "result"),
		sendTime: histograms("message_seconds", "How long attempts to deliver took, by channel.", slowSeconds, "channel"),
		imported: counters("import_rows_total", "Rows that imports of the desk read or rejected, by kind of import.", "kind", "result"),
	}
	handed := prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "kabinet", Name: "event_handed_seconds",
		Help: "From the moment of an event until this process handed it to its subscribers.", Buckets: quickSeconds})
	m.handed = handed
	build := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "kabinet", Name: "build_info", Help: "1, with the version as a label.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(st.DB().DB, "kabinet"),
		build, m.requests, m.seconds, m.jobs, m.jobTime, m.messages, m.sendTime, m.imported, handed,
		databaseCollector{st},
	)
	m.graph = newGraphMetrics(m.registry)
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "kabinet", Name: name, Help: help}, labels)
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "kabinet", Name: name, Help: help, Buckets: buckets}, labels)
}

// watch registers what is read from a part of the program whenever somebody looks.
func (m *metrics) watch(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "kabinet", Name: name, Help: help}, read))
}

// watchTotal is watch for what only grows.
func (m *metrics) watchTotal(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "kabinet", Name: name, Help: help}, read))
}

// sent counts an attempt to deliver.
func (m *metrics) sent(channel, result string, took time.Duration) {
	m.messages.WithLabelValues(channel, result).Inc()
	m.sendTime.WithLabelValues(channel).Observe(took.Seconds())
}

// ran counts a try of a job.
func (m *metrics) ran(kind, result string, took time.Duration) {
	m.jobs.WithLabelValues(kind, result).Inc()
	m.jobTime.WithLabelValues(kind).Observe(took.Seconds())
}

// handedOut measures how late events reach the subscribers of this process.
func (m *metrics) handedOut(events []domain.Event) {
	for i := range events {
		m.handed.Observe(max(time.Since(events[i].At), 0).Seconds())
	}
}

// tookIn counts the rows of an import since it was last looked at.
func (m *metrics) tookIn(kind domain.ImportKind, was, is domain.ImportProgress) {
	m.imported.WithLabelValues(string(kind), "read").Add(float64(max(is.RowsRead-was.RowsRead, 0)))
	m.imported.WithLabelValues(string(kind), "rejected").Add(float64(max(is.RowsRejected-was.RowsRejected, 0)))
}

// count measures the requests of a route.
func (m *metrics) count(route string, next http.Handler) http.Handler {
	seconds := m.seconds.WithLabelValues(route)
	succeeded := m.requests.WithLabelValues(route, "200")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		if rec.status == http.StatusOK {
			succeeded.Inc()
		} else {
			m.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Inc()
		}
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
