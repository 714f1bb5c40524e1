import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { byField } from "~/app/errors";
import { newKey, repeatSafely } from "~/app/repeat";
import { useFailure } from "../useFailure";
import { ImportFileUpload, ImportStart } from "./documents";
import { type Draft, startInput } from "./kinds";
import { sendFile } from "./send";

/** Sends the files and starts an import. A file that has arrived is not sent again when something else is to be mended. */
export function useStart() {
  const { t } = useTranslation("desk");
  const failed = useFailure();
  const [, announce] = useMutation(ImportFileUpload);
  const [, begin] = useMutation(ImportStart);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [part, setPart] = useState<number>();
  const [busy, setBusy] = useState(false);
  const there = useRef(new WeakMap<File, string>());

  const bring = async (file: File, field: string): Promise<string | undefined> => {
    const known = there.current.get(file);
    if (known) return known;
    const idempotencyKey = newKey();
    const { data, error } = await repeatSafely(() => announce({ input: { idempotencyKey, name: file.name } }));
    const place = data?.importFileUpload;
    if (error || !place?.file || !place.uploadUrl) {
      setErrors(error ? { "": failed(error) } : { [field]: Object.values(byField(place?.userErrors ?? [])).join(" ") });
      return;
    }
    const megabytes = Math.floor((place.maxBytes ?? 0) / 2 ** 20);
    setPart(0);
    const sent =
      place.maxBytes && file.size > place.maxBytes ? "tooLarge" : await sendFile(place.uploadUrl, file, setPart);
    setPart(undefined);
    if (sent !== "there") {
      setErrors({ [field]: t(`imports.sent.${sent}`, { megabytes }) });
      return;
    }
    there.current.set(file, place.file.id);
    return place.file.id;
  };

  const run = async (draft: Draft, file: File, members: File | null): Promise<boolean> => {
    const fileId = await bring(file, "fileId");
    if (!fileId) return false;
    const membersId = draft.kind === "REFERRALS" && members ? await bring(members, "membersFileId") : undefined;
    if (draft.kind === "REFERRALS" && !membersId) return false;
    const input = startInput(draft, newKey(), fileId, membersId);
    const { data, error } = await repeatSafely(() => begin({ input }));
    const refused = data?.importStart.userErrors ?? [];
    setErrors(error ? { "": failed(error) } : byField(refused));
    return !error && refused.length === 0;
  };

  const start = async (draft: Draft, file: File, members: File | null): Promise<boolean> => {
    setBusy(true);
    try {
      return await run(draft, file, members);
    } finally {
      setBusy(false);
    }
  };
  return { start, errors, setErrors, part, busy };
}
