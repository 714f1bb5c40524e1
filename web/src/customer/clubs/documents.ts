import { graphql } from "./gql";

graphql(`
  fragment OwnMembership on ClubMembership {
    customerId
    state
    moderator
    since
    push
    graceUntil
    reason
  }
`);

graphql(`
  fragment ShownPicture on Picture {
    id
    alt
    sizes { width height url }
  }
`);

graphql(`
  fragment ClubCard on Club {
    id
    slug
    name
    description
    pictureUrl(width: 960)
    entry
    posting
    rules
    membersCount
    unreadCount
    spend { amount { amount currencyCode } periodDays graceDays }
    membership { ...OwnMembership }
    progress { reached net { amount currencyCode } more { amount currencyCode } by text }
  }
`);

graphql(`
  fragment Offer on ClubOffer {
    id
    name
    startsAt
    endsAt
    left
    price {
      percent
      price { amount currencyCode }
      category { id slug name }
      product { id slug name price { amount currencyCode } variants { id name price { amount currencyCode } } }
      variant { id name price { amount currencyCode } product { id slug name } }
    }
  }
`);

graphql(`
  fragment PostCard on Post {
    id
    author { name staff own }
    title
    html
    source
    commentsCount
    pictures { ...ShownPicture }
    offers { ...Offer }
    reactions { kind count }
    ownReaction
    createdAt
    editedAt
    pinnedAt
    hiddenAt
    hiddenReason
  }
`);

graphql(`
  fragment CommentCard on Comment {
    id
    author { name staff own }
    html
    source
    reactions { kind count }
    ownReaction
    createdAt
    editedAt
    hiddenAt
    hiddenReason
  }
`);

export const ClubsPage = graphql(`
  query ClubsPage {
    clubs { ...ClubCard }
  }
`);

export const ClubPage = graphql(`
  query ClubPage($slug: String!) {
    club(slug: $slug) {
      ...ClubCard
      offers { ...Offer }
      pinned { ...PostCard }
    }
  }
`);

export const ClubFeed = graphql(`
  query ClubFeed($clubId: ID!, $first: Int = 10, $after: String) {
    clubFeed(clubId: $clubId, first: $first, after: $after) {
      nodes { ...PostCard }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const OnePost = graphql(`
  query OnePost($id: ID!) {
    post(id: $id) {
      ...PostCard
      club { id slug name posting membership { ...OwnMembership } }
    }
  }
`);

export const PostComments = graphql(`
  query PostComments($id: ID!, $first: Int = 10, $after: String) {
    post(id: $id) {
      id
      comments(first: $first, after: $after) {
        nodes {
          ...CommentCard
          replies(first: 5) {
            nodes { ...CommentCard }
            pageInfo { hasNextPage endCursor }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const MoreReplies = graphql(`
  query MoreReplies($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on Comment {
        replies(first: 5, after: $after) {
          nodes { ...CommentCard }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

export const ContentHistory = graphql(`
  query ContentHistory($id: ID!) {
    node(id: $id) {
      id
      ... on Post { history { title source at } }
      ... on Comment { history { title source at } }
    }
  }
`);

export const ClubMembers = graphql(`
  query ClubMembers($id: ID!, $state: MemberState!, $first: Int = 20, $after: String) {
    club(id: $id) {
      id
      members(first: $first, after: $after, state: $state) {
        nodes { customerId name moderator state since reason }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ClubReports = graphql(`
  query ClubReports($id: ID!) {
    club(id: $id) {
      id
      reports { reason at post { id title html } comment { id html } }
    }
  }
`);

export const ClubEvents = graphql(`
  subscription ClubEvents($clubId: ID!, $after: String) {
    clubEvents(clubId: $clubId, after: $after) {
      __typename
      cursor
      at
      kind
      gap
      ... on PostEvent { post { ...PostCard } comment { id } }
    }
  }
`);

export const ClubJoin = graphql(`
  mutation ClubJoin($input: ClubJoinInput!) {
    clubJoin(input: $input) {
      membership { state club { ...ClubCard } }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubLeave = graphql(`
  mutation ClubLeave($input: ClubLeaveInput!) {
    clubLeave(input: $input) {
      membership { state club { ...ClubCard } }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubPushSet = graphql(`
  mutation ClubPushSet($input: ClubPushSetInput!) {
    clubPushSet(input: $input) {
      club { id membership { ...OwnMembership } }
      userErrors { __typename code message field }
    }
  }
`);

export const ClubSee = graphql(`
  mutation ClubSee($input: ClubSeeInput!) {
    clubSee(input: $input) {
      club { id unreadCount }
      userErrors { __typename code message field }
    }
  }
`);

export const MemberDecide = graphql(`
  mutation MemberDecide($input: ClubMemberDecideInput!) {
    clubMemberDecide(input: $input) {
      membership { state club { id membersCount } }
      userErrors { __typename code message field }
    }
  }
`);

export const PostCreate = graphql(`
  mutation PostCreate($input: PostCreateInput!) {
    postCreate(input: $input) {
      post { ...PostCard }
      userErrors { __typename code message field }
    }
  }
`);

export const CommentCreate = graphql(`
  mutation CommentCreate($input: CommentCreateInput!) {
    commentCreate(input: $input) {
      comment { ...CommentCard }
      userErrors { __typename code message field }
    }
  }
`);

export const ContentEdit = graphql(`
  mutation ContentEdit($input: ContentEditInput!) {
    contentEdit(input: $input) {
      post { ...PostCard }
      comment { ...CommentCard }
      userErrors { __typename code message field }
    }
  }
`);

export const ContentRemove = graphql(`
  mutation ContentRemove($input: ContentRemoveInput!) {
    contentRemove(input: $input) {
      userErrors { __typename code message field }
    }
  }
`);

export const ContentHide = graphql(`
  mutation ContentHide($input: ContentHideInput!) {
    contentHide(input: $input) {
      post { ...PostCard }
      comment { ...CommentCard }
      userErrors { __typename code message field }
    }
  }
`);

export const ContentReport = graphql(`
  mutation ContentReport($input: ContentReportInput!) {
    contentReport(input: $input) {
      userErrors { __typename code message field }
    }
  }
`);

export const ReactionSet = graphql(`
  mutation ReactionSet($input: ReactionSetInput!) {
    reactionSet(input: $input) {
      post { id reactions { kind count } ownReaction }
      comment { id reactions { kind count } ownReaction }
      userErrors { __typename code message field }
    }
  }
`);

export const PostPin = graphql(`
  mutation PostPin($input: PostPinInput!) {
    postPin(input: $input) {
      post { ...PostCard }
      userErrors { __typename code message field }
    }
  }
`);

export const PictureUpload = graphql(`
  mutation PictureUpload($input: PictureUploadInput!) {
    pictureUpload(input: $input) {
      picture { ...ShownPicture }
      userErrors { __typename code message field }
    }
  }
`);
