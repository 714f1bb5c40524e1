import { Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Dialog } from "~/ui/Dialog";
import { Loaded } from "~/ui/Loaded";
import { ContentHistory } from "./documents";

/** What something said before each edit. */
export function History({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [{ data, error }, read] = useQuery({
    query: ContentHistory,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  const revisions = data?.node && "history" in data.node ? data.node.history : undefined;
  return (
    <Dialog opened onClose={onClose} title={t("post.history")} centered>
      <Loaded data={revisions} error={error} retry={read} skeleton={<Skeleton h={120} />}>
        {(before) => (
          <Stack>
            {before.map((revision) => (
              <article key={revision.at}>
                <Text size="xs" c="dimmed">
                  {t("post.until", { when: format.when(revision.at) })}
                </Text>
                {revision.title && <Text fw={600}>{revision.title}</Text>}
                <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
                  {revision.source}
                </Text>
              </article>
            ))}
          </Stack>
        )}
      </Loaded>
    </Dialog>
  );
}
