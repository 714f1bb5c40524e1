import { Avatar, Container, Group, Indicator, Text, VisuallyHidden } from "@mantine/core";
import {
  IconCoins,
  IconHome,
  IconLayoutGrid,
  IconReceipt,
  IconShoppingBag,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { pieces, useBasket } from "~/app/basket";
import { useBusiness } from "~/app/business";
import { ConnectionBanner } from "~/app/ConnectionBanner";
import { LanguageSwitch } from "~/app/LanguageSwitch";
import { useSession } from "~/app/session";
import { BlockLink, ButtonLink, IconLink } from "~/ui/links";
import { SkipLink } from "~/ui/SkipLink";
import { CustomerLive } from "./CustomerLive";
import { Counters } from "./documents";
import classes from "./Shell.module.css";

const places = [
  { to: "/", icon: IconHome, label: "nav.home", phone: true },
  { to: "/catalogue", icon: IconLayoutGrid, label: "nav.catalogue", phone: true },
  { to: "/orders", icon: IconReceipt, label: "nav.orders", phone: true },
  { to: "/wallet", icon: IconCoins, label: "nav.wallet", phone: true },
  { to: "/referral", icon: IconUsers, label: "nav.friends", phone: false },
  { to: "/clubs", icon: IconUsersGroup, label: "nav.clubs", phone: true },
] as const;

/** What stands around every page of the customer's side: the way to each of them, the basket, and who one is. */
export function Shell() {
  const { t } = useTranslation("customer");
  const session = useSession();
  const signedIn = session.state === "signedIn" && !!session.viewer.customer;
  const name = useBusiness()?.name;
  return (
    <div className={classes.shell}>
      <SkipLink />
      <header className={classes.header}>
        <Container size="lg" className={classes.bar}>
          <BlockLink to="/" className={classes.brand} aria-label={name ?? t("nav.home")}>
            <Text component="span" fw={700} truncate>
              {name ?? "\u00a0"}
            </Text>
          </BlockLink>
          <Places signedIn={signedIn} className={classes.top} wide />
          <Group gap="xs" wrap="nowrap">
            <BasketLink />
            {signedIn ? <ProfileLink /> : <SignInLink />}
          </Group>
        </Container>
      </header>
      <ConnectionBanner />
      {signedIn && <CustomerLive />}
      <Container size="lg" component="main" id="main" className={classes.main}>
        <Outlet />
      </Container>
      <Places signedIn={signedIn} className={classes.bottom} />
    </div>
  );
}

function Places({
  signedIn,
  className,
  wide = false,
}: {
  signedIn: boolean;
  className?: string | undefined;
  wide?: boolean;
}) {
  const { t } = useTranslation("customer");
  const [{ data }] = useQuery({ query: Counters, pause: !signedIn });
  const unread = (data?.viewer.customer?.memberships ?? []).reduce((sum, m) => sum + m.club.unreadCount, 0);
  return (
    <nav className={className} aria-label={t("nav.label")}>
      {places
        .filter((place) => wide || place.phone)
        .map(({ to, icon: Icon, label }) => (
          <Link
            key={to}
            to={to}
            className={classes.place}
            activeProps={{ "aria-current": "page" }}
            activeOptions={{ exact: to === "/" }}
          >
            <Indicator disabled={to !== "/clubs" || unread === 0} size={8} offset={2}>
              <Icon size={wide ? 18 : 22} aria-hidden />
            </Indicator>
            <span>{t(label)}</span>
          </Link>
        ))}
    </nav>
  );
}

function BasketLink() {
  const { t } = useTranslation("customer");
  const inside = pieces(useBasket().lines);
  return (
    <Indicator label={inside} size={18} disabled={inside === 0} offset={4}>
      <IconLink to="/basket" variant="subtle" size="lg" aria-label={t("nav.basket", { count: inside })}>
        <IconShoppingBag size={22} />
      </IconLink>
    </Indicator>
  );
}

function ProfileLink() {
  const { t } = useTranslation("customer");
  const session = useSession();
  const customer = session.state === "signedIn" ? session.viewer.customer : undefined;
  return (
    <IconLink to="/profile" variant="transparent" size="lg" radius="xl">
      <VisuallyHidden>{t("nav.profile")}</VisuallyHidden>
      <Avatar size={32} radius="xl" color="pine" name={customer?.name ?? ""} alt="" aria-hidden />
    </IconLink>
  );
}

function SignInLink() {
  const { t } = useTranslation("app");
  return (
    <Group gap="xs" wrap="nowrap">
      <LanguageSwitch />
      <ButtonLink to="/sign-in" size="xs">
        {t("action.signIn")}
      </ButtonLink>
    </Group>
  );
}
