// People in front of a browser: they sign in with the code that the program printed, and look at pages.
import assert from "node:assert/strict";

import { watch } from "./kabinet.mjs";

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const laptop = { viewport: { width: 1440, height: 900 } };

/** namesItsDocuments adds an offence for each document that a page sends as a text: the server knows all of them by their ids. */
function namesItsDocuments(page, url, offences) {
  const look = (sent) => /"query":"[^"]/.test(sent) && offences.push(`a document without an id: ${sent}`);
  page.on("request", (request) => {
    if (request.url() === `${url}/graphql`) look(request.postDataBuffer()?.toString("latin1") ?? "");
  });
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => look(payload.toString())));
}

/** person opens a browser of its own at an address of the program, or of a cable to it. */
export async function person(browser, kabinet, { url = kabinet.url, locale = "en-GB", device = "phone", expected, ...options } = {}) {
  const context = await browser.newContext({ locale, timezoneId: "Europe/Moscow", ...(device === "phone" ? phone : laptop), ...options });
  await context.addInitScript((language) => localStorage.setItem("kabinet.language", language), locale.slice(0, 2));
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const offences = await watch(page, url, expected);
  namesItsDocuments(page, url, offences);
  const go = (path) => page.goto(url + path);
  const signIn = async (address, { next = "/" } = {}) => {
    const mark = kabinet.mark();
    await go(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel(/^(E-mail or phone|Почта или телефон)$/).fill(address);
    await page.keyboard.press("Enter");
    const escaped = address.replaceAll(/[.+]/g, "\\$&");
    const [, code] = await kabinet.printed(new RegExp(`${escaped}[^]*?\\b(\\d{6})\\b`), mark);
    await page.getByLabel(/^(Code|Код) 1$/).fill(code[0]);
    await page.keyboard.type(code.slice(1));
    await page.waitForURL((at) => at.pathname !== "/sign-in");
  };
  const close = async () => {
    await context.close();
    assert.deepEqual(offences, []);
  };
  return { page, context, go, signIn, close, offences };
}
