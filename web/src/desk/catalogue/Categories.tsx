import { ActionIcon, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { PageSkeleton } from "~/ui/PageSkeleton";
import { FormBody } from "../form/FormBody";
import { SlugInput } from "../form/SlugInput";
import { slugOfPair } from "../form/slug";
import { noText, TextPair } from "../form/TextPair";
import { useForm } from "../form/useForm";
import { useSave } from "../form/useSave";
import type { DeskCategoriesQuery } from "../gql/graphql";
import { CategoryUpsert, DeskCategories } from "./documents";
import { renumbered } from "./product";

type Category = DeskCategoriesQuery["categories"][number];

/** The groups of the catalogue: their names in both languages, and their order. */
export function Categories() {
  const { t } = useTranslation("desk");
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("categories.title")}
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        position="right"
        size="min(34rem, 100vw)"
        title={t("categories.title")}
        closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
      >
        {opened && <List />}
      </Drawer>
    </>
  );
}

function List() {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: DeskCategories, requestPolicy: "cache-and-network" });
  const [editing, setEditing] = useState<string>();
  const { save, busy, failed } = useSave(CategoryUpsert);
  const refresh = () => read({ requestPolicy: "network-only" });

  const move = async (categories: readonly Category[], from: number, to: number) => {
    for (const { item, position } of renumbered(categories, from, to)) {
      if (!(await save({ slug: item.slug, name: item.texts?.name ?? noText, position }))) break;
    }
    refresh();
  };

  return (
    <Loaded data={data?.categories} error={error} retry={refresh} skeleton={<PageSkeleton />}>
      {(categories) => (
        <Stack>
          {failed && <FailureNote error={failed} />}
          {categories.map((category, i) => {
            if (editing === category.slug) {
              return (
                <CategoryForm
                  key={category.id}
                  category={category}
                  onDone={() => {
                    setEditing(undefined);
                    refresh();
                  }}
                  onCancel={() => setEditing(undefined)}
                />
              );
            }
            return (
              <Group key={category.id} justify="space-between" wrap="nowrap">
                <div>
                  <Text fw={600}>{category.name}</Text>
                  <Text size="xs" c="dimmed">
                    {category.slug}
                  </Text>
                </div>
                <Group gap={4} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    size="lg"
                    aria-label={t("categories.up", { name: category.name })}
                    disabled={i === 0 || busy}
                    onClick={() => void move(categories, i, i - 1)}
                  >
                    <IconArrowUp size={18} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    size="lg"
                    aria-label={t("categories.down", { name: category.name })}
                    disabled={i === categories.length - 1 || busy}
                    onClick={() => void move(categories, i, i + 1)}
                  >
                    <IconArrowDown size={18} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    size="lg"
                    aria-label={t("categories.edit", { name: category.name })}
                    onClick={() => setEditing(category.slug)}
                  >
                    <IconPencil size={18} />
                  </ActionIcon>
                </Group>
              </Group>
            );
          })}
          {editing === "" ? (
            <CategoryForm
              taken={categories.map((category) => category.slug)}
              onDone={() => {
                setEditing(undefined);
                refresh();
              }}
              onCancel={() => setEditing(undefined)}
            />
          ) : (
            <Button variant="light" leftSection={<IconPlus size={18} />} onClick={() => setEditing("")}>
              {t("categories.new")}
            </Button>
          )}
        </Stack>
      )}
    </Loaded>
  );
}

function CategoryForm({
  category,
  taken = [],
  onDone,
  onCancel,
}: {
  category?: Category;
  taken?: readonly string[];
  onDone: () => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation("desk");
  const form = useForm(CategoryUpsert, { name: category?.texts?.name ?? noText });
  const [ownSlug, setOwnSlug] = useState(category?.slug);
  const { name } = form.draft;
  const slug = ownSlug ?? slugOfPair(name);
  const submit = async () => {
    if (taken.includes(slug)) return;
    if (await form.save({ slug, name, ...(category && { position: category.position }) })) onDone();
  };
  return (
    <FormBody form={form} action={t("action.save", { ns: "app" })} onSubmit={submit} onClose={onCancel} compact>
      <TextPair label={t("product.name")} {...form.field("name")} required />
      {!category && (
        <SlugInput
          value={slug}
          onChange={setOwnSlug}
          error={taken.includes(slug) ? t("categories.taken") : form.error("slug")}
        />
      )}
    </FormBody>
  );
}
