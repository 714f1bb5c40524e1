import { createContext, type ReactNode, useContext } from "react";
import { useQuery } from "urql";
import { BusinessQuery } from "./documents";
import type { BusinessQuery as Answer } from "./gql/graphql";

const Context = createContext<Answer["business"] | undefined>(undefined);

/** Reads the business once for all pages below. */
export function BusinessProvider({ children }: { children: ReactNode }) {
  const [{ data }] = useQuery({ query: BusinessQuery });
  return <Context value={data?.business}>{children}</Context>;
}

/** The business behind the cabinet; undefined until it is known. */
export function useBusiness() {
  return useContext(Context);
}
