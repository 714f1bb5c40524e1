import { useState } from "react";
import { useClient } from "urql";
import { allWords } from "~/app/errors";
import { useLanguage } from "~/app/i18n";
import { newKey, repeatSafely } from "~/app/repeat";
import { graphql } from "../gql";
import type { PictureUploadMutation } from "../gql/graphql";
import { useFailure } from "../useFailure";

type Uploaded = NonNullable<PictureUploadMutation["pictureUpload"]["picture"]>;

graphql(`
  fragment DeskPicture on Picture {
    id
    alt
    sizes { width height url }
  }
`);

const PictureUpload = graphql(`
  mutation PictureUpload($input: PictureUploadInput!) {
    pictureUpload(input: $input) {
      picture { ...DeskPicture }
      userErrors { __typename code message field }
    }
  }
`);

/** Sends files to the server one after another, each once however often the network fails; stops at the first that is refused. */
export function useUpload() {
  const client = useClient();
  const language = useLanguage();
  const failure = useFailure();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const [uploaded, setUploaded] = useState<readonly Uploaded[]>([]);
  // Browsers send this header only to their own server, which is why the server asks for it.
  const fetchOptions = { headers: { "Accept-Language": language, "GraphQL-Preflight": "1" } };

  const one = async (file: File): Promise<Uploaded | undefined> => {
    const input = { idempotencyKey: newKey(), file };
    const { data, error } = await repeatSafely(() =>
      client.mutation(PictureUpload, { input }, { fetchOptions }).toPromise(),
    );
    const answer = data?.pictureUpload;
    const words = error ? failure(error) : allWords(answer?.userErrors ?? []);
    if (words) setRefused(`${file.name}: ${words}`);
    return answer?.picture ?? undefined;
  };

  const upload = async (files: readonly File[]): Promise<Uploaded[]> => {
    const taken: Uploaded[] = [];
    setBusy(true);
    setRefused("");
    for (const file of files) {
      const picture = await one(file);
      if (!picture) break;
      taken.push(picture);
    }
    setUploaded((before) => [...before, ...taken]);
    setBusy(false);
    return taken;
  };
  return { upload, uploaded, busy, refused };
}
