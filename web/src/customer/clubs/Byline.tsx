import { Avatar, Badge, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import type { PostCardFragment } from "./gql/graphql";

/** Who wrote something and when; `time` may make a link of the time. */
export function Byline({
  author,
  createdAt,
  editedAt,
  small = false,
  time = (words) => words,
}: Pick<PostCardFragment, "author" | "createdAt" | "editedAt"> & {
  small?: boolean;
  time?: (words: string) => ReactNode;
}) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const name = author.name || t("post.nameless");
  return (
    <Group gap="sm" wrap="nowrap">
      <Avatar size={small ? 28 : 40} radius="xl" color={author.staff ? "pine" : "gray"} name={name} alt="" />
      <div>
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {author.own ? t("post.you", { name }) : name}
          </Text>
          {author.staff && (
            <Badge size="sm" variant="light" tt="none" radius="sm">
              {t("post.team")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          <time dateTime={createdAt}>{time(format.when(createdAt))}</time>
          {editedAt && ` · ${t("post.edited")}`}
        </Text>
      </div>
    </Group>
  );
}
