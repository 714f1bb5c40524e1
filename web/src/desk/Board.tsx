import { Group, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { Page } from "~/ui/Page";
import { Columns } from "./board/Columns";
import { Keys } from "./board/Keys";
import { List } from "./board/List";
import { OrderByNumber } from "./order/documents";
import { useFailure } from "./useFailure";
import { useShortcut } from "./useShortcut";

const route = getRouteApi("/desk/");

/** Orders: the open ones on a live board, all of them in a list with filters. */
export function Board() {
  const { t } = useTranslation("desk");
  const navigate = route.useNavigate();
  const view = route.useSearch({ select: (search) => search.view ?? "board" });
  return (
    <Page
      title={t("board.title")}
      actions={
        <Group gap="xs">
          <ByNumber />
          <SegmentedControl
            aria-label={t("board.view")}
            value={view}
            onChange={(value) => void navigate({ search: value === "list" ? { view: "list" } : {} })}
            data={[
              { value: "board", label: t("board.viewBoard") },
              { value: "list", label: t("board.viewList") },
            ]}
          />
          {view === "board" && <Keys />}
        </Group>
      }
    >
      {view === "board" ? <Columns /> : <List />}
    </Page>
  );
}

/** Opens an order by the number that somebody says on the phone. */
function ByNumber() {
  const { t } = useTranslation("desk");
  const words = useFailure();
  const client = useClient();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [number, setNumber] = useState("");
  const [refused, setRefused] = useState("");
  useShortcut(
    (event) => event.key === "/" || (event.code === "Slash" && !event.shiftKey),
    () => field.current?.focus(),
  );
  const open = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = number.trim().toUpperCase();
    if (!wanted) return;
    const { data, error } = await client
      .query(OrderByNumber, { number: wanted }, { requestPolicy: "network-only" })
      .toPromise();
    if (error) return setRefused(words(error));
    const found = data?.desk.order?.number;
    if (!found) return setRefused(t("board.unknownNumber"));
    await navigate({ to: "/desk/orders/$number", params: { number: found } });
  };
  return (
    <form onSubmit={open}>
      <TextInput
        ref={field}
        aria-label={t("board.byNumber")}
        placeholder={t("board.byNumber")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={number}
        onChange={(event) => {
          setNumber(event.currentTarget.value);
          setRefused("");
        }}
        error={refused || undefined}
        enterKeyHint="go"
        w={190}
      />
    </form>
  );
}
