import { graphql } from "./gql";

graphql(`
  fragment WalletLine on WalletEntry {
    id
    at
    cause
    points
    from
    to
    rule
    order { id number }
    balanceAfter { active }
  }
`);

export const WalletPage = graphql(`
  query WalletPage($first: Int = 20, $after: String) {
    viewer {
      customer {
        id
        wallet {
          id
          active
          pending
          held
          debt
          expiringPoints(within: 30)
          lots { id points expiresAt }
          waysToEarn { text }
          entries(first: $first, after: $after) {
            nodes { ...WalletLine }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
`);

export const StatementOf = graphql(`
  query StatementOf($from: DateTime!, $to: DateTime!, $first: Int = 50, $after: String) {
    viewer {
      customer {
        id
        wallet {
          id
          statement(from: $from, to: $to) {
            opening { active pending held debt }
            closing { active pending held debt }
            totals { cause points }
            entries(first: $first, after: $after) {
              nodes { ...WalletLine }
              pageInfo { hasNextPage endCursor }
            }
          }
        }
      }
    }
  }
`);

export const StatementPdf = graphql(`
  query StatementPdf($from: DateTime!, $to: DateTime!) {
    viewer {
      customer {
        id
        wallet {
          id
          statement(from: $from, to: $to) {
            pdf { url expiresAt userErrors { __typename code message field } }
          }
        }
      }
    }
  }
`);

export const FamilyOf = graphql(`
  query FamilyOf {
    viewer {
      customer {
        id
        family {
          id
          members { id name own }
          invitations { id address code expiresAt }
        }
        familyInvitations { id inviterName expiresAt }
        wallet { id active }
      }
    }
    business { pointsProgram { familyTransfers familyDailyLimit familySize } }
  }
`);

export const FamilyInvite = graphql(`
  mutation FamilyInvite($input: FamilyInviteInput!) {
    familyInvite(input: $input) {
      invitation { id code }
      userErrors { __typename code message field }
    }
  }
`);

export const FamilyAccept = graphql(`
  mutation FamilyAccept($input: FamilyAcceptInput!) {
    familyAccept(input: $input) {
      family { id }
      userErrors { __typename code message field }
    }
  }
`);

export const FamilyDecline = graphql(`
  mutation FamilyDecline($input: FamilyDeclineInput!) {
    familyDecline(input: $input) {
      invitationId
      userErrors { __typename code message field }
    }
  }
`);

export const FamilyLeave = graphql(`
  mutation FamilyLeave($input: FamilyLeaveInput!) {
    familyLeave(input: $input) {
      familyId
      userErrors { __typename code message field }
    }
  }
`);

export const TransferStart = graphql(`
  mutation TransferStart($input: PointsTransferStartInput!) {
    pointsTransferStart(input: $input) {
      transfer { id }
      channel
      userErrors { __typename code message field }
    }
  }
`);

export const TransferComplete = graphql(`
  mutation TransferComplete($input: PointsTransferCompleteInput!) {
    pointsTransferComplete(input: $input) {
      transfer { id state }
      wallet { id active }
      userErrors { __typename code message field }
    }
  }
`);
