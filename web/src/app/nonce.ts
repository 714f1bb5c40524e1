/** The nonce that lets styles made by scripts apply: the server puts a new one into each page. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/** Tells it to the library that keeps the page behind a dialog from scrolling: it looks for the nonce under this name. */
export function shareNonce() {
  Object.assign(globalThis, { __webpack_nonce__: nonce() });
}
