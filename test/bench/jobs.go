package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"kabinet/push/fcmtest"
	"kabinet/store/storetest"
)

// pushes is how many alerts are sent.
const pushes = 5_000

// measureJobs takes the time in which a backlog of pushes reaches a fake FCM that checks every message.
func measureJobs(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "jobs", "")
	if err != nil {
		return err
	}
	if err := storetest.Fill(ctx, dsn, 1_000, 0); err != nil {
		return err
	}
	fcm, err := fcmtest.Start("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { _ = fcm.Close() }()
	k, err := b.start(ctx, dsn)
	if err != nil {
		return err
	}
	if _, err := k.place(ctx, 1); err != nil {
		return err
	}
	if err := k.stop(); err != nil {
		return err
	}
	if err := lineUpPushes(ctx, dsn); err != nil {
		return err
	}
	postgres := b.postgresCPU()
	if k, err = b.start(ctx, dsn, "KABINET_FCM_ENDPOINT="+fcm.URL()); err != nil {
		return err
	}
	defer func() { _ = k.stop() }()
	wait, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	profiled := b.startProfile(ctx, k, "jobs")
	messages, err := fcm.Wait(wait, pushes)
	if err != nil {
		return fmt.Errorf("%d of %d pushes arrived: %w", len(messages), pushes, err)
	}
	if err := profiled(); err != nil {
		return err
	}
	took := messages[len(messages)-1].At.Sub(messages[0].At)
	b.note("pushes delivered", fmt.Sprintf("%.0f per second", float64(len(messages))/took.Seconds()), "", true)
	fmt.Printf("\n## Pushes\n\n%d events became %d alerts, each a job of its own, in %.1f s: %.0f per second; CPU per alert: Kabinet %d µs, Postgres %d µs\n",
		pushes, len(messages), took.Seconds(), float64(len(messages))/took.Seconds(),
		(processCPU(k.cmd.Process.Pid, false) / pushes).Microseconds(), ((b.postgresCPU() - postgres) / pushes).Microseconds())
	return nil
}

// lineUpPushes gives each customer a device and writes events that each customer is told of, as copies of one that happened.
func lineUpPushes(ctx context.Context, dsn string) (err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, fmt.Sprintf(`
with devices as (
  insert into device (customer_id, token, platform, created_at, seen_at)
  select id, 'token-of-a-device-that-is-long-enough-to-be-real-' || id, 'ANDROID', now(), now() from customer
), placed as (
  select order_id, data from event where kind = 'ORDER_PLACED' limit 1
), told as (
  insert into event (at, kind, customer_id, order_id, desk, data, push)
  select now(), 'ORDER_CONFIRMED', 1 + i %% 1000, placed.order_id, true, placed.data, true from placed, generate_series(1, %d) i
)
select 1`, pushes))
	return err
}

// measureStart takes the time from the start of the program until it is ready, on a database that runs already, and the memory it holds then.
func measureStart(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "start", "")
	if err != nil {
		return err
	}
	if err := storetest.Fill(ctx, dsn, 100, 0); err != nil {
		return err
	}
	var took []time.Duration
	var memory, own int64
	for range 2*b.rounds + 1 {
		began := time.Now()
		k, err := b.start(ctx, dsn)
		if err != nil {
			return err
		}
		took = append(took, time.Since(began))
		memory, own = k.residentKB(), k.ownKB()
		if err := k.stop(); err != nil {
			return err
		}
	}
	slices.Sort(took)
	b.note("from exec to ready, beyond Postgres", fmt.Sprintf("%s (%s)", short(took[0]), short(took[len(took)/2])), "≤ 200 ms", took[0] <= 200*time.Millisecond)
	b.note("memory after the start", fmt.Sprintf("%.0f MB, its own %.0f MB", float64(memory)/1024, float64(own)/1024), "≤ 60 MB", memory <= 60<<10)
	fmt.Printf("\n## Start\n\nFrom exec to ready, the database running: %s (%s); memory then: %.0f MB, of which its own %.0f MB\n",
		short(took[0]), short(took[len(took)/2]), float64(memory)/1024, float64(own)/1024)
	return nil
}
