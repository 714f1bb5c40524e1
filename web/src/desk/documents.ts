import { graphql } from "./gql";

// The documents of the desk's frame: its live stream and one's own settings.

export const DeskEvents = graphql(`
  subscription DeskEvents($after: String) {
    deskEvents(after: $after) {
      __typename
      cursor
      at
      kind
      gap
      ... on OrderEvent {
        order { id number status version promisedAt promiseState total { amount currencyCode } availableActions customer { id name } }
      }
      ... on ProductEvent { product { id slug } }
      ... on ReferralEvent { name state }
      ... on MembershipEvent { membership { state name club { id slug name } } }
      ... on PostEvent { post { id } comment { id } }
      ... on ImportEvent { import { id state percent rowsRead rowsAccepted rowsRejected startedAt endedAt } }
    }
  }
`);

export const StaffUpdate = graphql(`
  mutation StaffUpdate($input: StaffUpdateInput!) {
    staffUpdate(input: $input) {
      staff { id name email role onDuty locale }
      userErrors { __typename code message field }
    }
  }
`);
