package main

import (
	"context"
	"log/slog"
	"time"

	"kabinet/internal/job"
	"kabinet/store"
)

// scheduleUpkeep runs the work that nobody asks for, once in each period over all processes. A full batch means that there may be more.
func scheduleUpkeep(q *job.Queue, st *store.Store, every time.Duration, log *slog.Logger) {
	for _, u := range []struct {
		kind  string
		every time.Duration
		do    func(context.Context) (int, error)
	}{
		{"points.mature", every, st.MaturePoints},
		{"referrals.mature", every, st.MatureRewards},
		{"points.record", max(every, time.Hour), st.RecordAwards},
		{"points.award", every, st.GiveAwards},
		{"points.notice", every, st.NoticeExpiry},
		{"points.expire", every, st.ExpirePoints},
		{"promises.break", every, st.BreakPromises},
		{"holds.end", every, st.EndHolds},
		{store.JobClubs, max(every, time.Hour), st.RecountClubs},
		{"customers.erase", every, st.EraseCustomers},
		{"clubs.digest", every, st.DigestClubs},
		{"trim", max(every, 10*time.Minute), st.Trim},
	} {
		q.Handle(u.kind, func(ctx context.Context, _ job.Job) error {
			for ctx.Err() == nil {
				n, err := u.do(ctx)
				if err != nil {
					return err
				}
				if n > 0 {
					log.Info("upkeep", "work", u.kind, "done", n)
				}
				if n < store.UpkeepBatch {
					return nil
				}
			}
			return context.Cause(ctx)
		}, job.Limit(1))
		q.Every(u.kind, u.every, job.New{Kind: u.kind})
	}
}
