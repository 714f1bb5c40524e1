import { graphql } from "./gql";

graphql(`
  fragment Told on NotificationSettings {
    preferences { topic channel enabled critical }
    quietHours { from until }
  }
`);

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
        birthday
        createdAt
        devices { id platform name createdAt seenAt }
        sessions { id userAgent createdAt lastUsedAt current }
        notifications { ...Told }
      }
    }
  }
`);

export const CustomerUpdate = graphql(`
  mutation CustomerUpdate($input: CustomerUpdateInput!) {
    customerUpdate(input: $input) {
      customer { id name email phone locale timeZone birthday }
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

export const NotificationsSet = graphql(`
  mutation NotificationsSet($input: CustomerNotificationsSetInput!) {
    customerNotificationsSet(input: $input) {
      notifications { ...Told }
      userErrors { __typename code message field }
    }
  }
`);

export const CustomerExport = graphql(`
  mutation CustomerExport($input: CustomerExportInput!) {
    customerExport(input: $input) {
      url
      expiresAt
      userErrors { __typename code message field }
    }
  }
`);

export const DeleteStart = graphql(`
  mutation DeleteStart($input: CustomerDeleteStartInput!) {
    customerDeleteStart(input: $input) {
      resendAt
      expiresAt
      userErrors { __typename code message field ... on OpenOrdersError { numbers } }
    }
  }
`);

export const DeleteComplete = graphql(`
  mutation DeleteComplete($input: CustomerDeleteInput!) {
    customerDelete(input: $input) {
      deleteAt
      userErrors { __typename code message field ... on OpenOrdersError { numbers } }
    }
  }
`);
