export function Product() {
  return null;
}
