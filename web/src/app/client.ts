import {
  type Client,
  createClient,
  fetchExchange,
  mapExchange,
  type Operation,
  subscriptionExchange,
} from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { SessionRefresh } from "./documents";
import { keyless } from "./keyless.gen";
import { byId, idOf, known } from "./known";
import { connect, onRevive, subscribe } from "./live";
import { accessToken, endsSoon, refresh, type SignInAnswer } from "./session";

const endpoint = "/graphql";

function cache() {
  return cacheExchange({
    // Without these names the cache does the same, but complains of each while one develops.
    keys: import.meta.env.DEV ? Object.fromEntries(keyless.map((name) => [name, () => null])) : {},
    // Other lists are read by useList, which puts their pages together itself.
    resolvers: { Comment: { replies: relayPagination() } },
  });
}

/** Reads the queries on screen anew whenever a live stream began again without knowing what it missed; lists do that themselves. */
function revival() {
  const active = new Map<number, Operation>();
  let client: Client | undefined;
  onRevive(() => {
    for (const operation of active.values()) {
      client?.reexecuteOperation(
        client.createRequestOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }),
      );
    }
  });
  return {
    attach(to: Client) {
      client = to;
    },
    exchange: mapExchange({
      onOperation(operation) {
        if (operation.kind === "query" && !operation.context.renewsItself) active.set(operation.key, operation);
        if (operation.kind === "teardown") active.delete(operation.key);
      },
    }),
  };
}

/** The GraphQL client of one language: texts in the cache are in that language, so another language needs another client. */
export function makeClient(language: string): Client {
  const socket = connect(new URL(endpoint, location.href).href.replace(/^http/, "ws"));
  const revive = revival();
  const client = createClient({
    url: endpoint,
    preferGetMethod: false,
    fetchOptions: { headers: { "Accept-Language": language } },
    exchanges: [
      revive.exchange,
      known,
      cache(),
      authExchange(async (utils) => ({
        addAuthToOperation: (operation) => {
          const token = accessToken();
          return token ? utils.appendHeaders(operation, { Authorization: `Bearer ${token}` }) : operation;
        },
        willAuthError: () => endsSoon(),
        didAuthError: (error) =>
          error.graphQLErrors.some((e) => e.extensions?.code === "UNAUTHENTICATED") && !!accessToken(),
        refreshAuth: async () => {
          await refresh();
        },
      })),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request, operation) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribe(
              socket,
              {
                query: request.query ?? "",
                documentId: operation.context.documentId as string | undefined,
                variables: request.variables as Record<string, unknown>,
              },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  revive.attach(client);
  return client;
}

/** Asks for new tokens with the cookie alone. It goes past the client above, which would wait for it. */
export async function requestRefresh(): Promise<SignInAnswer | "offline"> {
  const id = idOf(SessionRefresh);
  const bare = createClient({
    url: endpoint,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    ...(id && { fetch: byId(id) }),
  });
  const { data, error } = await bare.mutation(SessionRefresh, { input: { keep: "COOKIE" } }).toPromise();
  if (error?.networkError) return "offline";
  return data?.sessionRefresh ?? {};
}
