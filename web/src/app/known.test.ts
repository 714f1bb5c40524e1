import { afterEach, expect, test, vi } from "vitest";
import { SessionRefresh } from "./documents";
import { byId, idOf } from "./known";

afterEach(() => vi.unstubAllGlobals());

const refusal = () => new Response(`{"errors":[{"extensions":{"code":"UNKNOWN_DOCUMENT"}}]}`, { status: 422 });

function serve(...answers: Response[]) {
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", async (_: string, options: RequestInit) => {
    bodies.push(options.body);
    return answers[bodies.length - 1];
  });
  return bodies;
}

test("the build gives every document an id", () => {
  expect(idOf(SessionRefresh)).toMatch(/^[0-9a-f]{64}$/);
  expect(idOf({})).toBeUndefined();
});

test("a known document goes by its id alone", async () => {
  const bodies = serve(new Response("{}"));
  await byId("one")("/graphql", { method: "POST", body: `{"query":"{a}","variables":{"b":1}}` });
  expect(bodies).toEqual([`{"documentId":"one","variables":{"b":1}}`]);
});

test("a server of another release gets the text", async () => {
  const bodies = serve(refusal(), new Response("{}"));
  const answer = await byId("one")("/graphql", { method: "POST", body: `{"query":"{a}"}` });
  expect(answer.status).toBe(200);
  expect(bodies).toEqual([`{"documentId":"one"}`, `{"query":"{a}"}`]);
});

test("another refusal is not repeated", async () => {
  const bodies = serve(new Response(`{"errors":[{"extensions":{"code":"RATE_LIMITED"}}]}`, { status: 429 }));
  expect((await byId("one")("/graphql", { body: `{"query":"{a}"}` })).status).toBe(429);
  expect(bodies).toHaveLength(1);
});

test("an upload names its document in its operations and keeps the order of its parts", async () => {
  const bodies = serve(new Response("{}"));
  const form = new FormData();
  form.append("operations", `{"query":"{a}","variables":{"file":null}}`);
  form.append("map", "{}");
  form.append("0", new File(["x"], "x.jpg"));
  await byId("one")("/graphql", { method: "POST", body: form });
  const sent = bodies[0] as FormData;
  expect([...sent.keys()]).toEqual(["operations", "map", "0"]);
  expect(sent.get("operations")).toBe(`{"documentId":"one","variables":{"file":null}}`);
});
