-- +goose Up

create table job (
	id           bigint generated always as identity,
	kind         text not null,
	args         jsonb not null default '{}',
	state        text not null default 'READY',
	run_at       timestamptz not null default now(),
	attempt      integer not null default 0,
	max_attempts integer not null default 12,
	lease_no     bigint not null default 0,
	lease_until  timestamptz,
	leased_by    text,
	unique_key   text,
	last_error   text,
	dead_at      timestamptz,
	created_at   timestamptz not null default now(),

	constraint job_pkey primary key (id),
	constraint job_kind_named check (kind <> ''),
	constraint job_unique_key_named check (unique_key <> ''),
	constraint job_state_known check (state in ('READY', 'RUNNING', 'DEAD')),
	constraint job_attempt_not_negative check (attempt >= 0),
	constraint job_max_attempts_positive check (max_attempts > 0),
	constraint job_running_is_leased check (
		(state = 'RUNNING') = (lease_until is not null)
		and (state = 'RUNNING') = (leased_by is not null)
		and (state <> 'RUNNING' or attempt > 0)
	),
	constraint job_dead_has_reason check (
		(state = 'DEAD') = (dead_at is not null)
		and (state <> 'DEAD' or last_error is not null)
	)
)
-- Rows live for milliseconds: vacuum by a count of dead rows, not by a share of the table.
with (
	autovacuum_vacuum_scale_factor = 0.01,
	autovacuum_vacuum_threshold = 1000,
	autovacuum_analyze_scale_factor = 0.05,
	autovacuum_analyze_threshold = 1000
);

-- By kind first: a process reads only the kinds it knows and has room for, so a backlog of another kind costs it nothing.
create index job_due on job (kind, run_at, id) where state = 'READY';
create index job_leased on job (lease_until) where state = 'RUNNING';
create index job_dead on job (dead_at, id) where state = 'DEAD';
create unique index job_unique_key on job (unique_key) where unique_key is not null and state <> 'DEAD';

comment on table job is 'Work to be done after the transaction that asked for it. A finished job is deleted; insert with "on conflict do nothing" so that a repeated unique_key is skipped.';
comment on column job.kind is 'Names the handler; a kind that no running process knows waits in READY.';
comment on column job.args is 'What the handler needs, by convention an object of ids.';
comment on column job.state is 'READY: waits for run_at. RUNNING: leased by a process. DEAD: given up, a person decides.';
comment on column job.run_at is 'Not started before this moment; moved forward by each retry.';
comment on column job.attempt is 'Counted tries begun so far.';
comment on column job.max_attempts is 'The try whose failure makes the job DEAD.';
comment on column job.lease_no is 'Times this row was leased; only ever grows, so (id, lease_no) names one lease and fences off a worker that lost it.';
comment on column job.lease_until is 'When RUNNING: past this moment the job belongs to nobody and goes back to READY.';
comment on column job.leased_by is 'When RUNNING: the process that works on it, for people to read.';
comment on column job.unique_key is 'At most one READY or RUNNING job per key; free again when the job is done or dead.';
comment on column job.last_error is 'Why the last failed try failed.';
comment on column job.dead_at is 'When DEAD: since when.';

create table job_period (
	name    text not null,
	every   interval not null,
	next_at timestamptz not null default now(),

	constraint job_period_pkey primary key (name),
	constraint job_period_name_named check (name <> ''),
	constraint job_period_every_positive check (every > interval '0')
);

comment on table job_period is 'Periodic work: whichever process first sees next_at pass moves it on and inserts the job, in one statement.';
comment on column job_period.every is 'Length of the period, as the newest release asks for it.';
comment on column job_period.next_at is 'When the next run is due; periods missed while no process ran are not made up for.';
