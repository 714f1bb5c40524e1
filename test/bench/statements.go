package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// This file says where the database's time goes, statement by statement; it costs a little itself, so it is asked for.

// resetStatements forgets what was counted so far.
func (b *bench) resetStatements(ctx context.Context, dsn string) error {
	if !b.statements {
		return nil
	}
	return b.atDatabase(dsn, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `create extension if not exists pg_stat_statements; select pg_stat_statements_reset()`)
		return err
	})
}

// printStatements prints what took the most time in a database since the last reset: time of planning and executing, for each of so many operations.
func (b *bench) printStatements(ctx context.Context, dsn string, ops int64) error {
	if !b.statements {
		return nil
	}
	return b.atDatabase(dsn, func(db *sql.DB) (err error) {
		rows, err := db.QueryContext(ctx, `
select calls, total_plan_time + total_exec_time, rows, wal_bytes, query
  from pg_stat_statements s
  join pg_database d on d.oid = s.dbid
 where d.datname = current_database()
 order by 2 desc
 limit 15`)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		fmt.Printf("\n| calls per operation | µs per operation | rows | WAL, bytes | statement (%d operations) |\n| ---: | ---: | ---: | ---: | --- |\n", ops)
		for rows.Next() {
			var calls, n, wal int64
			var ms float64
			var query string
			if err := rows.Scan(&calls, &ms, &n, &wal, &query); err != nil {
				return err
			}
			words := strings.Join(strings.Fields(query), " ")
			fmt.Printf("| %.2f | %.0f | %.2f | %d | %s |\n", float64(calls)/float64(ops), ms*1000/float64(ops), float64(n)/float64(ops), wal/ops, words[:min(len(words), 90)])
		}
		return rows.Err()
	})
}

func (b *bench) atDatabase(dsn string, do func(*sql.DB) error) (err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}
