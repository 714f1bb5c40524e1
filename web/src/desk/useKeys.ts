import { useRef } from "react";
import { newKey } from "~/app/repeat";

/**
 * Idempotency keys: the same for what is asked again as it was, a new one for anything else. `forget` ends an intention that was
 * carried out, so that the same may be wanted once more.
 */
export function useKeys() {
  const keys = useRef(new Map<string, string>());
  return {
    keyFor: (intention: unknown): string => {
      const name = JSON.stringify(intention);
      const key = keys.current.get(name) ?? newKey();
      keys.current.set(name, key);
      return key;
    },
    forget: () => keys.current.clear(),
  };
}
