import {
  ActionIcon,
  Badge,
  Container,
  Drawer,
  Group,
  Indicator,
  Popover,
  Stack,
  Text,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronUp, IconLock, IconMenu2, IconUserOff } from "@tabler/icons-react";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBusiness } from "~/app/business";
import { ConnectionBanner } from "~/app/ConnectionBanner";
import { useSession, useViewer } from "~/app/session";
import { Empty } from "~/ui/Empty";
import { BlockLink, ButtonLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { SkipLink } from "~/ui/SkipLink";
import { useUnseen } from "./alert";
import { Dates } from "./Dates";
import { DeskLive } from "./DeskLive";
import { Duty, Own, SignOut } from "./Own";
import { type Place, placeOf, placesFor } from "./places";
import { useAtLeast, useRole } from "./role";
import classes from "./Shell.module.css";

/** What stands around every page of the desk: its sections by role, who is on duty, and the live stream. */
export function Shell() {
  const session = useSession();
  if (session.state === "anonymous") return <SignInFirst />;
  if (session.state === "signedIn" && !session.viewer.staff) return <NoStaff />;
  return (
    <div className={classes.shell}>
      <SkipLink />
      <Side />
      <Header />
      <div className={classes.content}>
        <ConnectionBanner />
        <DeskLive />
        <main id="main" className={classes.main}>
          <Dates>
            <Allowed />
          </Dates>
        </main>
      </div>
      <Bottom />
    </div>
  );
}

/**
 * Leads to the sign-in, and back here afterwards. It stays until that page has come, and goes there once: the address it sees
 * meanwhile is already the other one.
 */
function SignInFirst() {
  const navigate = useNavigate();
  const [here] = useState(useLocation({ select: (location) => location.href }));
  useEffect(() => {
    void navigate({ to: "/sign-in", search: { next: here }, replace: true });
  }, [navigate, here]);
  return null;
}

/** The page, unless it belongs to a section that the role does not see. */
function Allowed() {
  const { t } = useTranslation("desk");
  const place = useLocation({ select: (location) => placeOf(location.pathname) });
  const allowed = useAtLeast(place?.least ?? "OPERATOR");
  if (allowed) return <Outlet />;
  return (
    <Page title={t(place?.label ?? "nav.orders")}>
      <Empty
        icon={IconLock}
        title={t("shell.forbidden")}
        text={t("shell.forbiddenText", { role: t(`role.${place?.least ?? "OPERATOR"}`) })}
        action={<ButtonLink to="/desk">{t("shell.toOrders")}</ButtonLink>}
      />
    </Page>
  );
}

function NoStaff() {
  const { t } = useTranslation("desk");
  const { customer } = useViewer();
  return (
    <Container component="main" id="main" size="xs" py="xl">
      <Page title={t("shell.noStaffTitle")}>
        <Empty
          icon={IconUserOff}
          title={t("shell.noStaff", { who: customer?.name ?? customer?.email ?? customer?.phone ?? "" })}
          text={t("shell.noStaffText")}
          action={
            <Group gap="xs" justify="center">
              <ButtonLink to="/">{t("shell.customerSide")}</ButtonLink>
              <SignOut />
            </Group>
          }
        />
      </Page>
    </Container>
  );
}

function Brand() {
  const { t } = useTranslation("desk");
  return (
    <BlockLink to="/desk" className={classes.brand}>
      <Text component="span" fw={700} truncate display="block">
        {useBusiness()?.name ?? "\u00a0"}
      </Text>
      <Text component="span" size="xs" c="dimmed" display="block">
        {t("shell.desk")}
      </Text>
    </BlockLink>
  );
}

function Side() {
  const { t } = useTranslation("desk");
  const staff = useViewer().staff;
  return (
    <header className={classes.side}>
      <Brand />
      <nav aria-label={t("nav.label")} className={classes.sections}>
        <Sections />
      </nav>
      <Stack gap="sm" className={classes.own}>
        <Duty />
        <Popover position="top-start" width={300} shadow="md" trapFocus>
          <Popover.Target>
            <UnstyledButton className={classes.me}>
              <div className={classes.meText}>
                <Text size="sm" fw={600} truncate>
                  {staff?.name}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {staff && t(`role.${staff.role}`)}
                </Text>
              </div>
              <VisuallyHidden>{t("shell.mine")}</VisuallyHidden>
              <IconChevronUp size={16} aria-hidden />
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown>
            <Own />
          </Popover.Dropdown>
        </Popover>
      </Stack>
    </header>
  );
}

const groups = ["work", "business", "admin"] as const;

function Sections({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation("desk");
  const mine = placesFor(useRole());
  return groups.map((group) => {
    const inside = mine.filter((place) => place.group === group);
    if (inside.length === 0) return null;
    return (
      <div key={group}>
        {group !== "work" && (
          <Text size="xs" c="dimmed" fw={600} className={classes.group}>
            {t(`nav.${group}`)}
          </Text>
        )}
        {inside.map((place) => (
          <Section key={place.to} place={place} onGo={onGo} />
        ))}
      </div>
    );
  });
}

function Section({ place, onGo }: { place: Place; onGo?: (() => void) | undefined }) {
  const { t } = useTranslation("desk");
  const unseen = useUnseen();
  const here = useLocation({ select: (location) => placeOf(location.pathname)?.to === place.to });
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      className={classes.place}
      aria-current={here ? "page" : undefined}
      activeOptions={{ exact: true }}
      {...(onGo && { onClick: onGo })}
    >
      <Icon size={20} aria-hidden />
      <span className={classes.label}>{t(place.label)}</span>
      {place.to === "/desk" && unseen > 0 && (
        <Badge size="sm" color="blue" aria-label={t("nav.unseen", { count: unseen })}>
          {unseen}
        </Badge>
      )}
    </Link>
  );
}

function Header() {
  const { t } = useTranslation("desk");
  const [opened, { open, close }] = useDisclosure();
  return (
    <header className={classes.header}>
      <Brand />
      <ActionIcon variant="subtle" size={44} onClick={open} aria-label={t("nav.menu")} aria-expanded={opened}>
        <IconMenu2 size={24} />
      </ActionIcon>
      <Drawer
        opened={opened}
        onClose={close}
        position="right"
        size="min(22rem, 88vw)"
        title={t("nav.menu")}
        closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }), size: "lg" }}
      >
        <Stack gap="lg">
          <Duty />
          <nav aria-label={t("nav.label")}>
            <Sections onGo={close} />
          </nav>
          <Own />
        </Stack>
      </Drawer>
    </header>
  );
}

function Bottom() {
  const { t } = useTranslation("desk");
  const unseen = useUnseen();
  const current = useLocation({ select: (location) => placeOf(location.pathname)?.to });
  return (
    <nav className={classes.bottom} aria-label={t("nav.quick")}>
      {placesFor(useRole())
        .filter((place) => place.phone)
        .map(({ to, icon: Icon, label }) => (
          <Link
            key={to}
            to={to}
            className={classes.place}
            aria-current={current === to ? "page" : undefined}
            activeOptions={{ exact: true }}
          >
            <Indicator disabled={to !== "/desk" || unseen === 0} label={unseen} size={16} offset={2}>
              <Icon size={22} aria-hidden />
            </Indicator>
            <span>{t(label)}</span>
          </Link>
        ))}
    </nav>
  );
}
