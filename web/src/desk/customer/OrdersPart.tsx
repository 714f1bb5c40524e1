import { Skeleton, Stack } from "@mantine/core";
import { IconReceiptOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { useFresh } from "../events";
import { OrderRows } from "../order/OrderRows";
import { CustomerOrders } from "./documents";

/** The orders of one person, the newest first. */
export function OrdersPart({ id }: { id: string }) {
  const { t } = useTranslation("desk");
  const { data, error, retry, renew, more } = useList(CustomerOrders, { id }, (answer) => answer.desk.customer?.orders);
  useFresh((event) => event.__typename === "OrderEvent" && event.order.customer?.id === id, renew);
  return (
    <Loaded data={data?.desk.customer?.orders.nodes} error={error} retry={retry} skeleton={<Skeleton h={240} />}>
      {(orders) =>
        orders.length === 0 ? (
          <Empty icon={IconReceiptOff} title={t("customer.noOrders")} />
        ) : (
          <Stack>
            <OrderRows orders={orders} />
            <More {...more} />
          </Stack>
        )
      }
    </Loaded>
  );
}
