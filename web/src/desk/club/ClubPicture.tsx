import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Picture } from "~/ui/Picture";
import { Refused } from "~/ui/Refused";
import { Section } from "~/ui/Section";
import { PictureButton } from "../form/PictureButton";
import { useUpload } from "../form/useUpload";
import type { DeskClubFragment } from "../gql/graphql";

/** The picture of a club, in the shape in which members see it at the top of its page. */
export function ClubPicture({
  club,
  value,
  onChange,
  error,
}: {
  club: DeskClubFragment;
  value: string | null;
  onChange: (pictureId: string | null) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation("desk");
  const { upload, uploaded, busy, refused } = useUpload();
  const shown = [...uploaded, ...(club.picture ? [club.picture] : [])].find(({ id }) => id === value);
  const send = async (files: File[]) => {
    const [picture] = await upload(files);
    if (picture) onChange(picture.id);
  };
  return (
    <Section title={t("clubs.picture.title")} hint={t("clubs.picture.hint")}>
      <Group align="flex-start" gap="md">
        <Box w={{ base: "100%", xs: 320 }}>
          <Picture
            picture={shown && { ...shown, alt: club.name }}
            sizes="(min-width: 36em) 320px, 100vw"
            ratio={16 / 9}
          />
        </Box>
        <Stack align="flex-start" gap="xs">
          <Group gap="xs">
            <PictureButton
              label={t(value ? "clubs.picture.replace" : "clubs.picture.choose")}
              busy={busy}
              onChoose={(files) => void send(files)}
            />
            {value && (
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconTrash size={18} />}
                disabled={busy}
                onClick={() => onChange(null)}
              >
                {t("clubs.picture.remove")}
              </Button>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {t("pictures.formats")}
          </Text>
        </Stack>
      </Group>
      <Refused words={refused || error} />
    </Section>
  );
}
