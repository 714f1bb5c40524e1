/** The lists that are read page by page, by the type that they belong to: the cache joins their pages. */
export const paged: Readonly<Record<string, readonly string[]>> = {
  Query: ["products", "clubFeed"],
  Customer: ["orders"],

  Product: ["reviews"],
  Order: ["timeline"],
  Wallet: ["entries"],
  WalletStatement: ["entries"],
  Referral: ["children", "earnings"],
  Post: ["comments"],
  Comment: ["replies"],
  Club: ["members"],
  Desk: [
    "orders",
    "customers",
    "products",
    "reviews",
    "auditTrail",
    "topInviters",
    "flaggedReferrals",
    "imports",
    "contentReports",
  ],
};
