import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browse, start } from "./kabinet.mjs";
import { person } from "./people.mjs";
import { openProduct } from "./places.mjs";

const anna = "anna.sokolova@example.com";
let kabinet;
let browser;
let admin;
let atDesk; // the browser of the admin, who is not sent a second code so soon

before(async () => {
  [kabinet, browser] = await Promise.all([start(), browse()]);
  [, admin] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
});

after(async () => {
  await browser?.close();
  assert.equal(await kabinet?.stop(), 0, "the program ends well");
});

/** order puts a product into the basket and places the order; it returns the number. */
async function order(page, name) {
  await openProduct(page, name);
  await page.getByRole("button", { name: "Add to basket" }).click();
  await page.getByRole("link", { name: /^Basket: \d+/ }).click();
  await page.getByRole("button", { name: "Place the order" }).click();
  await page.waitForURL(/\/orders\/R-/);
  return page.url().split("/").at(-1);
}

test("staff take an order through its steps at the desk, and the customer sees each without a reload; then lines are refunded", async () => {
  const customer = await person(browser, kabinet);
  const desk = await person(browser, kabinet, { device: "laptop" });
  await customer.signIn("live@example.com");
  await desk.signIn(admin, { next: "/desk" });
  const number = await order(customer.page, "Linden honey");
  await desk.page.getByText(number).first().waitFor();
  await desk.go(`/desk/orders/${number}`);
  const main = desk.page.getByRole("main");
  const dialog = desk.page.getByRole("dialog");
  for (const [step, told] of [
    ["Accept", "The order is accepted. We begin soon."],
    ["Start", "We are working on it."],
    ["Ready", "Everything is ready and waits for you."],
  ]) {
    await main.getByRole("button", { name: new RegExp(`^${step}`) }).first().click();
    await customer.page.getByText(told).waitFor();
  }
  await main.getByRole("button", { name: /^Hand over/ }).first().click();
  await dialog.getByRole("button", { name: /^Hand over/ }).click();
  await customer.page.getByText("The order is completed. Thank you!").waitFor();
  await main.getByRole("button", { name: /^Refund/ }).first().click();
  await dialog.getByLabel("Reason").fill("The jar was cracked");
  await dialog.getByRole("button", { name: "All that is left" }).click();
  await dialog.getByRole("button", { name: /^Give back/ }).click();
  await customer.page.getByText("Money and points went back.").waitFor();
  await customer.close();
  atDesk = await desk.context.storageState();
  await desk.close();
});

test("the list of orders at the desk stays whole and in its place while orders come in", async () => {
  const token = await kabinet.run("token", "--customer", anna);
  const { products } = await kabinet.ask('{products(search:"honey",first:1){nodes{variants{id}}}}', {}, token);
  const place = async (name) => {
    const input = { idempotencyKey: name, lines: [{ variantId: products.nodes[0].variants[0].id, quantity: 1 }] };
    const { orderPlace } = await kabinet.ask(
      "mutation($input:OrderPlaceInput!){orderPlace(input:$input){order{number} userErrors{message}}}", { input }, token);
    assert.deepEqual(orderPlace.userErrors, []);
    return orderPlace.order.number;
  };
  for (let i = 0; i < 40; i++) await place(`many-${i}`);

  const desk = await person(browser, kabinet, { device: "laptop", storageState: atDesk });
  await desk.go("/desk?view=list");
  const rows = desk.page.getByRole("main").getByRole("link", { name: /^R-\d+/ });
  const numbers = async () => (await rows.allInnerTexts()).map((text) => text.match(/R-\d+/)[0]);
  await rows.nth(29).waitFor();
  await desk.page.getByRole("button", { name: "Show more" }).click();
  await rows.nth(59).waitFor();
  const before = await numbers();
  await rows.nth(44).scrollIntoViewIfNeeded();
  const watched = desk.page.getByRole("main").getByRole("link", { name: before[44] });
  const top = (await watched.boundingBox()).y;

  const number = await place("one-more");
  await rows.filter({ hasText: number }).first().waitFor({ state: "attached" });
  assert.deepEqual(await numbers(), [number, ...before.slice(0, -1)]);
  assert.ok(Math.abs((await watched.boundingBox()).y - top) < 4, "what one looks at stays where it is");
  atDesk = await desk.context.storageState();
  await desk.close();
});

