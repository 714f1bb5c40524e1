// What a refund will give back, computed as the server does: a line gives back the share of its amounts that the refunded pieces are
// of all, rounded down; the last piece gives back what is left.

type Money = { amount: string; currencyCode: string };

/** What a line has to tell for it. */
export type RefundLine = {
  id: string;
  quantity: number;
  refundedQuantity: number;
  subtotal: Money;
  total: Money;
  pointsToEarn: number;
};

/** What comes of a refund: money to give back, points to give back, and earned points to take back. */
export type Refund = { money: Money; pointsBack: number; pointsTaken: number };

/** How many pieces of a line can still be refunded. */
export function refundable(line: RefundLine): number {
  return line.quantity - line.refundedQuantity;
}

/** The sum of a refund of so many pieces by line; more than is left counts as what is left. */
export function refundOf(lines: readonly RefundLine[], pieces: Record<string, number>, pointValue: string): Refund {
  const currencyCode = lines[0]?.total.currencyCode ?? "";
  const places = Math.max(0, ...lines.map((line) => decimals(line.total.amount)));
  let money = 0n;
  let pointsBack = 0n;
  let pointsTaken = 0n;
  for (const line of lines) {
    const asked = Math.max(0, Math.min(refundable(line), pieces[line.id] ?? 0));
    const share = (whole: bigint) =>
      (whole * BigInt(line.refundedQuantity + asked)) / BigInt(line.quantity) -
      (whole * BigInt(line.refundedQuantity)) / BigInt(line.quantity);
    money += share(scaled(line.total.amount, places));
    pointsBack += share(pointsOf(line, pointValue));
    pointsTaken += share(BigInt(line.pointsToEarn));
  }
  return {
    money: { amount: plain(money, places), currencyCode },
    pointsBack: Number(pointsBack),
    pointsTaken: Number(pointsTaken),
  };
}

/** The points that paid for a line: what it costs less than its price, by what a point is worth. */
function pointsOf(line: RefundLine, pointValue: string): bigint {
  const places = Math.max(...[line.subtotal.amount, line.total.amount, pointValue].map(decimals));
  const worth = scaled(pointValue, places);
  if (worth <= 0n) return 0n;
  return (scaled(line.subtotal.amount, places) - scaled(line.total.amount, places)) / worth;
}

const decimals = (amount: string) => amount.split(".")[1]?.length ?? 0;

/** A decimal as a whole number of its smallest units. */
function scaled(amount: string, places: number): bigint {
  const [whole = "0", part = ""] = amount.split(".");
  return BigInt(whole + part.padEnd(places, "0"));
}

function plain(value: bigint, places: number): string {
  if (places === 0) return String(value);
  const digits = String(value).padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
