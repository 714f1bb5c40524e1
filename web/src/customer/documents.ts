import { graphql } from "./gql";

// The documents of the customer's shell; each page keeps its own beside it.

export const Counters = graphql(`
  query Counters {
    viewer {
      customer {
        id
        orders(first: 1, where: { status: { oneOf: [NEW, CONFIRMED, IN_PROGRESS, READY] } }) { nodes { id } }
        wallet { id active }
        memberships { state club { id unreadCount } }
      }
    }
  }
`);
