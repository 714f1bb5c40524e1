package job

import (
	"context"
	"database/sql"
	"log/slog"
	"maps"
	"slices"

	"github.com/lib/pq"

	"kabinet/domain"
)

// guard admits only the holder of a lease. held is an unnest of the ids and numbers of leases, $1 and $2.
const guard = `job.id = held.id and job.lease_no = held.no and job.state = 'RUNNING'`

// The inner select runs once per kind, in the order given, and only until the outer limit is reached: no row is locked
// that is not leased, and kinds not asked for are not even read.
const leaseDueSQL = `
with due as (
	select picked.id
	from unnest($1::text[], $2::bigint[]) as asked (kind, room)
	cross join lateral (
		select job.id
		from job
		where job.kind = asked.kind and job.state = 'READY' and job.run_at <= now()
		order by job.run_at, job.id
		limit asked.room
		for update skip locked
	) as picked
	limit $3
)
update job set
	state = 'RUNNING',
	attempt = job.attempt + 1,
	lease_no = job.lease_no + 1,
	lease_until = now() + $4::bigint * interval '1 microsecond',
	leased_by = $5::text
from due
where job.id = due.id
returning job.id, job.kind, job.args, job.attempt, job.max_attempts, job.created_at, job.lease_no`

// leaseDue leases up to limit due jobs: of each kind in names up to its room, the first kinds first.
func (q *Queue) leaseDue(names []string, room []int64, limit int) ([]Job, error) {
	var jobs []Job
	err := q.query(leaseDueSQL, func(rows *sql.Rows) error {
		j := Job{lease: &lease{}}
		err := rows.Scan(&j.ID, &j.Kind, (*[]byte)(&j.Args), &j.Attempt, &j.MaxAttempts, &j.CreatedAt, &j.lease.no)
		j.lease.id = j.ID
		jobs = append(jobs, j)
		return err
	}, pq.Array(names), pq.Array(room), limit, q.cfg.Lease.Microseconds(), q.cfg.Name)
	return jobs, err
}

// Rows that another transaction has locked are skipped: that is a handler about to commit DoneIn, and the leases of all
// others must not wait for it. It still counts as alive, because its uncommitted delete is not seen.
const renewLeasesSQL = `
with held as (
	select id, no from unnest($1::bigint[], $2::bigint[]) as h (id, no)
), mine as (
	select job.id from job join held on ` + guard + ` for update of job skip locked
), renewed as (
	update job set lease_until = now() + $3::bigint * interval '1 microsecond'
	from mine
	where job.id = mine.id
)
select job.id, job.lease_no from job join held on ` + guard

// renewLeases prolongs leases and returns those that still exist.
func (q *Queue) renewLeases(held map[leaseKey]*lease) (map[leaseKey]bool, error) {
	return q.leaseKeys(renewLeasesSQL, slices.Collect(maps.Keys(held)), q.cfg.Lease.Microseconds())
}

const deleteDoneSQL = `
delete from job
using unnest($1::bigint[], $2::bigint[]) as held (id, no)
where ` + guard + `
returning job.id, job.lease_no`

// deleteDone completes jobs and returns those whose lease still held.
func (q *Queue) deleteDone(results []result) (map[leaseKey]bool, error) {
	return q.leaseKeys(deleteDoneSQL, keysOf(results))
}

const writeVerdictsSQL = `
update job set
	state = case when held.dead then 'DEAD' else 'READY' end,
	run_at = case when held.dead then job.run_at else now() + held.delay * interval '1 microsecond' end,
	attempt = job.attempt - case when held.counted then 0 else 1 end,
	last_error = held.reason,
	dead_at = case when held.dead then now() end,
	lease_until = null,
	leased_by = null
from unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::boolean[], $5::bigint[], $6::text[])
	as held (id, no, dead, counted, delay, reason)
where ` + guard + `
returning job.id, job.lease_no`

// writeVerdicts puts jobs back to READY or to the dead list and returns those whose lease still held.
func (q *Queue) writeVerdicts(results []result) (map[leaseKey]bool, error) {
	var dead, counted []bool
	var delay []int64
	var reason []string
	for _, res := range results {
		dead = append(dead, res.verdict.dead)
		counted = append(counted, res.verdict.counted)
		delay = append(delay, res.verdict.delay.Microseconds())
		reason = append(reason, res.verdict.reason)
	}
	return q.leaseKeys(writeVerdictsSQL, keysOf(results), pq.Array(dead), pq.Array(counted), pq.Array(delay), pq.Array(reason))
}

