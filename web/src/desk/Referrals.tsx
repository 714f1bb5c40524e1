export function Referrals() {
  return null;
}
