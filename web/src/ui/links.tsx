import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  NavLink,
  type NavLinkProps,
  UnstyledButton,
  type UnstyledButtonProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

// Mantine's widgets as links of the router: real links, so that a middle click opens a new tab, whose addresses the compiler checks.

type LinkProps<Widget> = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Widget> &
  Widget & { ref?: Ref<HTMLAnchorElement> };

/** A button that leads to a page. */
export const ButtonLink = createLink((props: LinkProps<ButtonProps>) => <Button component="a" {...props} />);
/** Words that lead to a page. */
export const TextLink = createLink((props: LinkProps<AnchorProps>) => <Anchor component="a" {...props} />);
/** An icon that leads to a page; give it an aria-label. */
export const IconLink = createLink((props: LinkProps<ActionIconProps>) => <ActionIcon component="a" {...props} />);
/** A line of a navigation. */
export const NavLinkTo = createLink((props: LinkProps<NavLinkProps>) => <NavLink component="a" {...props} />);
/** Anything that leads to a page as a whole, for example a card. */
export const BlockLink = createLink((props: LinkProps<UnstyledButtonProps>) => (
  <UnstyledButton component="a" {...props} />
));
