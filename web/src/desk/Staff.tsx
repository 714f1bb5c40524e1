import { Button, Skeleton, Stack, Title } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { StaffQuery } from "./staff/documents";
import { InviteDialog } from "./staff/InviteDialog";
import { FormerMember, Member, type Person } from "./staff/Member";

/** Everyone who works here: who they are, what they may do, how to invite another; and who left. */
export function Staff() {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: StaffQuery });
  const [open, setOpen] = useState<Person | "new">();
  const reread = () => read({ requestPolicy: "network-only" });
  return (
    <Page
      title={t("staff.title")}
      actions={
        <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setOpen("new")}>
          {t("staff.invite")}
        </Button>
      }
    >
      <Loaded data={data?.desk.staff} error={error} retry={reread} skeleton={<Outline />}>
        {(staff) => {
          const left = staff.filter((person) => person.leftAt);
          return (
            <Stack gap="xs">
              {staff
                .filter((person) => !person.leftAt)
                .map((person) => (
                  <Member key={person.id} person={person} onRole={() => setOpen(person)} onRemoved={reread} />
                ))}
              {left.length > 0 && (
                <Title order={2} size="h4" mt="md">
                  {t("staff.left")}
                </Title>
              )}
              {left.map((person) => (
                <FormerMember key={person.id} person={person} onBack={() => setOpen(person)} />
              ))}
            </Stack>
          );
        }}
      </Loaded>
      <InviteDialog
        opened={open !== undefined}
        member={open === "new" ? undefined : open}
        onClose={() => setOpen(undefined)}
        onDone={reread}
      />
    </Page>
  );
}

function Outline() {
  return (
    <Stack gap="xs">
      <Skeleton h={76} />
      <Skeleton h={76} />
      <Skeleton h={76} />
    </Stack>
  );
}
