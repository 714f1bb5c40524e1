import { useEffect, useState } from "react";
import { changes, merge } from "./draft";

/** Something with a version, as it can be edited. */
export type Versioned<D> = { version: number; draft: D };

/**
 * The edits of a form over what the server has. While nothing is edited the form follows the server; once something is, it stays
 * at the version it began with, and `overtaken` says that the server has a newer one.
 */
export function useDraft<D extends object>(server: Versioned<D>) {
  const [base, setBase] = useState(server);
  const [draft, setDraft] = useState(server.draft);
  const edits = changes(base.draft, draft);
  const dirty = Object.keys(edits).length > 0;
  const overtaken = server.version > base.version;

  const rebase = (to: Versioned<D>, next: D) => {
    setBase(to);
    setDraft(next);
  };
  useEffect(() => {
    if (!dirty && server.version !== base.version) {
      setBase(server);
      setDraft(server.draft);
    }
  }, [dirty, server, base.version]);

  return {
    draft,
    edits,
    dirty,
    overtaken: dirty && overtaken,
    collided: merge(base.draft, draft, server.draft).collided,
    version: base.version,
    set: (patch: Partial<D>) => setDraft((before) => ({ ...before, ...patch })),
    /** Takes over what the server has, with one's own edits on top. */
    join: () => rebase(server, merge(base.draft, draft, server.draft).draft),
    /** Drops one's own edits. */
    drop: () => rebase(server, server.draft),
    /** Goes on from what was just saved. */
    saved: (now: Versioned<D>) => rebase(now, now.draft),
  };
}
