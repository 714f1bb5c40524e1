import { ActionIcon, Anchor, Button, NavLink, UnstyledButton } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

// Mantine's widgets as links of the router: the address is checked by the compiler, and a middle click opens a new tab.

/** A button that leads to a page. */
export const ButtonLink = createLink(Button<"a">);
/** Words that lead to a page. */
export const TextLink = createLink(Anchor<"a">);
/** An icon that leads to a page; give it an aria-label. */
export const IconLink = createLink(ActionIcon<"a">);
/** A line of a navigation. */
export const NavLinkTo = createLink(NavLink<"a">);
/** Anything that leads to a page as a whole, for example a card. */
export const BlockLink = createLink(UnstyledButton<"a">);
