/** An address inside the app, or undefined: nobody is sent elsewhere after signing in. */
export function safeNext(next: string | undefined): string | undefined {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : undefined;
}