test("a friend takes an invitation, signs up and orders, and the inviter sees it", async () => {
  const inviter = await person(browser, kabinet);
  await inviter.signIn(anna, { next: "/referral" });
  const token = await kabinet.run("token", "--customer", anna);
  const { viewer } = await kabinet.ask("{viewer{customer{referral{code stats{people}}}}}", {}, token);
  const { code, stats } = viewer.customer.referral;
  await inviter.page.getByText(code).first().waitFor();

  const friend = await person(browser, kabinet);
  await friend.go(`/i/${code}`);
  await friend.page.getByRole("link", { name: "Войти и принять приглашение" }).click();
  await friend.page.getByText(`code ${code} counts right after you sign in`).waitFor();
  const mark = kabinet.mark();
  await friend.page.getByLabel("E-mail or phone").fill("new.friend@example.com");
  await friend.page.keyboard.press("Enter");
  const [, digits] = await kabinet.printed(/new\.friend@example\.com[^]*?\b(\d{6})\b/, mark);
  await friend.page.getByLabel("Code 1").fill(digits[0]);
  await friend.page.keyboard.type(digits.slice(1));
  await friend.page.getByText("The invitation is accepted.").waitFor();
  await order(friend.page, "Linden honey");

  const now = await kabinet.ask("{viewer{customer{referral{stats{people}}}}}", {}, token);
  assert.equal(now.viewer.customer.referral.stats.people, stats.people + 1);
  await inviter.page.reload();
  await inviter.page.getByRole("heading", { level: 1 }).waitFor();
  await inviter.close();
  await friend.close();
});

/** drawn is a picture of one colour, wider than high. */
async function drawn(page, color) {
  const url = await page.evaluate((fill) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 675 });
    const context = canvas.getContext("2d");
    context.fillStyle = fill;
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  }, color);
  return Buffer.from(url.split(",")[1], "base64");
}

test("a manager gives a club a picture, another one and none, and a customer sees what the club has", async () => {
  const customer = await person(browser, kabinet);
  const desk = await person(browser, kabinet, { device: "laptop", storageState: atDesk });
  await customer.signIn("looks.at.clubs@example.com", { next: "/clubs/early-birds" });
  await desk.go("/desk/clubs/early-birds");
  const form = desk.page.getByRole("region", { name: "Picture" });
  const preview = form.getByRole("img", { name: "Early Birds" });
  const choose = async (button, name, buffer) => {
    const chosen = desk.page.waitForEvent("filechooser");
    await form.getByRole("button", { name: button }).click();
    await (await chosen).setFiles({ name, mimeType: "image/png", buffer });
  };
  const save = async () => {
    await desk.page.getByRole("button", { name: "Save" }).click();
    await desk.page.getByText("There are unsaved edits").waitFor({ state: "detached" });
  };
  const seen = customer.page.getByRole("main").locator("img").first();
  const shown = async () => {
    await customer.go("/clubs/early-birds");
    await seen.evaluate((image) => image.decode());
    return seen.getAttribute("src");
  };
  const before = await shown();

  await choose("Replace", "notes.png", Buffer.from("this is no picture"));
  await form.getByRole("alert").getByText("notes.png: This is not a picture: send JPEG, PNG, GIF or WebP.").waitFor();
  const sent = [];
  for (const color of ["teal", "coral"]) {
    const was = await preview.getAttribute("src");
    // The first name is that of the file that was refused: it can be chosen again.
    await choose("Replace", "notes.png", await drawn(desk.page, color));
    await form.getByRole("alert").waitFor({ state: "detached" });
    await desk.page.waitForFunction(([src]) => ![...document.images].some((image) => image.getAttribute("src") === src), [was]);
    assert.equal(await shown(), sent.at(-1) ?? before, "customers see nothing of it before it is saved");
    await preview.evaluate((image) => image.decode());
    await save();
    sent.push(await shown());
  }
  assert.equal(new Set([before, ...sent]).size, 3, "each picture has an address of its own");

  await form.getByRole("button", { name: "Take away" }).click();
  await preview.waitFor({ state: "detached" });
  const frame = form.locator("svg").first().locator("..");
  assert.notEqual(await frame.evaluate((element) => getComputedStyle(element).backgroundColor), "rgba(0, 0, 0, 0)", "the empty frame is seen");
  await save();
  await customer.go("/clubs/early-birds");
  await customer.page.getByRole("heading", { level: 1, name: "Early Birds" }).waitFor();
  await customer.page.getByText("Runs, yoga and kayaks before breakfast.").waitFor();
  assert.equal(await customer.page.locator(`img[src="${sent.at(-1)}"]`).count(), 0);
  await form.getByRole("button", { name: "Choose a picture" }).waitFor();
  await customer.close();
  atDesk = await desk.context.storageState();
  await desk.close();
});

