import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ConnectionBanner.module.css";
import { useConnection } from "./live";
import { useFormat } from "./useFormat";

/** Says that what is on screen may be old, once the live connection has been lost for a few seconds. */
export function ConnectionBanner() {
  const { t } = useTranslation("app");
  const format = useFormat();
  const connection = useConnection();
  const since = connection.state === "lost" ? connection.since : undefined;
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (since === undefined) return;
    const timer = setTimeout(() => setLate(true), 2_000);
    return () => clearTimeout(timer);
  }, [since]);
  if (since === undefined || !late) return null;
  const time = format.clock(new Date(since).toISOString());
  return (
    <div className={classes.banner} role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      <span>{t(navigator.onLine ? "connection.lost" : "connection.offline", { time })}</span>
    </div>
  );
}
