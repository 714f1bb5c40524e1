import { lazy } from "react";

// Charts are the largest part of the desk; they come when a figure is looked at.

export const Bars = lazy(() => import("./Charts").then((charts) => ({ default: charts.Bars })));
export const Lines = lazy(() => import("./Charts").then((charts) => ({ default: charts.Lines })));
