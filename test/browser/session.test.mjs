import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { browse, start } from "./kabinet.mjs";
import { person } from "./people.mjs";
import { settle } from "./places.mjs";

// Access tokens of the program live 15 minutes. A test knows the secret that signs them, and gives a page the same tokens with an end that
// comes in seconds: the program refuses them, and closes their connections, as it does with those that grew old.
const secret = "browser-tests-sign-tokens-with-this-secret";
const life = 4;
const expected = /Service Worker registration blocked|status of 401/;
let kabinet;
let browser;
let staff;

before(async () => {
  [kabinet, browser] = await Promise.all([start({ KABINET_SECRET: secret }), browse()]);
  const [, address] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
  staff = await kabinet.run("token", "--staff", address);
});

after(async () => {
  await browser?.close();
  assert.equal(await kabinet?.stop(), 0, "the program ends well");
});

const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

/** shortened is the same token with its end in so many seconds. */
function shortened(token, seconds) {
  const [head] = token.split(".");
  const claims = { ...claimsOf(token), exp: Math.floor(Date.now() / 1000) + seconds };
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/**
 * shorten makes the access tokens that a page is given end soon, while the page believes that they live 15 minutes, as with a clock that
 * is slow. It tells what was given and asked.
 */
async function shorten({ page }, url) {
  const seen = { given: [], refreshed: 0, refused: 0, introduced: [] };
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const { type, payload: told } = JSON.parse(payload.toString());
      if (type === "connection_init") seen.introduced.push(told.Authorization.slice("Bearer ".length));
    });
  });
  await page.route(`${url}/graphql`, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    if (json.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED")) seen.refused++;
    const signed = Object.values(json.data ?? {}).find((answer) => answer?.accessToken);
    if (json.data && "sessionRefresh" in json.data) seen.refreshed++;
    if (!signed) return route.fulfill({ response, json });
    signed.accessToken = shortened(signed.accessToken, life);
    seen.given.push(signed.accessToken);
    await route.fulfill({ response, json });
  });
  return seen;
}

/** advance takes a step of an order as the staff do. */
async function advance(number, action) {
  const { desk } = await kabinet.ask("query($n:String!){desk{order(number:$n){id}}}", { n: number }, staff);
  const input = { idempotencyKey: `${number}-${action}`, orderId: desk.order.id, action };
  const { orderAdvance } = await kabinet.ask("mutation($input:OrderAdvanceInput!){orderAdvance(input:$input){userErrors{message}}}", { input }, staff);
  assert.deepEqual(orderAdvance.userErrors, []);
}

/** order places an order of the customer and returns its number. */
async function order(token) {
  const { products } = await kabinet.ask('{products(search:"honey",first:1){nodes{variants{id}}}}', {}, token);
  const input = { idempotencyKey: `order-${Math.random()}`, lines: [{ variantId: products.nodes[0].variants[0].id, quantity: 1 }] };
  const { orderPlace } = await kabinet.ask("mutation($input:OrderPlaceInput!){orderPlace(input:$input){order{number} userErrors{message}}}", { input }, token);
  assert.deepEqual(orderPlace.userErrors, []);
  return orderPlace.order.number;
}

/** ended waits until the program refuses a token. */
async function ended(token) {
  for (;;) {
    const answer = await kabinet.ask("{viewer{customer{id}}}", {}, token).catch((error) => error);
    if (answer instanceof Error) return assert.match(answer.message, /UNAUTHENTICATED/);
    await new Promise((wait) => setTimeout(wait, 200));
  }
}

test("who is signed in stays so when the access token ends: queries and live streams go on with another one", async () => {
  const customer = await person(browser, kabinet, { device: "laptop", serviceWorkers: "block", expected });
  const { page } = customer;
  const seen = await shorten(customer, kabinet.url);
  await customer.signIn("goes.on@example.com", { next: "/orders" });
  const token = await kabinet.run("token", "--customer", "goes.on@example.com");
  const number = await order(token);
  await page.getByText(number).first().waitFor();

  await ended(seen.given.at(-1));
  await advance(number, "CONFIRM");
  await page.getByText(`Order ${number} is accepted.`).waitFor();
  await ended(seen.given.at(-1));
  await advance(number, "START");
  await page.getByText("In progress").first().waitFor();
  assert.ok(new Set(seen.introduced).size >= 2, "the stream went on with another token");

  assert.equal(new URL(page.url()).pathname, "/orders");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await customer.close();
});

