import { Modal, type ModalProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** A dialog over the page; the cross that closes it has a name. */
export function Dialog(props: ModalProps) {
  const { t } = useTranslation("app");
  return <Modal closeButtonProps={{ "aria-label": t("action.close") }} {...props} />;
}
