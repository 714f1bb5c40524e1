import { graphql } from "./gql";

// The documents that are there from the first screen on: the session, the business, and the customer's live stream.

graphql(`
  fragment SessionViewer on Viewer {
    customer { id name email phone locale timeZone }
    staff { id name email role onDuty locale }
  }
`);

export const SessionRefresh = graphql(`
  mutation SessionRefresh($input: SessionRefreshInput!) {
    sessionRefresh(input: $input) {
      accessToken
      accessTokenExpiresAt
      viewer { ...SessionViewer }
      userErrors { __typename code message field }
    }
  }
`);

export const BusinessQuery = graphql(`
  query Business {
    business {
      name
      description
      currencyCode
      timeZone
      phone
      email
      address
      pointsProgram { pointValue { amount currencyCode } maxSharePercent returnWindowDays lifetimeDays }
    }
  }
`);

export const CustomerEvents = graphql(`
  subscription CustomerEvents($after: String) {
    customerEvents(after: $after) {
      __typename
      cursor
      at
      kind
      gap
      ... on OrderEvent { order { id number status version promisedAt promiseState total { amount currencyCode } } }
      ... on WalletEvent { balance { active pending held debt } }
      ... on MembershipEvent { membership { state club { id slug name } } }
      ... on ReferralEvent { invited name state }
    }
  }
`);
