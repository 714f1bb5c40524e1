import { graphql } from "../gql";

// The documents of the catalogue: the list, one product, and what changes them.

graphql(`
  fragment DeskCategory on Category {
    id
    slug
    name
    position
    texts { name { ru en } }
  }
`);

export const DeskCatalogue = graphql(`
  query DeskCatalogue($first: Int = 30, $after: String, $where: ProductWhere, $search: String) {
    desk {
      products(first: $first, after: $after, where: $where, search: $search, orderBy: { field: NAME }) {
        nodes {
          id
          slug
          kind
          name
          status
          price { amount currencyCode }
          category { id name }
          pictures { ...DeskPicture }
          variants { id stock availability }
        }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }
`);

graphql(`
  fragment DeskVariant on ProductVariant {
    id
    sku
    name
    active
    stock
    availability
    price { amount currencyCode }
    texts { name { ru en } }
  }
`);

graphql(`
  fragment DeskProduct on Product {
    id
    slug
    kind
    name
    status
    version
    category { id name }
    pictures { ...DeskPicture texts { alt { ru en } } }
    whatToExpect { leadTimeMinutes durationMinutes }
    texts {
      name { ru en }
      description { ru en }
      attributes { name { ru en } value { ru en } }
      howToPrepare { ru en }
      documents { ru en }
    }
    variants { ...DeskVariant }
    retiredVariants { ...DeskVariant }
  }
`);

export const DeskProductQuery = graphql(`
  query DeskProduct($slug: String!) {
    desk { product(slug: $slug) { ...DeskProduct } }
  }
`);

export const DeskCategories = graphql(`
  query DeskCategories {
    categories { ...DeskCategory }
  }
`);

export const ProductCreate = graphql(`
  mutation ProductCreate($input: ProductCreateInput!) {
    productCreate(input: $input) {
      product { id slug }
      userErrors { __typename code message field }
    }
  }
`);

export const ProductUpdate = graphql(`
  mutation ProductUpdate($input: ProductUpdateInput!) {
    productUpdate(input: $input) {
      product { ...DeskProduct }
      userErrors { __typename code message field }
    }
  }
`);

export const VariantUpsert = graphql(`
  mutation VariantUpsert($input: VariantUpsertInput!) {
    variantUpsert(input: $input) {
      variant { id product { ...DeskProduct } }
      userErrors { __typename code message field }
    }
  }
`);

export const StockAdjust = graphql(`
  mutation StockAdjust($input: StockAdjustInput!) {
    stockAdjust(input: $input) {
      variant { id stock availability }
      userErrors { __typename code message field }
    }
  }
`);

export const CategoryUpsert = graphql(`
  mutation CategoryUpsert($input: CategoryUpsertInput!) {
    categoryUpsert(input: $input) {
      category { ...DeskCategory }
      userErrors { __typename code message field }
    }
  }
`);
