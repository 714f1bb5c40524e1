import { useEffect, useRef } from "react";

const typing = "input, textarea, select, [contenteditable=true], [role=dialog]";

/** Runs something at a key of the page, but not while the person types or a dialog asks something. */
export function useShortcut(matches: (event: KeyboardEvent) => boolean, run: () => void) {
  const latest = useRef({ matches, run });
  latest.current = { matches, run };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as HTMLElement).closest(typing) || !latest.current.matches(event)) return;
      event.preventDefault();
      latest.current.run();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
