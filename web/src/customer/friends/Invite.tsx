import { Button, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconCopy, IconShare } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import type { Programme } from "../Friends";
import classes from "./Invite.module.css";

/** The customer's own code: to show, to send, to scan. */
export function Invite({ referral }: { referral: Programme }) {
  const { t } = useTranslation("personal");
  const share = () => {
    // Closing the sheet of the system is a refusal too, and needs no words.
    navigator.share({ text: referral.shareText }).catch(() => {});
  };
  return (
    <Card p="lg">
      <Group align="flex-start" gap="lg" wrap="wrap">
        <Stack flex="1 1 260px" gap="md">
          <Title order={2} size="h4">
            {t("friends.invite")}
          </Title>
          <Brings tariff={referral.tariff} />
          <div>
            <Text size="sm" c="dimmed">
              {t("friends.code")}
            </Text>
            <Text className={classes.code}>{referral.code}</Text>
            <Text size="sm" c="dimmed">
              {referral.link}
            </Text>
          </div>
          <Group gap="sm">
            {"share" in navigator && (
              <Button leftSection={<IconShare size={18} aria-hidden />} onClick={share}>
                {t("action.share", { ns: "app" })}
              </Button>
            )}
            <Copy value={referral.shareText} label={t("friends.copyMessage")} />
            <Copy value={referral.link} label={t("friends.copyLink")} />
          </Group>
        </Stack>
        <img
          className={classes.qr}
          src={`data:image/svg+xml,${encodeURIComponent(referral.qrSvg)}`}
          alt={t("friends.qr")}
          width={180}
          height={180}
        />
      </Group>
    </Card>
  );
}

function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation("app");
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          onClick={copy}
          leftSection={copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
        >
          <span aria-live="polite">{copied ? t("action.copied") : label}</span>
        </Button>
      )}
    </CopyButton>
  );
}

/** What invitations bring now, in words. */
function Brings({ tariff }: { tariff: Programme["tariff"] }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  if (!tariff.open) return <Text size="sm">{t("friends.closed")}</Text>;
  const lines = [
    tariff.inviterPoints > 0 && t("friends.inviterPoints", { points: format.points(tariff.inviterPoints) }),
    tariff.invitedPoints > 0 && t("friends.invitedPoints", { points: format.points(tariff.invitedPoints) }),
    ...tariff.levels.map((percent, i) =>
      t(i === 0 ? "friends.firstLevel" : "friends.otherLevel", { percent: format.percent(percent), level: i + 1 }),
    ),
    tariff.capPerInvited && t("friends.capPerInvited", { points: format.points(tariff.capPerInvited) }),
    tariff.capPerMonth && t("friends.capPerMonth", { points: format.points(tariff.capPerMonth) }),
    tariff.maxInvited && t("friends.maxInvited", { count: tariff.maxInvited }),
  ].filter((line): line is string => !!line);
  return (
    <ul className={classes.brings}>
      {lines.map((line) => (
        <Text key={line} component="li" size="sm">
          {line}
        </Text>
      ))}
    </ul>
  );
}
