import { graphql } from "../gql";

// The documents about the staff.

export const StaffQuery = graphql(`
  query Staff {
    desk {
      staff { id name email role onDuty locale devices { id } }
    }
  }
`);

export const StaffInvite = graphql(`
  mutation StaffInvite($input: StaffInviteInput!) {
    staffInvite(input: $input) {
      staff { id name email role onDuty locale }
      userErrors { __typename code message field }
    }
  }
`);
