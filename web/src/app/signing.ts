import { graphql } from "./gql";

// The documents of signing in, with what an invitation adds to it, and of signing out. They come with the pages that use them.

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

export const SessionEnd = graphql(`
  mutation SessionEnd($input: SessionEndInput!) {
    sessionEnd(input: $input) {
      sessionId
      userErrors { __typename code message field }
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
