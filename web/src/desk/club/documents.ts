import { graphql } from "../gql";

// The documents of clubs: the list, one club with its offers and members, and what changes them.

export const DeskClubs = graphql(`
  query DeskClubs {
    clubs { id slug name description entry membersCount archivedAt rules }
  }
`);

graphql(`
  fragment DeskClubPrice on ClubPrice {
    variant { id name sku product { id name } }
    product { id name }
    category { id name }
    percent
    price { amount currencyCode }
  }
`);

graphql(`
  fragment DeskOffer on ClubOffer {
    id
    name
    price { ...DeskClubPrice }
    startsAt
    endsAt
    perCustomer
    total
    left
  }
`);

graphql(`
  fragment DeskClub on Club {
    id
    slug
    name
    version
    position
    entry
    posting
    archivedAt
    membersCount
    picture { ...DeskPicture }
    texts { name { ru en } description { ru en } }
    spend { amount { amount currencyCode } periodDays graceDays }
    privileges { pointsPercent support earlyBookingHours prices { ...DeskClubPrice } }
  }
`);

export const DeskClubQuery = graphql(`
  query DeskClub($slug: String!) {
    club(slug: $slug) {
      ...DeskClub
      offers { ...DeskOffer }
    }
  }
`);

export const ClubRequests = graphql(`
  query ClubRequests($slug: String!) {
    club(slug: $slug) {
      id
      members(first: 100, state: REQUESTED) { nodes { customerId } pageInfo { hasNextPage } }
    }
  }
`);

export const ClubMembers = graphql(`
  query ClubMembers($slug: String!, $state: MemberState!, $first: Int = 30, $after: String) {
    club(slug: $slug) {
      id
      members(first: $first, state: $state, after: $after) {
        nodes {
          customerId
          name
          state
          moderator
          since
          graceUntil
          reason
          customer { id name email phone }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ClubRulesPreview = graphql(`
  query ClubRulesPreview($input: ClubRulesPreviewInput!) {
    desk { clubRulesPreview(input: $input) { rules userErrors { __typename code message field } } }
  }
`);

export const ClubCreate = graphql(`
  mutation ClubCreate($input: ClubCreateInput!) {
    clubCreate(input: $input) {
      club { id slug }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubUpdate = graphql(`
  mutation ClubUpdate($input: ClubUpdateInput!) {
    clubUpdate(input: $input) {
      club { ...DeskClub }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubOfferCreate = graphql(`
  mutation ClubOfferCreate($input: ClubOfferCreateInput!) {
    clubOfferCreate(input: $input) {
      offer { ...DeskOffer }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubOfferEnd = graphql(`
  mutation ClubOfferEnd($input: ClubOfferEndInput!) {
    clubOfferEnd(input: $input) {
      offer { id endsAt }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubMemberDecide = graphql(`
  mutation ClubMemberDecide($input: ClubMemberDecideInput!) {
    clubMemberDecide(input: $input) {
      membership { customerId state }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubModeratorSet = graphql(`
  mutation ClubModeratorSet($input: ClubModeratorSetInput!) {
    clubModeratorSet(input: $input) {
      membership { customerId state moderator }
      userErrors { __typename code message field }
    }
  }
`);

export const PickProducts = graphql(`
  query PickProducts($search: String) {
    desk {
      products(first: 12, search: $search, where: { status: { oneOf: [ACTIVE, DRAFT] } }) {
        nodes { id name variants { id name sku } }
      }
    }
    categories { id name }
  }
`);

export const PickCustomers = graphql(`
  query PickCustomers($search: String) {
    desk { customers(first: 8, search: $search) { nodes { id name email phone } } }
  }
`);
