import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { comesBack } from "./club";
import { ClubJoin, ClubLeave } from "./documents";
import type { ClubCardFragment } from "./gql/graphql";

/** Entering and leaving a club; what can be taken back offers to be. */
export function useMembership(club: ClubCardFragment, onChanged: () => void = () => {}) {
  const { t } = useTranslation("personal");
  const [refused, setRefused] = useState("");
  const [joining, join] = useMutation(ClubJoin);
  const [leaving, leave] = useMutation(ClubLeave);
  const input = { input: { clubId: club.id } };
  const undo = (run: () => Promise<boolean>) => ({ label: t("action.undo", { ns: "app" }), run: () => void run() });

  const enter = async (undoable = true): Promise<boolean> => {
    const answer = await join(input);
    const words = trouble(answer, t);
    setRefused(words);
    if (words) return false;
    const asked = answer.data?.clubJoin.membership?.state === "REQUESTED";
    notify({
      text: t(asked ? "clubs.requested" : "clubs.joined", { club: club.name }),
      ...(undoable && { action: undo(() => exit(false)) }),
    });
    onChanged();
    return true;
  };

  const exit = async (undoable = comesBack(club)): Promise<boolean> => {
    const was = club.membership?.state;
    const words = trouble(await leave(input), t);
    setRefused(words);
    if (words) return false;
    const done = was === "REQUESTED" ? "clubs.withdrawn" : was === "INVITED" ? "clubs.declined" : "clubs.left";
    notify({
      text: t(done, { club: club.name }),
      ...((undoable || was === "REQUESTED") && { action: undo(() => enter(false)) }),
    });
    onChanged();
    return true;
  };

  return { refused, busy: joining.fetching || leaving.fetching, enter: () => enter(), exit: () => exit() };
}
