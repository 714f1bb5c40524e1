export function Clubs() {
  return null;
}
