import { useMutation } from "urql";
import { allWords } from "~/app/errors";
import type { MemberAction } from "../gql/graphql";
import { useFailure } from "../useFailure";
import { ClubMemberDecide, ClubModeratorSet } from "./documents";

/** What the staff decides about people in a club. Each gives the words of what was refused, or nothing when it was done. */
export function useDecide(clubId: string, onDone: () => void) {
  const failure = useFailure();
  const [deciding, sendDecision] = useMutation(ClubMemberDecide);
  const [setting, sendModerator] = useMutation(ClubModeratorSet);
  return {
    busy: deciding.fetching || setting.fetching,
    decide: async (customerId: string, action: MemberAction, reason?: string): Promise<string> => {
      const { data, error } = await sendDecision({ input: { clubId, customerId, action, reason: reason || null } });
      const refused = error ? failure(error) : allWords(data?.clubMemberDecide.userErrors ?? []);
      if (!refused) onDone();
      return refused;
    },
    setModerator: async (customerId: string, moderator: boolean): Promise<string> => {
      const { data, error } = await sendModerator({ input: { clubId, customerId, moderator } });
      const refused = error ? failure(error) : allWords(data?.clubModeratorSet.userErrors ?? []);
      if (!refused) onDone();
      return refused;
    },
  };
}
