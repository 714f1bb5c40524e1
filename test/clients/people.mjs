// People who sign in as an app does: with the code that the program printed.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

/** secret signs the tokens of the program that is tested. */
export const secret = "a secret of tests, long enough for any program";

/** shortLived is an access token of the same session that ends in a moment. */
export function shortLived(token, seconds = 3) {
  const pack = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  const text = `${pack({ alg: "HS256", typ: "JWT" })}.${pack({ ...claims, exp: Math.floor(Date.now() / 1000) + seconds })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** signIn is the pair of tokens that a person gets for the code sent to an address. */
export async function signIn(kabinet, address) {
  const mark = kabinet.mark();
  const started = await kabinet.ask(
    "mutation($to: String!) { signInStart(input: {channel: EMAIL, address: $to}) { userErrors { message } } }", { to: address });
  assert.deepEqual(started.signInStart.userErrors, []);
  const [, code] = await kabinet.printed(new RegExp(`${address.replaceAll(/[.+]/g, "\\$&")}[^]*?\\b(\\d{6})\\b`), mark);
  const { signInComplete } = await kabinet.ask(
    `mutation($to: String!, $code: String!) {
      signInComplete(input: {channel: EMAIL, address: $to, code: $code}) { accessToken refreshToken userErrors { message } }
    }`, { to: address, code });
  assert.deepEqual(signInComplete.userErrors, []);
  return signInComplete;
}

/** customer signs in and can place orders, bare, as a step of other tests. */
export async function customer(kabinet, address) {
  const { accessToken, refreshToken } = await signIn(kabinet, address);
  const place = async () => {
    const { products } = await kabinet.ask(`{ products(first: 20) { nodes { variants { id availability } } } }`);
    const variant = products.nodes.flatMap((p) => p.variants).find((v) => v.availability === "AVAILABLE");
    const { orderPlace } = await kabinet.ask(
      `mutation($input: OrderPlaceInput!) { orderPlace(input: $input) { order { id number } userErrors { message } } }`,
      { input: { idempotencyKey: crypto.randomUUID(), lines: [{ variantId: variant.id, quantity: 1 }] } }, accessToken);
    assert.deepEqual(orderPlace.userErrors, []);
    return orderPlace.order;
  };
  const leave = async () => {
    const { sessionEnd } = await kabinet.ask("mutation { sessionEnd(input: {}) { userErrors { message } } }", {}, accessToken);
    assert.deepEqual(sessionEnd.userErrors, []);
  };
  return { accessToken, refreshToken, place, leave };
}

/** operator signs in at the desk and takes orders through their steps. */
export async function operator(kabinet) {
  const [, address] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
  const { accessToken } = await signIn(kabinet, address);
  const advance = async (orderId, action) => {
    const { orderAdvance } = await kabinet.ask(
      `mutation($input: OrderAdvanceInput!) { orderAdvance(input: $input) { order { status } userErrors { message } } }`,
      { input: { idempotencyKey: crypto.randomUUID(), orderId, action } }, accessToken);
    assert.deepEqual(orderAdvance.userErrors, []);
  };
  return { accessToken, advance };
}

/** mailbox collects what a stream says, and waits for more of it. */
export function mailbox(patience = 10_000) {
  const letters = [];
  let wake = () => {};
  const put = (letter) => {
    letters.push(letter);
    wake();
  };
  const take = async (n) => {
    const end = Date.now() + patience;
    while (letters.length < n && Date.now() < end) {
      await new Promise((woken) => {
        wake = woken;
        setTimeout(woken, end - Date.now()).unref();
      });
    }
    assert.ok(letters.length >= n, `${letters.length} of ${n} events came: ${JSON.stringify(letters)}`);
    return letters.slice(0, n);
  };
  return { put, take };
}
