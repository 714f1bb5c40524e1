import { useEffect, useState } from "react";

/** The present time in milliseconds, kept up to date to half a minute, for words such as how late something is. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
