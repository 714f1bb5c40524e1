import type { CombinedError } from "@urql/core";
import { useTranslation } from "react-i18next";
import { failure } from "~/app/errors";

/** Words for failed requests, for places that show one line. */
export function useFailure(): (error: CombinedError) => string {
  const { t } = useTranslation("app");
  return (error) => failure(error, t).text;
}
