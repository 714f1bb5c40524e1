// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { createClient, fetchExchange, type TypedDocumentNode } from "@urql/core";
import { parse } from "graphql";
import type { ReactNode } from "react";
import { Provider } from "urql";
import { afterEach, expect, test } from "vitest";
import type { UserError } from "~/app/errors";
import { useForm } from "./useForm";

type Answer = { make: { thing: { id: string } | null; userErrors: UserError[] } };
type Input = { name: string; size: number; idempotencyKey: string };

const Make = parse(
  "mutation Make($input: MakeInput!) { make(input: $input) { thing { id } userErrors { code message field } } }",
) as TypedDocumentNode<Answer, { input: Input }>;

const made = { data: { make: { thing: { id: "1" }, userErrors: [] } } };
const failed = { errors: [{ message: "no", extensions: { code: "INTERNAL" } }] };
const refused = (...userErrors: Partial<UserError>[]) => ({ data: { make: { thing: null, userErrors } } });

afterEach(cleanup);

/** A form before a server that answers as told, in turn; with what was sent to it. */
function open(...answers: object[]) {
  const sent: Input[] = [];
  const client = createClient({
    url: "http://shop.test/",
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetch: (async (_: unknown, options?: RequestInit) => {
      sent.push(JSON.parse(String(options?.body)).variables.input);
      return new Response(JSON.stringify(answers[sent.length - 1]), {
        headers: { "Content-Type": "application/json" },
      });
    }) as typeof fetch,
  });
  const wrapper = ({ children }: { children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const { result } = renderHook(() => useForm(Make, { name: "", size: 1 }, { keyed: true }), { wrapper });
  const send = () => act(() => result.current.save(result.current.draft));
  return { result, sent, send };
}

test("what is typed is sent, and the answer comes back", async () => {
  const { result, sent, send } = open(made);
  act(() => result.current.text("name").onChange({ currentTarget: { value: "Honey" } }));
  expect(await send()).toEqual(made.data.make);
  expect(sent[0]).toMatchObject({ name: "Honey", size: 1 });
  expect(result.current.busy).toBe(false);
});

test("a refusal stands beside its input, and what no input shows is told", async () => {
  const { result, send } = open(refused({ message: "too short", field: ["name"] }, { message: "closed", field: null }));
  expect(await send()).toBeUndefined();
  expect(result.current.text("name").error).toBe("too short");
  expect(result.current.rest()).toBe("closed");
});

test("what is lacking is told without being sent, and no longer once it is there", async () => {
  const { result, sent, send } = open(made);
  let lacking = false;
  act(() => {
    lacking = result.current.lacks({ name: "needed", size: false });
  });
  expect(lacking).toBe(true);
  expect(result.current.text("name").error).toBe("needed");
  expect(sent).toEqual([]);
  await send();
  expect(result.current.text("name").error).toBeUndefined();
});

test("the key stays until an answer came, and is another one for what is meant anew", async () => {
  const { result, sent, send } = open(failed, made, made);
  await send();
  expect(result.current.failed).toBeDefined();
  await send();
  await send();
  const [first, second, third] = sent.map((input) => input.idempotencyKey);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});