test("a query that is refused because the access token has ended is asked again with another one", async () => {
  const customer = await person(browser, kabinet, { device: "laptop", serviceWorkers: "block", expected });
  const { page } = customer;
  // Without a live connection nothing but the query finds out that the token has ended.
  await page.routeWebSocket(/\/graphql$/, (socket) => socket.close());
  const seen = await shorten(customer, kabinet.url);
  await customer.signIn("asks.again@example.com", { next: "/orders" });
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  const token = await kabinet.run("token", "--customer", "asks.again@example.com");
  const { viewer } = await kabinet.ask("{viewer{customer{referral{code}}}}", {}, token);
  await settle(page);
  await ended(seen.given.at(-1));
  const before = { ...seen };

  await page.getByRole("link", { name: "Friends" }).first().click();
  await page.getByText(viewer.customer.referral.code).first().waitFor();
  assert.ok(seen.refused > before.refused, "the page learnt that the token has ended");
  assert.ok(seen.refreshed > before.refreshed, "and went on with another one");
  assert.equal(new URL(page.url()).pathname, "/referral");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await customer.close();
});

test("a page that knows when its access token ends asks for the next one before, and nothing is refused", async () => {
  const customer = await person(browser, kabinet, { device: "laptop", serviceWorkers: "block", expected });
  const { page } = customer;
  await customer.signIn("looks.ahead@example.com", { next: "/orders" });
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  await settle(page);
  const asked = [];
  const refused = [];
  const posts = (request) => request.url() === `${kabinet.url}/graphql` && request.method() === "POST";
  page.on("request", (request) => posts(request) && asked.push(request.postDataJSON().operationName));
  const reading = [];
  const look = (text) => /UNAUTHENTICATED/.test(text) && refused.push(text);
  page.on("response", (response) => posts(response.request()) && reading.push(response.text().then(look, () => {})));
  await page.clock.setSystemTime(Date.now() + 14.8 * 60_000);
  await page.getByRole("link", { name: "Friends" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Friends" }).waitFor();
  await page.getByText("Copy").first().waitFor();
  await settle(page);
  await Promise.all(reading);
  assert.equal(asked[0], "SessionRefresh");
  assert.ok(asked.length > 1);
  assert.deepEqual(refused, []);
  await customer.close();
});

for (const [what, close] of [["its live connection tells it", false], ["its next query is refused", true]]) {
  test(`a page whose session was ended elsewhere asks to sign in as soon as ${what}, and knows the way back`, async () => {
    const address = `ended.${close ? "asked" : "told"}@example.com`;
    const customer = await person(browser, kabinet, { device: "laptop", serviceWorkers: "block", expected });
    const { page } = customer;
    if (close) await page.routeWebSocket(/\/graphql$/, (socket) => socket.close());
    const live = new Promise((told) => page.on("websocket", (socket) => socket.once("framereceived", told)));
    await customer.signIn(address, { next: "/orders" });
    await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
    if (!close) await live;

    const token = await kabinet.run("token", "--customer", address);
    const { viewer } = await kabinet.ask("{viewer{customer{sessions{id userAgent}}}}", {}, token);
    const ofPage = viewer.customer.sessions.filter(({ userAgent }) => userAgent?.includes("Chrome"));
    assert.equal(ofPage.length, 1);
    const end = "mutation($input:SessionEndInput!){sessionEnd(input:$input){userErrors{message}}}";
    const { sessionEnd } = await kabinet.ask(end, { input: { sessionId: ofPage[0].id } }, token);
    assert.deepEqual(sessionEnd.userErrors, []);

    if (close) await page.getByRole("link", { name: "Points" }).first().click();
    await page.waitForURL((at) => at.pathname === "/sign-in");
    await page.getByLabel("E-mail or phone").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("next"), close ? "/wallet" : "/orders");
    await customer.close();
  });
}
