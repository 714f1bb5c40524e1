package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

// Whatever customers ordered when: each row begins with all of its cohort, ends with the last month, and nothing is lost.
func TestCohorts_RowsReachTheLastMonthAndLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		begin := time.Date(2025, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 1, 0, 0, 0, 0, time.UTC)
		months := rapid.IntRange(1, 15).Draw(t, "months")
		last := begin.AddDate(0, months-1, 14)
		var cells []domain.CohortCell
		var sum int64
		for i := range months {
			size := rapid.Int64Range(0, 50).Draw(t, "size")
			if size == 0 {
				continue
			}
			for later := range int64(months - i) {
				if n := rapid.Int64Range(0, size).Draw(t, "n"); later == 0 || n > 0 {
					if later == 0 {
						n = size
					}
					sum += n
					cells = append(cells, domain.CohortCell{Month: begin.AddDate(0, i, 0), Later: later, Customers: n})
				}
			}
		}
		for _, row := range domain.Cohorts(cells, last) {
			if want := domain.MonthsBetween(row.Month, last) + 1; len(row.Returning) != want || row.Customers() == 0 {
				t.Fatalf("the row of %s has %d cells and %d customers, want %d cells", row.Month, len(row.Returning), row.Customers(), want)
			}
			for _, n := range row.Returning {
				sum -= n
			}
		}
		if sum != 0 {
			t.Fatalf("%d got lost", sum)
		}
	})
}

func TestCheckPeriod_RefusesEmptyAndEndlessOnes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for to, ok := range map[time.Time]bool{at: false, at.Add(-1): false, at.Add(1): true, at.AddDate(0, 0, domain.MaxDashboardDays): true, at.AddDate(0, 0, domain.MaxDashboardDays+1): false} {
		if err := domain.CheckPeriod(at, to); (err == nil) != ok {
			t.Errorf("until %s: %v", to, err)
		}
	}
}
