// Tables as files that spreadsheets open.

/** A cell: words, or a number that stays one. */
export type Cell = string | number | null;

// What a spreadsheet would take for a formula when it stands first in a text.
const formula = /^[=+\-@\t\r]/;

function written(cell: Cell, language: string): string {
  if (cell === null) return "";
  if (typeof cell === "number") return language === "ru" ? String(cell).replace(".", ",") : String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[";,\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * A table as CSV after RFC 4180, as spreadsheets of the language expect it: Russian ones separate cells by semicolons and decimals by
 * commas. It begins with a byte order mark, without which they take it for another encoding.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[], language: string): string {
  const separator = language === "ru" ? ";" : ",";
  const lines = [header, ...rows].map((cells) => cells.map((cell) => written(cell, language)).join(separator));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

/** Hands a file to the person's browser. */
export function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
