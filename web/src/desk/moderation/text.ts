/** The words of a safe HTML text alone, with a line for each paragraph. Nothing of it is drawn or run. */
export function wordsOf(html: string): string {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const end of body.querySelectorAll("p, li, br, blockquote, pre, h1, h2, h3")) end.append("\n");
  for (const line of body.querySelectorAll("br")) line.replaceWith("\n");
  return (body.textContent ?? "").replace(/\n{2,}/g, "\n").trim();
}
