import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import type { CombinedError } from "@urql/core";
import { useTranslation } from "react-i18next";
import { FailureNote } from "~/ui/Loaded";
import { isConflict } from "./useSave";

/** Where an edit stands (see useEdit). */
type Standing<Field> = {
  overtaken: boolean;
  collided: readonly Field[];
  join: () => void;
  drop: () => void;
  failed?: CombinedError | undefined;
  rest: () => string;
};

/**
 * What stands in the way of an edit as a whole: that somebody else saved the same thing meanwhile, with what can be done, a failure,
 * and what was refused beside none of its inputs. `label` names a field for a person.
 */
export function EditNotes<Field>({ form, label }: { form: Standing<Field>; label: (field: Field) => string }) {
  const { t } = useTranslation("desk");
  const { failed, overtaken, collided } = form;
  const rest = form.rest();
  return (
    <>
      {overtaken && (
        <Alert color="yellow" icon={<IconGitMerge size={20} />} role="alert">
          <Stack gap="sm" align="flex-start">
            <Text fw={650}>{t("form.overtaken")}</Text>
            <Text size="sm">
              {collided.length > 0
                ? t("form.collided", { fields: collided.map(label).join(", ") })
                : t("form.overtakenText")}
            </Text>
            <Group gap="xs">
              <Button size="xs" onClick={form.join}>
                {t("form.join")}
              </Button>
              <Button size="xs" variant="default" onClick={form.drop}>
                {t("form.takeTheirs")}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      {failed && !(isConflict(failed) && overtaken) && <FailureNote error={failed} />}
      {rest && (
        <Alert color="red" role="alert">
          {rest}
        </Alert>
      )}
    </>
  );
}
