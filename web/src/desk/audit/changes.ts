// What an action changed, from what it set and what the same action had set before, both as JSON text.

/** One value that changed: where it stands, what it was and what it is; undefined where there was or is none. */
export type Change = { path: string; from?: string; to?: string };

/** The values that differ, by their path. Empty values that came from nothing are left out. */
export function changes(before: string | null | undefined, after: string): Change[] {
  const was = flatten(parse(before));
  const is = flatten(parse(after));
  const paths = [...new Set([...is.keys(), ...was.keys()])];
  return paths.flatMap((path) => {
    const from = was.get(path);
    const to = is.get(path);
    if (from === to) return [];
    return [{ path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
}

function parse(text: string | null | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function flatten(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined || value === "") return into;
  if (typeof value !== "object") {
    into.set(path, String(value));
    return into;
  }
  for (const [name, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${name}` : name, into);
  return into;
}

/** The objects of a subject, for example of `club:3 customer:9`, each with its kind and number; the business has no number. */
export function subjectsOf(subject: string): { kind: string; number: string }[] {
  return subject.split(" ").map((one) => {
    const [kind = "", number = ""] = one.split(":");
    return { kind, number };
  });
}
