import { graphql } from "./gql";

graphql(`
  fragment WalletLine on WalletEntry {
    id
    at
    cause
    points
    from
    to
    rule
    order { id number }
    balanceAfter { active }
  }
`);

export const WalletPage = graphql(`
  query WalletPage($after: String) {
    viewer {
      customer {
        id
        wallet {
          id
          active
          pending
          held
          debt
          expiringPoints(within: 30)
          lots { id points expiresAt }
          waysToEarn { text }
          entries(first: 20, after: $after) {
            nodes { ...WalletLine }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
`);

export const StatementOf = graphql(`
  query StatementOf($from: DateTime!, $to: DateTime!, $after: String) {
    viewer {
      customer {
        id
        wallet {
          id
          statement(from: $from, to: $to) {
            opening { active pending held debt }
            closing { active pending held debt }
            totals { cause points }
            entries(first: 50, after: $after) {
              nodes { ...WalletLine }
              pageInfo { hasNextPage endCursor }
            }
          }
        }
      }
    }
  }
`);
