// Every page of the app with an address that shows something in the demo, for the tests and screenshots that visit all of them.

/** places asks the running demo for addresses: of the customer's side for anna, and of the desk. */
export async function places(kabinet, customerToken, staffToken) {
  const { viewer, products } = await kabinet.ask(
    `{ products(first: 1) { nodes { slug } }
       viewer { customer { id orders(first: 1) { nodes { number } } memberships { state club { id slug } } } } }`,
    {}, customerToken);
  const { customer } = viewer;
  // A club whose feed has something to show.
  let club;
  let post;
  for (const membership of customer.memberships.filter((m) => m.state === "MEMBER")) {
    const { clubFeed } = await kabinet.ask("query($id: ID!) { clubFeed(clubId: $id, first: 1) { nodes { id } } }", { id: membership.club.id }, customerToken);
    club ??= membership.club;
    if (clubFeed.nodes.length > 0) [club, post] = [membership.club, clubFeed.nodes[0]];
  }
  const { desk } = await kabinet.ask("{ desk { orders(first: 1) { nodes { number } } } }", {}, staffToken);
  const order = customer.orders.nodes[0].number;
  const product = products.nodes[0].slug;
  return {
    stranger: { "sign-in": "/sign-in", start: "/", nothing: "/no-such-page" },
    customer: {
      home: "/", catalogue: "/catalogue", product: `/products/${product}`, basket: "/basket", orders: "/orders", order: `/orders/${order}`,
      wallet: "/wallet", friends: "/referral", clubs: "/clubs", club: `/clubs/${club.slug}`, profile: "/profile",
      post: `/clubs/${club.slug}/posts/${encodeURIComponent(post.id)}`,
    },
    desk: {
      board: "/desk", order: `/desk/orders/${desk.orders.nodes[0].number}`, customers: "/desk/customers",
      customer: `/desk/customers/${encodeURIComponent(customer.id)}`, catalogue: "/desk/catalogue", product: `/desk/catalogue/${product}`,
      clubs: "/desk/clubs", club: `/desk/clubs/${club.slug}`, moderation: "/desk/moderation", rules: "/desk/rules", referrals: "/desk/referrals",
      figures: "/desk/figures", staff: "/desk/staff", audit: "/desk/audit", imports: "/desk/imports", settings: "/desk/settings",
    },
  };
}

/** settle waits until a page shows what it has: no outlines any more, its heading there, its pictures loaded. */
export async function settle(page) {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[data-skeleton], [aria-busy='true'], .mantine-Skeleton-root[data-visible]"));
  await page.evaluate(() => Promise.all([...document.images].filter((i) => i.getBoundingClientRect().top < innerHeight).map((i) => i.decode().catch(() => {}))));
}

/**
 * openProduct finds a product by its name in the catalogue and opens it. It waits until what does not match is gone: a click on a list that is
 * about to change may land nowhere.
 */
export async function openProduct(page, name) {
  const products = page.getByRole("main").locator('a[href^="/products/"]');
  await page.getByRole("link", { name: "Catalogue" }).first().click();
  await products.nth(4).waitFor();
  await page.getByRole("searchbox").fill(name);
  await products.nth(4).waitFor({ state: "detached" });
  await products.filter({ hasText: name }).first().click();
}
