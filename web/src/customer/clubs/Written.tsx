import classes from "./Written.module.css";

/** What members wrote. The server made it safe: it lets through only paragraphs, lists, quotes, code and links. */
export function Written({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by the server, see the field's description in the schema
  return <div className={classes.written} dangerouslySetInnerHTML={{ __html: html }} />;
}
