import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browse, start, watch } from "./kabinet.mjs";

const patience = 20_000;
let kabinet;
let browser;

before(async () => {
  [kabinet, browser] = await Promise.all([start(), browse()]);
});

after(async () => {
  await browser?.close();
  assert.equal(await kabinet?.stop(), 0, "the program ends well");
});

async function open(path, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const offences = await watch(page, kabinet.url);
  await page.goto(kabinet.url + path, { waitUntil: "networkidle" });
  return { page, offences, close: () => context.close() };
}

/** tab opens one of the examples by the name of its first operation. */
const tab = (page, name) => page.locator(".graphiql-tab-button", { hasText: name }).click();

/** setVariables writes over the variables of the tab, keeping those that are not named. */
const setVariables = (page, values) =>
  page.locator(".graphiql-editor-tool .CodeMirror").first().evaluate((element, values) => {
    const editor = element.CodeMirror;
    editor.setValue(JSON.stringify({ ...JSON.parse(editor.getValue()), ...values }, null, 2));
  }, values);

/** run executes the named operation of the tab. */
async function run(page, operation) {
  await page.locator(".graphiql-execute-button").click();
  await page.getByRole("menuitem", { name: operation, exact: true }).click();
}

/** result waits until the answer on the page holds a text, and returns the whole. */
async function result(page, text) {
  const handle = await page.waitForFunction((text) => {
    const shown = document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue() ?? "";
    return shown.includes(text) && shown;
  }, text);
  return handle.jsonValue();
}

test("GraphiQL takes a customer from signing in to a live event", async () => {
  const { page, offences, close } = await open("/graphiql");
  await page.locator(".graphiql-execute-button").waitFor();
  assert.equal(await page.locator(".graphiql-tab-button").count(), 6);
  assert.equal(await page.locator(".kabinet-session").getAttribute("data-signed-in"), "false");

  await run(page, "SignInStart");
  await result(page, '"resendAt"');
  const [, code] = await kabinet.printed(/anna\.sokolova@example\.com[^]*?\b(\d{6})\b/);
  await setVariables(page, { code });
  await run(page, "SignInComplete");
  await result(page, '"accessToken"');
  await page.locator('.kabinet-session[data-signed-in="true"]').waitFor();

  const { products } = await kabinet.ask("{products(first:1,where:{kind:{oneOf:[SERVICE]}}){nodes{variants{id}}}}");
  await tab(page, "OrderPreview");
  await setVariables(page, { lines: [{ variantId: products.nodes[0].variants[0].id, quantity: 1 }] });
  await run(page, "OrderPlace");
  const { orderPlace } = JSON.parse(await result(page, '"orderPlace"')).data;
  assert.deepEqual(orderPlace.userErrors, []);
  assert.equal(orderPlace.order.status, "NEW");

  await tab(page, "FollowOrder");
  await setVariables(page, { orderId: orderPlace.order.id, after: "e0" });
  await run(page, "FollowOrder");
  await result(page, "ORDER_PLACED");
  const [, staff] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
  const token = await kabinet.run("token", "--staff", staff);
  const { orderAdvance } = await kabinet.ask(
    'mutation($id:ID!){orderAdvance(input:{idempotencyKey:"1",orderId:$id,action:CONFIRM}){order{status} userErrors{message}}}',
    { id: orderPlace.order.id }, token);
  assert.equal(orderAdvance.order.status, "CONFIRMED");
  await result(page, "ORDER_CONFIRMED");

  assert.deepEqual(offences, []);
  await close();
});

test("GraphiQL shows the whole schema", async () => {
  const { page, offences, close } = await open("/graphiql");
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.locator(".graphiql-doc-explorer").getByText("Subscription", { exact: true }).click();
  await page.locator(".graphiql-doc-explorer").getByRole("link", { name: "orderEvents", exact: true }).waitFor();
  assert.deepEqual(offences, []);
  await close();
});

test("the GraphiQL page fits a narrow phone", async () => {
  const { page, offences, close } = await open("/graphiql", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, "nothing is wider than the screen");
  assert.deepEqual(offences, []);
  await close();
});

test("pictures of the catalogue are real pictures of our own", async () => {
  const { page, offences, close } = await open("/");
  const { products } = await kabinet.ask("{products(first:3){nodes{pictures{alt url(width:480)}}}}");
  for (const { pictures } of products.nodes) {
    assert.ok(pictures[0].alt.length > 3);
    const answer = await page.request.get(kabinet.url + pictures[0].url);
    assert.equal(answer.headers()["content-type"], "image/jpeg");
    assert.match(answer.headers()["cache-control"], /immutable/);
    assert.ok((await answer.body()).length > 5000);
  }
  assert.deepEqual(offences, []);
  await close();
});
