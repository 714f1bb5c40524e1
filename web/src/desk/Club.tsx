export function Club() {
  return null;
}
