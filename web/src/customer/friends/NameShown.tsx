import { Radio, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { Card } from "~/ui/Card";
import { ReferralUpdate } from "./documents";
import type { ReferralName } from "./gql/graphql";

const ways: readonly ReferralName[] = ["FULL_NAME", "FIRST_NAME", "INITIALS", "HIDDEN"];

/** How much of the customer's name those who invited them see. */
export function NameShown({ value, onChanged }: { value: ReferralName; onChanged: () => void }) {
  const { t } = useTranslation("personal");
  const [chosen, setChosen] = useState(value);
  const [refused, setRefused] = useState("");
  const [, update] = useMutation(ReferralUpdate);
  const choose = async (next: ReferralName, before?: ReferralName) => {
    setChosen(next);
    const words = trouble(await update({ input: { showName: next } }), t);
    setRefused(words);
    if (words) return setChosen(value);
    onChanged();
    if (!before) return;
    notify({
      text: t("friends.nameSaved"),
      action: { label: t("action.undo", { ns: "app" }), run: () => void choose(before) },
    });
  };
  return (
    <Card>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4" id="name-shown">
            {t("friends.name")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("friends.nameText")}
          </Text>
        </div>
        <Radio.Group
          aria-labelledby="name-shown"
          value={chosen}
          onChange={(next) => void choose(next as ReferralName, chosen)}
          error={refused || undefined}
        >
          <Stack gap="sm">
            {ways.map((way) => (
              <Radio key={way} value={way} label={t(`friends.show.${way}`)} size="md" />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </Card>
  );
}
