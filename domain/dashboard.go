package domain

import "time"

// MaxDashboardDays bounds the period that a dashboard looks at.
const MaxDashboardDays = 800

// CheckPeriod refuses a period [from, to) that is empty or longer than a dashboard looks at.
func CheckPeriod(from, to time.Time) error {
	if !from.Before(to) || to.Sub(from) > MaxDashboardDays*24*time.Hour {
		return Errorf(Invalid, "a period ends after it begins and has at most %d days", MaxDashboardDays)
	}
	return nil
}

// DashboardDay is what happened in a day of the business's time zone. Money is in minor units.
type DashboardDay struct {
	Day            time.Time `db:"day"`
	Placed         int64     `db:"placed"`
	Cancelled      int64     `db:"cancelled"` // of those placed on the day, by now
	Completed      int64     `db:"completed"`
	RevenueMinor   int64     `db:"revenue"`  // of the orders completed
	RefundedMinor  int64     `db:"refunded"` // given back on the day, for whatever order
	PromisesKept   int64     `db:"kept"`     // of those that were due on the day
	PromisesBroken int64     `db:"broken"`
	PointsEarned   int64     `db:"earned"` // issued less taken back
	PointsSpent    int64     `db:"spent"`  // less given back
	PointsExpired  int64     `db:"expired"`
	NewCustomers   int64     `db:"new_customers"`
}

// NetMinor is the revenue less what was given back.
func (d DashboardDay) NetMinor() int64 { return d.RevenueMinor - d.RefundedMinor }

// ProductSales is what a product brought in with orders completed in a period, less what was refunded of them since.
type ProductSales struct {
	ProductID    int64 `db:"product_id"`
	Quantity     int64 `db:"quantity"`
	RevenueMinor int64 `db:"revenue"`
}

// ClubGrowth is how a club changed in a period.
type ClubGrowth struct {
	ClubID  int64 `db:"club_id"`
	Members int64 `db:"members"` // now
	Joined  int64 `db:"joined"`  // in the period, and are members still
	Left    int64 `db:"left_club"`
}

// CohortCell is how many of the customers who first ordered in a month ordered again so many months later.
type CohortCell struct {
	Month     time.Time `db:"month"`
	Later     int64     `db:"later"`
	Customers int64     `db:"customers"`
}

// Cohort is the customers who first ordered in a month. Returning[k] is how many of them ordered k months later; Returning[0] is all of them.
type Cohort struct {
	Month     time.Time
	Returning []int64
}

// Customers is how many first ordered in the month.
func (c Cohort) Customers() int64 { return c.Returning[0] }

// Cohorts puts cells, sorted by month and distance, into rows as long as the months up to last, so that zeros are told apart from the future.
func Cohorts(cells []CohortCell, last time.Time) (out []Cohort) {
	for _, c := range cells {
		if n := len(out); n == 0 || !out[n-1].Month.Equal(c.Month) {
			out = append(out, Cohort{Month: c.Month, Returning: make([]int64, max(MonthsBetween(c.Month, last), 0)+1)})
		}
		if row := out[len(out)-1].Returning; c.Later < int64(len(row)) {
			row[c.Later] = c.Customers
		}
	}
	return out
}

// MonthsBetween is how many months lie between the months of two instants, whatever their days.
func MonthsBetween(a, b time.Time) int {
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}
