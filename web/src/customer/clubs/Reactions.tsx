import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import {
  IconHeart,
  IconMoodHappy,
  IconMoodPlus,
  IconMoodSad,
  IconMoodSurprised,
  IconThumbUp,
} from "@tabler/icons-react";
import { type ComponentType, startTransition, useOptimistic } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { useFormat } from "~/app/useFormat";
import { type Feelings, feel } from "./club";
import { ReactionSet } from "./documents";
import type { ReactionKind } from "./gql/graphql";

const icons: Record<string, ComponentType<{ size?: number }>> = {
  LIKE: IconThumbUp,
  LOVE: IconHeart,
  LAUGH: IconMoodHappy,
  WOW: IconMoodSurprised,
  SAD: IconMoodSad,
};

/** What people feel about a post or comment, with the person's own shown at once. */
export function Reactions({ id, ...feelings }: { id: string } & Feelings) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [, set] = useMutation(ReactionSet);
  const [shown, expect] = useOptimistic(feelings as Feelings, feel);
  const react = (kind: ReactionKind) => {
    const next = shown.ownReaction === kind ? null : kind;
    startTransition(async () => {
      expect(next);
      const words = trouble(await set({ input: { id, kind: next } }), t);
      if (words) notify({ text: words, tone: "bad" });
    });
  };
  return (
    <Group gap={6}>
      {shown.reactions.map(({ kind, count }) => {
        const Icon = icons[kind] ?? IconThumbUp;
        const own = shown.ownReaction === kind;
        return (
          <Button
            key={kind}
            size="compact-md"
            h={36}
            radius="xl"
            variant={own ? "light" : "default"}
            aria-pressed={own}
            aria-label={t("post.reaction", { what: t(`post.feel.${kind}`, { defaultValue: kind }), count })}
            leftSection={<Icon size={18} />}
            onClick={() => react(kind)}
          >
            {format.count(count)}
          </Button>
        );
      })}
      <Menu position="top-start" withArrow>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={36} radius="xl" aria-label={t("post.react")}>
            <IconMoodPlus size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(icons).map(([kind, Icon]) => (
            <Menu.Item
              key={kind}
              leftSection={<Icon size={20} />}
              onClick={() => react(kind as ReactionKind)}
              aria-current={shown.ownReaction === kind || undefined}
            >
              {t(`post.feel.${kind}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
