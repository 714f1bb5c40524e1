import { useTranslation } from "react-i18next";
import classes from "./OrderSteps.module.css";

const steps = ["NEW", "CONFIRMED", "IN_PROGRESS", "READY", "COMPLETED"];

/** How far an order has come, as a line of steps. Orders that were called off have none. */
export function OrderSteps({ status }: { status: string }) {
  const { t } = useTranslation("app");
  const at = steps.indexOf(status);
  if (at < 0) return null;
  return (
    <ol className={classes.steps}>
      {steps.map((step, i) => (
        <li key={step} className={classes.step} data-done={i <= at} aria-current={i === at ? "step" : undefined}>
          <span className={classes.dot} aria-hidden />
          <span className={classes.name}>{t(`orderStatus.${step}`)}</span>
        </li>
      ))}
    </ol>
  );
}
