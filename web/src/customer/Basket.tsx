export function Basket() {
  return null;
}
