import { Button, FileButton } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { useRef } from "react";

const formats = "image/jpeg,image/png,image/gif,image/webp";

/** Lets one choose pictures, also those that were chosen before: after a failure one tries with the same file. */
export function PictureButton({
  label,
  busy,
  multiple = false,
  onChoose,
}: {
  label: string;
  busy: boolean;
  multiple?: boolean;
  onChoose: (files: File[]) => void;
}) {
  const reset = useRef<() => void>(null);
  const choose = (chosen: File[] | File | null) => {
    onChoose([chosen ?? []].flat());
    reset.current?.();
  };
  return (
    <FileButton onChange={choose} accept={formats} multiple={multiple} resetRef={reset}>
      {(props) => (
        <Button {...props} variant="light" leftSection={<IconPhotoPlus size={18} />} loading={busy}>
          {label}
        </Button>
      )}
    </FileButton>
  );
}
