import { SimpleGrid } from "@mantine/core";
import { Picture } from "~/ui/Picture";
import type { PostCardFragment } from "./gql/graphql";

/** The pictures of a post: one in full width, several side by side. Each opens in full size. */
export function Album({ pictures }: { pictures: PostCardFragment["pictures"] }) {
  if (pictures.length === 0) return null;
  const alone = pictures.length === 1;
  return (
    <SimpleGrid cols={alone ? 1 : { base: 2, sm: 3 }} spacing="xs">
      {pictures.map((picture) => (
        <a key={picture.id} href={picture.sizes.at(-1)?.url} target="_blank" rel="noreferrer" aria-label={picture.alt}>
          <Picture
            picture={picture}
            sizes={alone ? "(min-width: 62em) 50vw, 100vw" : "30vw"}
            ratio={alone ? 16 / 10 : 1}
          />
        </a>
      ))}
    </SimpleGrid>
  );
}
