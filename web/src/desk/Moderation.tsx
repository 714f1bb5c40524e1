import { SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { useFresh } from "./events";
import { ReportedContent } from "./moderation/documents";
import { Reported } from "./moderation/Reported";
import { Reviews } from "./moderation/Reviews";

/** What may need a look: reports of members of all clubs, and reviews of products. */
export function Moderation() {
  const { t } = useTranslation("desk");
  const [tab, setTab] = useState("reports");
  return (
    <Page title={t("moderation.title")}>
      <SegmentedControl
        aria-label={t("moderation.title")}
        value={tab}
        onChange={setTab}
        data={[
          { value: "reports", label: t("reviews.reportsTab") },
          { value: "reviews", label: t("reviews.tab") },
        ]}
        maw={320}
      />
      {tab === "reports" ? <Reports /> : <Reviews />}
    </Page>
  );
}

/** What members reported in all clubs, the longest waiting first. */
function Reports() {
  const { t } = useTranslation("desk");
  const { data, error, retry, renew, more } = useList(ReportedContent, {}, (d) => d.desk.contentReports);
  useFresh((event) => event.__typename === "PostEvent", renew);
  return (
    <Loaded data={data?.desk.contentReports} error={error} retry={retry} skeleton={<Skeleton h={240} />}>
      {({ nodes, totalCount }) => {
        const waiting = nodes.filter((item) => item.comment ?? item.post);
        if (waiting.length === 0) {
          return <Empty icon={IconShieldCheck} title={t("moderation.empty")} text={t("moderation.emptyText")} />;
        }
        return (
          <Stack>
            <Text size="sm" c="dimmed" aria-live="polite">
              {t("moderation.waiting", { count: totalCount })}
            </Text>
            {waiting.map((item) => (
              <Reported key={item.comment?.id ?? item.post?.id} item={item} onDone={renew} />
            ))}
            <More {...more} />
          </Stack>
        );
      }}
    </Loaded>
  );
}