test("a customer joins a club, writes in its feed, another member reads and answers it live, and an offer goes to the basket", async () => {
  const writer = await person(browser, kabinet);
  const reader = await person(browser, kabinet, { device: "laptop" });
  for (const [one, address] of [[writer, "writer@example.com"], [reader, "reader@example.com"]]) {
    await one.signIn(address, { next: "/clubs/early-birds" });
    await one.page.getByRole("main").getByRole("button", { name: "Join", exact: true }).first().click();
    await one.page.getByText("You are in", { exact: true }).first().waitFor();
  }
  await writer.page.getByRole("button", { name: "Write a post" }).click();
  await writer.page.getByLabel("Text").fill("The fog over the lake is **gone**.");
  await writer.page.getByRole("button", { name: "Publish" }).click();
  await writer.page.locator("strong", { hasText: "gone" }).waitFor();

  await reader.page.getByRole("button", { name: "Show 1 new post" }).click();
  const post = reader.page.getByRole("article").filter({ hasText: "The fog over the lake" });
  await post.getByRole("button", { name: /^React/ }).click();
  await reader.page.getByRole("menuitem", { name: "Love" }).click();
  await post.getByText("Love: 1").or(post.getByRole("button", { name: "Love: 1" })).first().waitFor();

  await reader.page.getByRole("button", { name: "To basket" }).first().click();
  await reader.page.getByRole("link", { name: /^Basket: \d+/ }).click();
  await reader.page.getByRole("button", { name: "Place the order" }).click();
  await reader.page.waitForURL(/\/orders\/R-/);
  await writer.close();
  await reader.close();
});

test("somebody is invited to the staff by a letter, works at the desk, and is out at once when removed", async () => {
  const boss = await person(browser, kabinet, { device: "laptop", storageState: atDesk });
  await boss.go("/desk/staff");
  const main = boss.page.getByRole("main");
  const dialog = boss.page.getByRole("dialog");
  const mark = kabinet.mark();
  await main.getByRole("button", { name: "Invite" }).click();
  await dialog.getByLabel("Work e-mail").fill("new@pine-shore.example.org");
  await dialog.getByLabel("Full name").fill("Vera New");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await kabinet.printed(/new@pine-shore\.example\.org[^]*?You are invited to the team[^]*?\/desk/, mark);

  const vera = await person(browser, kabinet, { expected: /\/graphql/ });
  await vera.signIn("new@pine-shore.example.org", { next: "/desk" });
  await vera.page.getByRole("heading", { name: "Orders" }).waitFor();
  await main.getByRole("button", { name: "Remove from the staff: Vera New" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await main.getByText("No longer here").waitFor();
  await vera.page.waitForURL(/\/sign-in/);

  await main.getByRole("button", { name: "Take Vera New back" }).click();
  await dialog.getByRole("button", { name: "Take back" }).click();
  await main.getByRole("button", { name: "Remove from the staff: Vera New" }).waitFor();
  await boss.close();
  await vera.close();
});
