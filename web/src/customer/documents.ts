import { graphql } from "./gql";

// The documents of the customer's shell; each page keeps its own beside it.

export const Counters = graphql(`
  query Counters {
    viewer {
      customer {
        id
        memberships { state club { id unreadCount } }
      }
    }
  }
`);
