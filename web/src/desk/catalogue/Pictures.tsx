import { ActionIcon, Badge, Box, Group, Stack, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Picture } from "~/ui/Picture";
import { Refused } from "~/ui/Refused";
import { Section } from "~/ui/Section";
import { PictureButton } from "../form/PictureButton";
import { TextPair } from "../form/TextPair";
import { useUpload } from "../form/useUpload";
import type { DeskProductFragment } from "../gql/graphql";
import type { ProductDraft } from "./product";

type Shown = ProductDraft["pictures"];

const most = 20;

/** The pictures of a product, the main one first, with words for those who do not see them. */
export function Pictures({
  product,
  pictures,
  onChange,
  error,
}: {
  product: DeskProductFragment;
  pictures: Shown;
  onChange: (pictures: Shown) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation("desk");
  const { upload, uploaded, busy, refused } = useUpload();
  const known = new Map([...product.pictures, ...uploaded].map((picture) => [picture.id, picture]));
  const beginning = { ru: product.texts?.name.ru ?? "", en: product.texts?.name.en ?? "" };

  const add = async (files: File[]) => {
    const taken = await upload(files.slice(0, most - pictures.length));
    if (taken.length > 0) onChange([...pictures, ...taken.map(({ id }) => ({ id, alt: beginning }))]);
  };
  const move = (from: number, to: number) => {
    const order = pictures.filter((_, i) => i !== from);
    order.splice(to, 0, ...pictures.slice(from, from + 1));
    onChange(order);
  };

  return (
    <Section title={t("pictures.title")} hint={t("pictures.hint")}>
      {pictures.map((shown, i) => (
        <Group key={shown.id} align="flex-start" gap="sm">
          <Box w={112}>
            <Picture picture={known.get(shown.id)} sizes="112px" />
            {i === 0 && (
              <Badge mt={4} variant="light" tt="none" radius="sm">
                {t("pictures.main")}
              </Badge>
            )}
          </Box>
          <Box flex={1} miw={200}>
            <TextPair
              label={t("pictures.alt")}
              value={shown.alt}
              onChange={(alt) => onChange(pictures.map((p, j) => (i === j ? { ...p, alt } : p)))}
            />
          </Box>
          <Group gap={4} wrap="nowrap">
            <ActionIcon
              variant="subtle"
              size="lg"
              disabled={i === 0}
              aria-label={t("pictures.up", { number: i + 1 })}
              onClick={() => move(i, i - 1)}
            >
              <IconArrowUp size={18} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              size="lg"
              disabled={i === pictures.length - 1}
              aria-label={t("pictures.down", { number: i + 1 })}
              onClick={() => move(i, i + 1)}
            >
              <IconArrowDown size={18} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("pictures.remove", { number: i + 1 })}
              onClick={() => onChange(pictures.filter((_, j) => j !== i))}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        </Group>
      ))}
      <Refused words={refused || error} />
      {pictures.length < most && (
        <Stack align="flex-start" gap={4}>
          <PictureButton label={t("pictures.add")} busy={busy} multiple onChoose={(files) => void add(files)} />
          <Text size="xs" c="dimmed">
            {t("pictures.formats")}
          </Text>
        </Stack>
      )}
    </Section>
  );
}
