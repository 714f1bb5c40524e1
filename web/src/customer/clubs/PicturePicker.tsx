import { ActionIcon, Button, FileButton, Group, TextInput } from "@mantine/core";
import { IconPhotoPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "~/ui/Picture";
import { Refused } from "~/ui/Refused";
import { type Uploaded, useUpload } from "./useUpload";

/** A picture of a post, with words for those who do not see it. */
export type Shown = { picture: Uploaded; alt: string };

/** The most pictures that a post takes. */
const most = 10;

/** Puts pictures into a post: they are sent at once, so that publishing waits for nothing. */
export function PicturePicker({
  pictures,
  onChange,
}: {
  pictures: readonly Shown[];
  onChange: (next: Shown[]) => void;
}) {
  const { t } = useTranslation("personal");
  const upload = useUpload();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const add = async (files: File[]) => {
    setBusy(true);
    const sent = await Promise.all(files.slice(0, most - pictures.length).map(upload));
    setBusy(false);
    setRefused(sent.find((one) => one.words)?.words ?? "");
    const taken = sent.flatMap((one) => (one.picture ? [{ picture: one.picture, alt: "" }] : []));
    onChange([...pictures, ...taken]);
  };
  return (
    <>
      {pictures.map((shown, i) => (
        <Group key={shown.picture.id} gap="sm" wrap="nowrap" align="flex-end">
          <div style={{ width: 72, flexShrink: 0 }}>
            <Picture picture={shown.picture} sizes="72px" ratio={1} />
          </div>
          <TextInput
            flex={1}
            label={t("post.alt")}
            value={shown.alt}
            maxLength={300}
            onChange={(event) => onChange(pictures.with(i, { ...shown, alt: event.currentTarget.value }))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t("post.dropPicture")}
            onClick={() => onChange(pictures.toSpliced(i, 1))}
          >
            <IconX size={18} />
          </ActionIcon>
        </Group>
      ))}
      {pictures.length < most && (
        <Group>
          <FileButton multiple accept="image/jpeg,image/png,image/gif,image/webp" onChange={(files) => void add(files)}>
            {(props) => (
              <Button {...props} variant="default" loading={busy} leftSection={<IconPhotoPlus size={18} aria-hidden />}>
                {t("post.addPicture")}
              </Button>
            )}
          </FileButton>
        </Group>
      )}
      <Refused words={refused} />
    </>
  );
}
