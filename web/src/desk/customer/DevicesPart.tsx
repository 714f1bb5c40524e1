import { Group, Stack, Text } from "@mantine/core";
import { IconBrandAndroid, IconBrandApple, IconDeviceMobileOff, IconWorld } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import type { CustomerQuery } from "../gql/graphql";

type Devices = NonNullable<CustomerQuery["desk"]["customer"]>["devices"];

const icons = { ANDROID: IconBrandAndroid, IOS: IconBrandApple, WEB: IconWorld };

/** The phones and browsers that get pushes of a person. */
export function DevicesPart({ devices }: { devices: Devices }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  if (devices.length === 0) {
    return <Empty icon={IconDeviceMobileOff} title={t("customer.noDevices")} text={t("customer.noDevicesText")} />;
  }
  return (
    <Stack gap="xs">
      {devices.map((device) => {
        const Icon = icons[device.platform] ?? IconWorld;
        return (
          <Card key={device.id} p="sm">
            <Group wrap="nowrap">
              <Icon size={22} aria-hidden />
              <div>
                <Text size="sm" fw={600}>
                  {device.name ?? t(`customer.platform.${device.platform}`, { defaultValue: device.platform })}
                </Text>
                <Text size="xs" c="dimmed">
                  {t("customer.deviceSeen", { since: format.day(device.createdAt), seen: format.when(device.seenAt) })}
                </Text>
              </div>
            </Group>
          </Card>
        );
      })}
    </Stack>
  );
}
