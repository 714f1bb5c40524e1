import { createTheme, type MantineColorsTuple } from "@mantine/core";

const pine: MantineColorsTuple = [
  "#eaf6f1",
  "#d5eae1",
  "#a9d4c2",
  "#7abea1",
  "#52aa85",
  "#389e73",
  "#28966a",
  "#18815a",
  "#0b6b4b",
  "#00543a",
];

/** The look of the cabinet: quiet pine green on warm paper, system fonts, generous touch targets. */
export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: { light: 8, dark: 7 },
  colors: { pine },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  headings: { fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  autoContrast: true,
  respectReducedMotion: true,
});
