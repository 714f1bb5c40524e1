import { graphql } from "../gql";

// The documents of the business: what the staff sets, and what changes it.

graphql(`
  fragment DeskBusiness on Business {
    name
    description
    currencyCode
    timeZone
    phone
    email
    address
    pointsProgram {
      pointValue { amount currencyCode }
      maxSharePercent
      returnWindowDays
      lifetimeDays
      noticeDays
    }
    settings {
      name { ru en }
      description { ru en }
      address { ru en }
      country
      locale
      numberPrefix
      holdDays
    }
  }
`);

export const DeskBusinessQuery = graphql(`
  query DeskBusiness {
    business { ...DeskBusiness }
  }
`);

export const BusinessUpdate = graphql(`
  mutation BusinessUpdate($input: BusinessUpdateInput!) {
    businessUpdate(input: $input) {
      business { ...DeskBusiness }
      userErrors { __typename code message field }
    }
  }
`);
