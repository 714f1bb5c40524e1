package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// side is one of the things that are compared. run works for one turn.
type side struct {
	name string
	run  func(ctx context.Context) (turn, error)
	// pid is the process whose CPU time is counted; 0: none of its own.
	pid int
}

// turn is what a side did in one round.
type turn struct {
	ops      int64
	took     time.Duration
	half     time.Duration // median time of one operation
	most     time.Duration // 99th percentile of it
	own      time.Duration // CPU time of the side's process
	postgres time.Duration // CPU time of the database
}

func (t turn) rate() float64 { return float64(t.ops) / t.took.Seconds() }

// results are the turns of each side.
type results map[string][]turn

// compare lets the sides take turns: one unmeasured turn each to get warm, then the rounds.
func (b *bench) compare(ctx context.Context, sides []side) (results, error) {
	out := results{}
	for round := range b.rounds + 1 {
		for _, s := range sides {
			own, pg := processCPU(s.pid, false), b.postgresCPU()
			t, err := s.run(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			t.own, t.postgres = processCPU(s.pid, false)-own, b.postgresCPU()-pg
			if round > 0 {
				out[s.name] = append(out[s.name], t)
			}
		}
	}
	return out, nil
}

func (r results) of(name string, value func(turn) float64) []float64 {
	var all []float64
	for _, t := range r[name] {
		all = append(all, value(t))
	}
	slices.Sort(all)
	return all
}

// rate is the best and the median rate of a side.
func (r results) rate(name string) (best, median float64) {
	all := r.of(name, turn.rate)
	return all[len(all)-1], all[len(all)/2]
}

// half is the best of the median times of one operation.
func (r results) half(name string) time.Duration {
	return time.Duration(r.of(name, func(t turn) float64 { return float64(t.half) })[0])
}

// cpu is the median CPU time of an operation in the side's own process and in the database.
func (r results) cpu(name string) (own, postgres time.Duration) {
	ofOwn := r.of(name, func(t turn) float64 { return float64(t.own) / float64(max(t.ops, 1)) })
	ofPostgres := r.of(name, func(t turn) float64 { return float64(t.postgres) / float64(max(t.ops, 1)) })
	return time.Duration(ofOwn[len(ofOwn)/2]), time.Duration(ofPostgres[len(ofPostgres)/2])
}

// ops is how many operations a side did in all rounds.
func (r results) ops(name string) (n int64) {
	for _, t := range r[name] {
		n += t.ops
	}
	return n
}

// ratio compares the rates of two sides: best with best, and the median of the rounds' own ratios.
func (r results) ratio(name, floor string) (best, median float64) {
	bestA, _ := r.rate(name)
	bestB, _ := r.rate(floor)
	var each []float64
	for i, t := range r[name] {
		each = append(each, t.rate()/r[floor][i].rate())
	}
	slices.Sort(each)
	return bestA / bestB, each[len(each)/2]
}

// printRates prints a line for each side; floors are the sides that all others are set against.
func (r results) printRates(title string, sides []side, floors ...string) {
	fmt.Printf("\n## %s\n\n| side | per second | CPU per operation: own, Postgres | p50, p99 |", title)
	for _, f := range floors {
		fmt.Printf(" of %s |", f)
	}
	fmt.Print("\n| --- | ---: | ---: | ---: |")
	for range floors {
		fmt.Print(" ---: |")
	}
	fmt.Println()
	for _, s := range sides {
		best, median := r.rate(s.name)
		own, postgres := r.cpu(s.name)
		half := r.half(s.name)
		most := r.of(s.name, func(t turn) float64 { return float64(t.most) })[0]
		fmt.Printf("| %s | %.0f (%.0f) | %d, %d µs | %s, %s |", s.name, best, median, own.Microseconds(), postgres.Microseconds(), short(half), short(time.Duration(most)))
		for _, f := range floors {
			best, median := r.ratio(s.name, f)
			fmt.Printf(" %.2f (%.2f) |", best, median)
		}
		fmt.Println()
	}
}

func short(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }
