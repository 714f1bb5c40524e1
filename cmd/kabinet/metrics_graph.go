package main

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kabinet/domain"
	"kabinet/graph"
)

// graphMetrics counts what the GraphQL handler does. What is counted on each answer is found once and kept, so that counting costs a look into a map.
type graphMetrics struct {
	operations  *prometheus.CounterVec
	fieldTime   *prometheus.CounterVec
	failures    *prometheus.CounterVec
	limited     *prometheus.CounterVec
	memory      *prometheus.CounterVec
	subscribed  *prometheus.GaugeVec
	delivered   *prometheus.HistogramVec
	kinds       map[graph.OperationKind]prometheus.Observer
	remembered  map[graph.Memory]prometheus.Counter
	byOperation sync.Map // operationKey to *operationMetrics
	byStream    sync.Map // field to *streamMetrics
}

var _ graph.Watch = (*graphMetrics)(nil)

type operationKey struct {
	kind  graph.OperationKind
	field string
}

type operationMetrics struct{ answered, failed, seconds prometheus.Counter }

type streamMetrics struct {
	open  prometheus.Gauge
	since prometheus.Observer
}

func newGraphMetrics(registry prometheus.Registerer) *graphMetrics {
	m := &graphMetrics{
		operations: counters("operations_total", "Answered operations by kind, root field and result.", "kind", "field", "result"),
		fieldTime:  counters("operation_field_seconds_total", "Time spent on operations, by kind and root field.", "kind", "field"),
		failures:   counters("errors_total", "Errors that left for clients, by code.", "code"),
		limited:    counters("limited_total", "What was refused because it passed a limit.", "limit"),
		memory:     counters("cache_answers_total", "What the memory of answers gave for catalogue queries.", "result"),
		subscribed: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "kabinet", Name: "subscriptions", Help: "Subscriptions by root field."}, []string{"field"}),
		delivered:  histograms("event_delivered_seconds", "From the moment of an event until it was handed to a client, for each client.", quickSeconds, "field"),
		kinds:      map[graph.OperationKind]prometheus.Observer{},
		remembered: map[graph.Memory]prometheus.Counter{},
	}
	seconds := histograms("operation_seconds", "How long operations took, by kind.", quickSeconds, "kind")
	registry.MustRegister(m.operations, m.fieldTime, m.failures, m.limited, m.memory, m.subscribed, m.delivered, seconds)
	for _, kind := range []graph.OperationKind{graph.Queried, graph.FromMemory, graph.Mutated, graph.Unreadable} {
		m.kinds[kind] = seconds.WithLabelValues(string(kind))
	}
	for _, found := range []graph.Memory{graph.MemoryHit, graph.MemoryMiss, graph.MemoryOutdated} {
		m.remembered[found] = m.memory.WithLabelValues(string(found))
	}
	for _, code := range []domain.Code{domain.Unauthenticated, domain.Forbidden, domain.NotFound, domain.Invalid, domain.Conflict, domain.RateLimited, domain.Internal} {
		m.failures.WithLabelValues(string(code))
	}
	return m
}

// Answered counts an operation and its time.
func (m *graphMetrics) Answered(kind graph.OperationKind, field string, took time.Duration, failed bool) {
	key := operationKey{kind, field}
	found, known := m.byOperation.Load(key)
	if !known {
		found, _ = m.byOperation.LoadOrStore(key, &operationMetrics{
			answered: m.operations.WithLabelValues(string(kind), field, "answered"),
			failed:   m.operations.WithLabelValues(string(kind), field, "failed"),
			seconds:  m.fieldTime.WithLabelValues(string(kind), field),
		})
	}
	one := found.(*operationMetrics)
	if failed {
		one.failed.Inc()
	} else {
		one.answered.Inc()
	}
	one.seconds.Add(took.Seconds())
	if of := m.kinds[kind]; of != nil {
		of.Observe(took.Seconds())
	}
}

// Failed counts an error.
func (m *graphMetrics) Failed(code domain.Code) { m.failures.WithLabelValues(string(code)).Inc() }

// Limited counts a refusal.
func (m *graphMetrics) Limited(limit string) { m.limited.WithLabelValues(limit).Inc() }

// Remembered counts a look into the memory of answers.
func (m *graphMetrics) Remembered(found graph.Memory) { m.remembered[found].Inc() }

// Streaming counts the subscriptions that run.
func (m *graphMetrics) Streaming(field string, change int) { m.stream(field).open.Add(float64(change)) }

// Delivered measures how late an event reached a client.
func (m *graphMetrics) Delivered(field string, age time.Duration) {
	m.stream(field).since.Observe(age.Seconds())
}

func (m *graphMetrics) stream(field string) *streamMetrics {
	found, known := m.byStream.Load(field)
	if !known {
		found, _ = m.byStream.LoadOrStore(field, &streamMetrics{m.subscribed.WithLabelValues(field), m.delivered.WithLabelValues(field)})
	}
	return found.(*streamMetrics)
}
