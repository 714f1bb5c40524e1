import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { useLanguage } from "~/app/i18n";
import { trouble } from "~/app/outcome";
import { newKey } from "~/app/repeat";
import { PictureUpload } from "./documents";
import type { PictureUploadMutation } from "./gql/graphql";

/** A picture that the server has taken in. */
export type Uploaded = NonNullable<PictureUploadMutation["pictureUpload"]["picture"]>;

/** Sends pictures; answers with the picture, or with what stands in the way. */
export function useUpload() {
  const { t } = useTranslation("personal");
  const client = useClient();
  const language = useLanguage();
  return async (file: File): Promise<{ picture?: Uploaded; words: string }> => {
    const headers = { "Accept-Language": language, "GraphQL-Preflight": "1" };
    const input = { idempotencyKey: newKey(), file };
    const answer = await client.mutation(PictureUpload, { input }, { fetchOptions: { headers } }).toPromise();
    const picture = answer.data?.pictureUpload.picture;
    return { words: trouble(answer, t), ...(picture && { picture }) };
  };
}
