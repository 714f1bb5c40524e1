package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kabinet/internal/job"
	"kabinet/store"
)

// databaseCollector reads what waits in the database when somebody looks. While the database cannot be read it says so, and nothing else.
type databaseCollector struct{ st *store.Store }

var (
	upDesc      = prometheus.NewDesc("kabinet_database_up", "1 while the database can be read.", nil, nil)
	jobsDesc    = prometheus.NewDesc("kabinet_jobs", "Jobs by kind and state.", []string{"kind", "state"}, nil)
	lateDesc    = prometheus.NewDesc("kabinet_job_late_seconds", "How long the oldest job that could run has waited, by kind.", []string{"kind"}, nil)
	waitingDesc = prometheus.NewDesc("kabinet_events_waiting", "Events that were committed and have no place in the order yet.", nil, nil)
	oldestDesc  = prometheus.NewDesc("kabinet_event_waiting_seconds", "How long the oldest of the events that wait for their place has waited.", nil, nil)
	importsDesc = prometheus.NewDesc("kabinet_imports", "Imports of the desk by kind and state.", []string{"kind", "state"}, nil)
)

// scrapeTimeout bounds what one look may ask of the database.
const scrapeTimeout = 3 * time.Second

// Describe names the metrics.
func (databaseCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{upDesc, jobsDesc, lateDesc, waitingDesc, oldestDesc, importsDesc} {
		ch <- d
	}
}

// Collect reads the database.
func (c databaseCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	counts, err := job.Stats(ctx, c.st.DB().DB)
	backlog, backlogErr := c.st.Backlog(ctx)
	if err != nil || backlogErr != nil {
		ch <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, 0)
		return
	}
	ch <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, 1)
	for _, n := range counts {
		ch <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n.Jobs), n.Kind, string(n.State))
		if n.Late > 0 {
			ch <- prometheus.MustNewConstMetric(lateDesc, prometheus.GaugeValue, n.Late.Seconds(), n.Kind)
		}
	}
	ch <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(backlog.Events))
	ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, backlog.Oldest.Seconds())
	for _, i := range backlog.Imports {
		ch <- prometheus.MustNewConstMetric(importsDesc, prometheus.GaugeValue, float64(i.Imports), string(i.Kind), string(i.State))
	}
}
