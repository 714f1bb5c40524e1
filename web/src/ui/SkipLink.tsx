import { useTranslation } from "react-i18next";
import classes from "./SkipLink.module.css";

/** The first thing a keyboard reaches: past the navigation, to the page itself. */
export function SkipLink() {
  const { t } = useTranslation("app");
  return (
    <a href="#main" className={classes.skip}>
      {t("action.skip")}
    </a>
  );
}
