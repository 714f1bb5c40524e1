import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { TextLink } from "~/ui/links";
import type { AuditQuery } from "../gql/graphql";
import { type Change, changes, subjectsOf } from "./changes";
import classes from "./Entry.module.css";

type Done = AuditQuery["desk"]["auditTrail"]["nodes"][number];

const few = 4;

/** One thing that somebody did: what, to what, what changed and why. */
export function Entry({
  entry,
  onSubject,
}: {
  entry: Done;
  onSubject: (subject: { id: string; name: string }) => void;
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const subjects = subjectsOf(entry.subject);
  const name = subjects
    .map(({ kind, number }) => [t(`audit.subject.${kind}`, { defaultValue: kind }), number].filter(Boolean).join(" "))
    .join(", ");
  return (
    <Card p="sm">
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Group gap={6}>
            <Text fw={600} size="sm">
              {t(`audit.action.${entry.action}`, { defaultValue: entry.action })}
            </Text>
            {subjects[0]?.kind === "customer" && entry.subjectId ? (
              <TextLink to="/desk/customers/$id" params={{ id: entry.subjectId }} size="sm">
                {name}
              </TextLink>
            ) : (
              <Text size="sm">{name}</Text>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {`${format.when(entry.at)} · ${entry.staff?.name ?? t("audit.itself")}`}
          </Text>
        </Group>
        {entry.reason && <Text size="sm">{entry.reason}</Text>}
        <Changed list={changes(entry.before, entry.after)} />
        {entry.subjectId && (
          <Anchor
            component="button"
            type="button"
            size="xs"
            ta="left"
            onClick={() => entry.subjectId && onSubject({ id: entry.subjectId, name })}
          >
            {t("audit.about", { name })}
          </Anchor>
        )}
      </Stack>
    </Card>
  );
}

function Changed({ list }: { list: readonly Change[] }) {
  const { t } = useTranslation("desk");
  const [all, setAll] = useState(false);
  if (list.length === 0) return null;
  const fieldName = (path: string) =>
    path
      .split(".")
      .map((part) => t(`audit.field.${part.toLowerCase()}`, { defaultValue: part }))
      .join(" · ");
  const shown = all ? list : list.slice(0, few);
  return (
    <div>
      <dl className={classes.changes}>
        {shown.map((change) => (
          <div key={change.path} className={classes.change}>
            <dt>{fieldName(change.path) || t("audit.value")}</dt>
            <dd>
              {change.from !== undefined && <del>{change.from}</del>}
              {change.from !== undefined && change.to !== undefined && " → "}
              {change.to !== undefined && <ins>{change.to}</ins>}
            </dd>
          </div>
        ))}
      </dl>
      {list.length > few && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t("audit.fewer") : t("audit.all", { count: list.length })}
        </Button>
      )}
    </div>
  );
}
