import { Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/ui/confirm";
import { Refused } from "~/ui/Refused";
import { comesBack, stepOf } from "./club";
import type { ClubCardFragment } from "./gql/graphql";
import { useMembership } from "./useMembership";

/** The buttons to enter a club, to answer it, or to leave it. */
export function Steps({
  club,
  leaving = false,
  onChanged,
}: {
  club: ClubCardFragment;
  leaving?: boolean;
  onChanged?: () => void;
}) {
  const { t } = useTranslation("personal");
  const { refused, busy, enter, exit } = useMembership(club, onChanged);
  const step = stepOf(club);
  if (!step || (step === "leave" && !leaving)) return null;
  return (
    <Stack gap={4} align="flex-start">
      <Group gap="sm">
        {(step === "join" || step === "request" || step === "answer") && (
          <Button onClick={enter} loading={busy}>
            {t(`clubs.step.${step}`)}
          </Button>
        )}
        {(step === "withdraw" || step === "answer") && (
          <Button variant="default" onClick={exit} loading={busy}>
            {t(step === "answer" ? "clubs.step.decline" : "clubs.step.withdraw")}
          </Button>
        )}
        {step === "leave" && <Leave club={club} busy={busy} exit={exit} />}
      </Group>
      <Refused words={refused} />
    </Stack>
  );
}

function Leave({ club, busy, exit }: { club: ClubCardFragment; busy: boolean; exit: () => Promise<boolean> }) {
  const { t } = useTranslation("personal");
  const button = (onClick: () => void) => (
    <Button variant="default" onClick={onClick} loading={busy}>
      {t("clubs.step.leave")}
    </Button>
  );
  if (comesBack(club)) return button(() => void exit());
  return (
    <Confirm
      title={t("clubs.leaveTitle", { club: club.name })}
      text={t(`clubs.leaveText.${club.entry}`, { defaultValue: "" })}
      action={t("clubs.step.leave")}
      onConfirm={exit}
    >
      {button}
    </Confirm>
  );
}
