import { graphql } from "./gql";

export const ProfilePage = graphql(`
  query ProfilePage {
    viewer {
      customer {
        id
        name
        email
        phone
        locale
        timeZone
        createdAt
        devices { id platform name createdAt seenAt }
        sessions { id userAgent createdAt lastUsedAt current }
      }
    }
  }
`);

export const CustomerUpdate = graphql(`
  mutation CustomerUpdate($input: CustomerUpdateInput!) {
    customerUpdate(input: $input) {
      customer { id name email phone locale timeZone }
      userErrors { __typename code message field }
    }
  }
`);

export const DeviceRemove = graphql(`
  mutation DeviceRemove($input: DeviceRemoveInput!) {
    deviceRemove(input: $input) {
      deviceId
      userErrors { __typename code message field }
    }
  }
`);
