import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { lay } from "./cable.mjs";
import { browse, start } from "./kabinet.mjs";
import { person } from "./people.mjs";
import { openProduct } from "./places.mjs";

const anna = "anna.sokolova@example.com";
// What a browser writes down about a network that a test cut.
const cutNetwork = /^(failed: |error: (Failed to load resource|WebSocket connection))/;
let kabinet;
let browser;
let staff;

before(async () => {
  [kabinet, browser] = await Promise.all([start({ KABINET_TRUSTED_DOCUMENTS: "customers" }), browse()]);
  const [, address] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
  staff = await kabinet.run("token", "--staff", address);
});

after(async () => {
  await browser?.close();
  assert.equal(await kabinet?.stop(), 0, "the program ends well");
});

/** advance takes a step of an order as the staff do. */
async function advance(number, action, more = {}) {
  const { desk } = await kabinet.ask("query($n:String!){desk{order(number:$n){id}}}", { n: number }, staff);
  const { orderAdvance } = await kabinet.ask(
    "mutation($input:OrderAdvanceInput!){orderAdvance(input:$input){order{status} userErrors{message}}}",
    { input: { idempotencyKey: `${number}-${action}`, orderId: desk.order.id, action, ...more } }, staff);
  assert.deepEqual(orderAdvance.userErrors, []);
}

/** ordersOf counts the orders of a customer, as the staff see them. */
async function ordersOf(search) {
  const { desk } = await kabinet.ask(
    "query($s:String!){desk{customers(search:$s,first:1){nodes{orders(first:50){nodes{number status}}}}}}", { s: search }, staff);
  return desk.customers.nodes[0]?.orders.nodes ?? [];
}

/** putInBasket opens a product by its name in the catalogue and puts one of it into the basket. */
async function putInBasket(page, name) {
  await openProduct(page, name);
  await page.getByRole("button", { name: "Add to basket" }).click();
  await page.getByRole("link", { name: /^Basket: \d+/ }).click();
  await page.getByRole("button", { name: "Place the order" }).waitFor();
}

const orderNumber = async (page) => {
  await page.waitForURL(/\/orders\/R-/);
  return page.url().split("/").at(-1);
};

test("a customer signs in, orders with points, follows the order live and cancels another one", async () => {
  const { page, signIn, close } = await person(browser, kabinet);
  await signIn(anna);
  await page.getByRole("heading", { level: 1, name: "Hello, Анна!" }).waitFor();

  await putInBasket(page, "Linden honey");
  const total = page.getByTestId("total");
  const before = await total.innerText();
  await page.getByRole("button", { name: /^All: / }).click();
  await page.waitForFunction((was) => document.querySelector('[data-testid="total"]').textContent !== was, before);
  await page.reload();
  await page.getByRole("button", { name: "Place the order" }).waitFor();
  await page.getByRole("button", { name: /^All: / }).click();
  await page.waitForFunction((was) => document.querySelector('[data-testid="total"]').textContent !== was, before);
  await page.getByRole("button", { name: "Place the order" }).click();
  const number = await orderNumber(page);
  await page.getByRole("heading", { level: 1, name: `Order ${number}` }).waitFor();
  await page.getByText("In points", { exact: true }).waitFor();

  await advance(number, "CONFIRM");
  await page.getByText("The order is accepted. We begin soon.").waitFor();
  await page.getByText(`Order ${number} is accepted.`).waitFor();
  await advance(number, "START");
  await page.getByText("We are working on it.").waitFor();

  await page.getByRole("button", { name: "Order again" }).click();
  await page.getByRole("button", { name: "Place the order" }).click();
  await page.waitForURL((at) => /\/orders\/R-/.test(at.pathname) && !at.pathname.endsWith(number));
  const second = await orderNumber(page);
  await page.getByRole("button", { name: "Cancel the order" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why (you need not say)").fill("Ordered twice");
  await dialog.getByRole("button", { name: "Cancel the order" }).click();
  await page.getByText("The order is cancelled.").waitFor();
  const orders = await ordersOf(anna);
  assert.equal(orders.find((o) => o.number === second).status, "CANCELLED");
  assert.equal(orders.find((o) => o.number === number).status, "IN_PROGRESS");
  await close();
});

test("an answer that is lost on the way places no second order", async () => {
  const cable = await lay(kabinet.url);
  const { page, signIn, close } = await person(browser, kabinet, { url: cable.url, expected: cutNetwork });
  await signIn("repeat@example.com");
  await putInBasket(page, "Linden honey");
  const sent = page.waitForRequest((request) => request.postData()?.includes('"operationName":"OrderPlace"'));
  cable.deafen();
  await page.getByRole("button", { name: "Place the order" }).click();
  await sent;
  await page.getByText("Trying again: there will be no second order.").waitFor();
  cable.mend();
  const number = await orderNumber(page);
  assert.deepEqual(await ordersOf("repeat@example.com"), [{ number, status: "NEW" }]);
  await close();
  await cable.remove();
});

test("what happened while the network was cut is there once it is back, and the page said that it may be old", async () => {
  const cable = await lay(kabinet.url);
  const { page, signIn, close } = await person(browser, kabinet, { url: cable.url, expected: cutNetwork });
  await signIn("cut@example.com");
  await putInBasket(page, "Linden honey");
  await page.getByRole("button", { name: "Place the order" }).click();
  const number = await orderNumber(page);
  await page.getByText("We have your order.").waitFor();
  await advance(number, "CONFIRM");
  await page.getByText("The order is accepted. We begin soon.").waitFor();

  cable.cut();
  await page.getByRole("status").getByText(/No connection since/).waitFor();
  await advance(number, "START");
  await advance(number, "MAKE_READY");
  cable.mend();
  await page.getByText("Everything is ready and waits for you.").waitFor();
  await page.getByText(/No connection since/).waitFor({ state: "detached" });
  const happened = await page.getByRole("main").locator(".mantine-Timeline-item").allInnerTexts();
  assert.equal(new Set(happened).size, happened.length, "nothing is doubled");
  assert.ok(happened.length >= 4, happened.join("\n"));
  await close();
  await cable.remove();
});

test("the session outlives a reload and a closed tab, and ends when signing out in one of them", async () => {
  const { page, context, go, signIn, close } = await person(browser, kabinet);
  await signIn("tabs@example.com", { next: "/orders" });
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes("eyJ") || document.cookie), "", "no token is within a script's reach");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  await other.close();
  await go("/wallet");
  await page.waitForURL(/\/wallet/);
  await close();
});

test("a stranger sees the catalogue and is asked to sign in where it is needed", async () => {
  const { page, go, close } = await person(browser, kabinet, { locale: "ru-RU" });
  await go("/catalogue");
  await page.getByRole("heading", { level: 1, name: "Каталог" }).waitFor();
  await page.getByRole("searchbox").fill("мёд");
  await page.waitForURL(/search=/);
  await page.getByRole("link", { name: /Липовый мёд/ }).waitFor();
  await go("/orders");
  await page.waitForURL(/\/sign-in\?next=/);
  await page.getByText("Пароль не нужен").waitFor();
  await close();
});
