import { graphql } from "../gql";

// The documents about the staff.

export const StaffQuery = graphql(`
  query Staff {
    desk {
      staff(left: true) { id name email role onDuty locale leftAt devices { id } }
    }
  }
`);

export const StaffInvite = graphql(`
  mutation StaffInvite($input: StaffInviteInput!) {
    staffInvite(input: $input) {
      staff { id name email role onDuty locale leftAt }
      userErrors { __typename code message field }
    }
  }
`);

export const StaffRemove = graphql(`
  mutation StaffRemove($input: StaffRemoveInput!) {
    staffRemove(input: $input) {
      staff { id onDuty leftAt devices { id } }
      userErrors { __typename code message field }
    }
  }
`);
