import { graphql } from "./gql";

// The documents that both sides of the app share: the session, the business, and the customer's live stream.

graphql(`
  fragment SessionViewer on Viewer {
    customer { id name email phone locale timeZone }
    staff { id name email role onDuty locale }
  }
`);

export const SignInStart = graphql(`
  mutation SignInStart($input: SignInStartInput!) {
    signInStart(input: $input) {
      resendAt
      expiresAt
      userErrors { __typename code message field ... on SignInCodeError { retryAt triesLeft } }
    }
  }
`);

export const SignInComplete = graphql(`
  mutation SignInComplete($input: SignInCompleteInput!) {
    signInComplete(input: $input) {
      accessToken
      accessTokenExpiresAt
      viewer { ...SessionViewer }
      userErrors { __typename code message field ... on SignInCodeError { retryAt triesLeft } }
    }
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

export const SessionEnd = graphql(`
  mutation SessionEnd($input: SessionEndInput!) {
    sessionEnd(input: $input) {
      sessionId
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

export const ReferralClaim = graphql(`
  mutation ReferralClaim($input: ReferralClaimInput!) {
    referralClaim(input: $input) {
      referral { canClaim invitedBy { name } }
      userErrors { __typename code message field }
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
