import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { ClubReports, ContentHide } from "./documents";
import type { ClubReportsQuery } from "./gql/graphql";
import { ReasonDialog } from "./ReasonDialog";
import { Written } from "./Written";

type Report = NonNullable<ClubReportsQuery["club"]>["reports"][number];

/** What members complained about, for those who look after the club. */
export function Reports({ club }: { club: { id: string; slug: string } }) {
  const { t } = useTranslation("personal");
  const [{ data, error }, read] = useQuery({
    query: ClubReports,
    variables: { id: club.id },
    requestPolicy: "cache-and-network",
  });
  const again = () => read({ requestPolicy: "network-only" });
  return (
    <Loaded data={data?.club?.reports} error={error} retry={again} skeleton={<Skeleton h={120} />}>
      {(reports) => (
        <Stack>
          {reports.length === 0 && <Empty icon={IconFlag} title={t("report.none")} text={t("report.noneText")} />}
          {reports.map((report) => (
            <One key={`${report.at} ${report.reason}`} slug={club.slug} report={report} onSettled={again} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function One({ slug, report, onSettled }: { slug: string; report: Report; onSettled: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [hiding, setHiding] = useState(false);
  const [{ fetching }, hide] = useMutation(ContentHide);
  const content = report.comment ?? report.post;
  const settle = async (hidden: boolean, reason?: string) => {
    if (!content) return "";
    const words = trouble(await hide({ input: { id: content.id, hidden, ...(reason && { reason }) } }), t);
    if (words) return words;
    notify({ text: t(hidden ? "post.hidden" : "report.kept") });
    onSettled();
    return "";
  };
  const keep = async () => {
    const words = await settle(false);
    if (words) notify({ text: words, tone: "bad" });
  };
  return (
    <Card>
      <Stack gap="sm">
        <div>
          <Text size="sm" fw={600}>
            {t("report.says", { reason: report.reason })}
          </Text>
          <Text size="xs" c="dimmed">
            {format.when(report.at)}
          </Text>
        </div>
        {content ? <Written html={content.html} /> : <Text size="sm">{t("report.removed")}</Text>}
        <Group gap="sm">
          {content && (
            <>
              <Button onClick={() => setHiding(true)} loading={fetching}>
                {t("post.hide")}
              </Button>
              <Button variant="default" onClick={() => void keep()} loading={fetching}>
                {t("report.keep")}
              </Button>
            </>
          )}
          {report.post && (
            <TextLink to="/clubs/$slug/posts/$postId" params={{ slug, postId: report.post.id }} size="sm">
              {t("report.open")}
            </TextLink>
          )}
        </Group>
        {hiding && (
          <ReasonDialog
            title={t("post.hideTitle")}
            label={t("post.hideReason")}
            action={t("post.hide")}
            send={(reason) => settle(true, reason)}
            onClose={() => setHiding(false)}
          />
        )}
      </Stack>
    </Card>
  );
}
