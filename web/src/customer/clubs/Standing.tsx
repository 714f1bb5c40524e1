import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ClubCardFragment } from "./gql/graphql";

const colors: Record<string, string> = { MEMBER: "pine", INVITED: "blue", REQUESTED: "orange" };

/** How the customer stands to a club, in a word or two. */
export function Standing({ membership }: { membership: ClubCardFragment["membership"] }) {
  const { t } = useTranslation("personal");
  if (!membership) return null;
  const word = membership.state === "MEMBER" && membership.moderator ? "MODERATOR" : membership.state;
  return (
    <Badge variant="light" color={colors[membership.state] ?? "gray"} tt="none" radius="sm">
      {t(`clubs.standing.${word}`, { defaultValue: word })}
    </Badge>
  );
}
