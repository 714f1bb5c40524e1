// The access token of the last sign-in on this page. It takes the place of the "…" in the headers template, so that
// signing in once serves every tab. It lives in sessionStorage: a reload keeps it, closing the browser tab ends it.

const STORAGE_KEY = "kabinet:accessToken";
const TEMPLATE_TOKEN = "…";

export const HEADERS_TEMPLATE = JSON.stringify(
  { Authorization: `Bearer ${TEMPLATE_TOKEN}`, "Accept-Language": "ru" },
  null,
  2,
);

const listeners = new Set<() => void>();

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function accessToken(): string | null {
  return sessionStorage.getItem(STORAGE_KEY);
}

export function forget(): void {
  sessionStorage.removeItem(STORAGE_KEY);
  listeners.forEach((listener) => listener());
}

// Finds the access token that a sign-in or a refresh brought back, however deep in the payload.
export function remember(data: unknown): void {
  const token = findToken(data);
  if (token) {
    sessionStorage.setItem(STORAGE_KEY, token);
    listeners.forEach((listener) => listener());
  }
}

function findToken(value: unknown): string | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  for (const [key, inner] of Object.entries(value)) {
    const token = key === "accessToken" && typeof inner === "string" ? inner : findToken(inner);
    if (token) {
      return token;
    }
  }
  return null;
}

// Headers as they are sent. The template is filled with the token, or left out while nobody has signed in: an
// ellipsis cannot be a header value, and the server should answer as to a guest rather than as to a bad token.
export function fillHeaders(headers: Record<string, unknown> = {}): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = String(value);
    if (!text.includes(TEMPLATE_TOKEN)) {
      filled[name] = text;
      continue;
    }
    const token = accessToken();
    if (token) {
      filled[name] = text.replace(TEMPLATE_TOKEN, token);
    }
  }
  return filled;
}
