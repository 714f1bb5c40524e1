import { Paper, type PaperProps } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Card.module.css";

/** A sheet of paper on the page. */
export function Card({ children, ...rest }: PaperProps & { component?: "section"; children: ReactNode }) {
  return (
    <Paper className={classes.card} p="md" {...rest}>
      {children}
    </Paper>
  );
}
