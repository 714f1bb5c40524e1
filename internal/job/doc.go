// Package job is the queue of work that follows a transaction: pushes, mails, accruals that ripen, recounts. It lives in
// the Postgres tables job and job_period; no other service is needed.
//
// # What is promised
//
//   - A job inserted in a transaction exists exactly when that transaction commits.
//   - It runs at least once, on one process at a time. A handler that calls [Job.DoneIn] in the transaction of its effect
//     gets effect and completion together or neither: exactly once.
//   - A process that dies loses its leases; after [Config.Lease] the jobs go back to READY with the try counted, and to
//     DEAD when it was the last one, so that a job that kills its process cannot do so for ever.
//   - A worker that lost its lease (it was stalled, or cut off from Postgres) can no longer finish, retry or bury the job.
//   - Order is not promised. Within a kind older jobs start first; kinds with jobs waiting take turns.
//
// # States
//
// READY waits for run_at, RUNNING is leased, DEAD waits for a person ([ListDead], [Retry]). A finished job is deleted.
// All times are those of the Postgres server; the clocks of the processes do not matter.
//
// # Inserting without this package
//
// Any statement may insert jobs, for example a CTE beside the row that causes them:
//
//	insert into job (kind, args, run_at, unique_key)
//	values ('order.accrue', jsonb_build_object('order', $1::bigint), now() + interval '14 days', 'order.accrue/' || $1)
//	on conflict do nothing
//
// Only kind is required: args defaults to {}, run_at to now(), max_attempts to 12. "on conflict do nothing" skips a
// unique_key that an unfinished job holds; it waits first for another transaction that is about to insert or delete that key.
//
// # Waking
//
// Inserting sends no NOTIFY, because NOTIFY makes committing transactions queue behind one lock. Call [Queue.Wake] after
// the commit, feed [Config.Wake] with what other processes announce, or let [Config.Poll] find the job.
//
// # Kinds nobody knows
//
// A process leases only kinds it has a handler for. During a rolling release a new kind therefore waits, untouched and
// uncounted, for a process that knows it; an orphaned kind shows in [Stats] as READY jobs that grow old.
package job