const expireLeasesSQL = `
with expired as (
	select id from job where state = 'RUNNING' and lease_until < now() for update skip locked
)
update job set
	state = case when attempt >= max_attempts then 'DEAD' else 'READY' end,
	dead_at = case when attempt >= max_attempts then now() end,
	last_error = 'lease of ' || leased_by || ' expired',
	lease_until = null,
	leased_by = null
from expired
where job.id = expired.id
returning job.id, job.kind, job.attempt, job.state`

// expireLeases takes jobs away from processes that gave no sign of life, of any kind.
func (q *Queue) expireLeases(log *slog.Logger) error {
	return q.query(expireLeasesSQL, func(rows *sql.Rows) error {
		var id, attempt int64
		var kind, state string
		err := rows.Scan(&id, &kind, &attempt, &state)
		log.Warn("job lease expired", "kind", kind, "job", id, "attempt", attempt, "state", state)
		return err
	})
}

// A changed interval counts from now, unless the next run is due sooner anyway.
const registerPeriodsSQL = `
insert into job_period (name, every)
select name, every * interval '1 microsecond'
from unnest($1::text[], $2::bigint[]) as p (name, every)
order by name
on conflict (name) do update set
	every = excluded.every,
	next_at = least(job_period.next_at, now() + excluded.every)
where job_period.every <> excluded.every`

// The next run keeps its place in the grid of whole intervals: a late look does not shift all later ones. It is never more than an interval ahead, so one
// that is more than two ahead was set by a clock that was wrong then; without a look at that, nothing periodic would run until that time is reached.
const insertPeriodicSQL = `
with due as (
	select name from job_period where name = any($6::text[]) and (next_at <= now() or next_at > now() + 2 * every) for update skip locked
), taken as (
	update job_period as p set
		next_at = next_at + every * (1 + floor(extract(epoch from now() - next_at) / extract(epoch from every)))::float8
	from due
	where p.name = due.name
	returning p.name
)
insert into job (kind, args, unique_key, max_attempts)
select p.kind, p.args::jsonb, nullif(p.unique_key, ''), coalesce(nullif(p.max_attempts, 0), 12)
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[])
	as p (kind, args, run_at, unique_key, max_attempts, name)
join taken on taken.name = p.name
on conflict do nothing`

// registerPeriods makes the periods of this process known.
func (q *Queue) registerPeriods() error {
	var names []string
	var every []int64
	for _, p := range q.periods {
		names = append(names, p.name)
		every = append(every, p.every.Microseconds())
	}
	return q.query(registerPeriodsSQL, nil, pq.Array(names), pq.Array(every))
}

// insertPeriodic inserts the jobs of the periods that are due and that no other process is just taking.
func (q *Queue) insertPeriodic() error {
	var names []string
	var jobs []New
	for _, p := range q.periods {
		names = append(names, p.name)
		jobs = append(jobs, p.job)
	}
	params, err := columns(jobs, domain.Origin{})
	if err != nil {
		return err
	}
	return q.query(insertPeriodicSQL, nil, append(params, pq.Array(names))...)
}

// query runs one statement of the queue's own and hands its rows, if wanted, to each.
func (q *Queue) query(statement string, each func(*sql.Rows) error, params ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	rows, err := q.cfg.DB.QueryContext(ctx, statement, params...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// leaseKeys runs a statement that answers with leases. The leases asked about are its first two parameters.
func (q *Queue) leaseKeys(statement string, keys []leaseKey, params ...any) (map[leaseKey]bool, error) {
	var ids, nos []int64
	for _, k := range keys {
		ids = append(ids, k.id)
		nos = append(nos, k.no)
	}
	found := make(map[leaseKey]bool, len(keys))
	err := q.query(statement, func(rows *sql.Rows) error {
		var k leaseKey
		err := rows.Scan(&k.id, &k.no)
		found[k] = true
		return err
	}, append([]any{pq.Array(ids), pq.Array(nos)}, params...)...)
	return found, err
}

func keysOf(results []result) []leaseKey {
	keys := make([]leaseKey, len(results))
	for i, res := range results {
		keys[i] = res.job.lease.leaseKey
	}
	return keys
}
