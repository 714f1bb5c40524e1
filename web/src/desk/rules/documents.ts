import { graphql } from "../gql";

// The documents of the rules: ways to earn, the tariff of invitations, and the points programme.

graphql(`
  fragment DeskRule on EarningRule {
    id
    version
    kind
    name
    percent
    points
    lifetimeDays
    perPerson
    pending
    category { id name }
    product { id name }
    club { id name }
    startsAt
    endsAt
  }
`);

export const EarningRules = graphql(`
  query EarningRules {
    desk { earningRules { ...DeskRule } }
  }
`);

export const EarningPreview = graphql(`
  query EarningPreview(
    $percent: Decimal!
    $from: DateTime!
    $to: DateTime!
    $kind: EarningKind!
    $categoryId: ID
    $productId: ID
    $clubId: ID
  ) {
    desk {
      earningRulePreview(
        percent: $percent
        from: $from
        to: $to
        kind: $kind
        categoryId: $categoryId
        productId: $productId
        clubId: $clubId
      ) {
        orders
        paid { amount currencyCode }
        wouldEarn
        didEarn
        wouldAdd
      }
    }
  }
`);

export const RuleTargets = graphql(`
  query RuleTargets($search: String) {
    categories { id name }
    clubs { id name archivedAt }
    desk { products(first: 20, search: $search) { nodes { id name } } }
  }
`);

export const EarningRuleSet = graphql(`
  mutation EarningRuleSet($input: EarningRuleSetInput!) {
    earningRuleSet(input: $input) {
      rule { ...DeskRule }
      userErrors { __typename code message field }
    }
  }
`);

export const EarningRuleRetire = graphql(`
  mutation EarningRuleRetire($input: EarningRuleRetireInput!) {
    earningRuleRetire(input: $input) {
      rule { ...DeskRule }
      userErrors { __typename code message field }
    }
  }
`);

graphql(`
  fragment DeskTariff on ReferralTariff {
    version
    open
    levels
    inviterPoints
    invitedPoints
    capPerInvited
    capPerMonth
    maxInvited
    startsAt
  }
`);

export const ReferralTariffs = graphql(`
  query ReferralTariffs {
    desk { referralTariffs { ...DeskTariff } }
  }
`);

export const ReferralTariffSet = graphql(`
  mutation ReferralTariffSet($input: ReferralTariffSetInput!) {
    referralTariffSet(input: $input) {
      tariff { ...DeskTariff }
      userErrors { __typename code message field }
    }
  }
`);
