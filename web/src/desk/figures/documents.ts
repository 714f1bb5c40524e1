import { graphql } from "../gql";

// The documents of the figures.

export const Dashboard = graphql(`
  query Dashboard($from: DateTime!, $to: DateTime!) {
    desk {
      dashboard(from: $from, to: $to) {
        days {
          day
          placed
          cancelled
          completed
          revenue { amount currencyCode }
          refunded { amount currencyCode }
          net { amount currencyCode }
          promisesKept
          promisesBroken
          pointsEarned
          pointsSpent
          pointsExpired
          newCustomers
        }
        topProducts(first: 10) { product { id slug name } quantity revenue { amount currencyCode } }
        clubs { club { id slug name } members joined left }
      }
    }
  }
`);

export const Cohorts = graphql(`
  query Cohorts($from: DateTime!, $to: DateTime!) {
    desk { dashboard(from: $from, to: $to) { cohorts { month customers returning } } }
  }
`);

export const Liability = graphql(`
  query Liability {
    desk {
      pointsLiability {
        owed
        worth { amount currencyCode }
        active
        pending
        held
        debt
        lasting
        expiring { month points }
      }
    }
  }
`);

export const SpendBands = graphql(`
  query SpendBands($bounds: [Decimal!]!, $at: DateTimeFilter) {
    desk { spendBands(bounds: $bounds, at: $at) { from to customers net } }
  }
`);
