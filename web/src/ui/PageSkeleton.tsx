import { Skeleton, Stack } from "@mantine/core";

/** The outline of a page that is on its way. */
export function PageSkeleton() {
  return (
    <Stack gap="lg" aria-busy="true" data-skeleton>
      <Skeleton h={32} w={220} />
      <Skeleton h={120} />
      <Skeleton h={120} />
    </Stack>
  );
}
