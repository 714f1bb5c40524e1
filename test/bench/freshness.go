package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// priceChanges is how many prices are changed to see whether any answer is stale.
const priceChanges = 200

// showFreshness changes a price in the database and asks two processes for the page right after, again and again. Every answer must show the new price,
// although both processes answer the same request from memory in between.
func (b *bench) showFreshness(ctx context.Context, dsn string, first *kabinet, request string) (err error) {
	second, err := b.start(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.stop()) }()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var price int64
	if err := db.QueryRowContext(ctx, `select price from variant where id = 1`).Scan(&price); err != nil {
		return err
	}
	for n := range priceChanges {
		now := price + int64(n+1)%priceChanges // the last change brings the old price back
		if _, err := db.ExecContext(ctx, `update variant set price = $1 where id = 1`, now); err != nil {
			return err
		}
		shown := fmt.Appendf(nil, `"amount":"%d.%02d"`, now/100, now%100)
		for _, k := range []*kabinet{first, second, first, second} { // the second time from memory
			answer, err := bytesOf(ctx, k.addr, request)
			if err != nil {
				return err
			}
			if !bytes.Contains(answer, shown) {
				return fmt.Errorf("after change %d an answer is stale: no %s in %s", n+1, shown, answer)
			}
		}
	}
	fmt.Printf("A price was changed %d times; the next request on each of two processes saw it every time.\n", priceChanges)
	return nil
}
