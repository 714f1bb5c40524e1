// Short names for addresses, made of names.

const letters: Record<string, string> = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  е: "e",
  ё: "e",
  ж: "zh",
  з: "z",
  и: "i",
  й: "i",
  к: "k",
  л: "l",
  м: "m",
  н: "n",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  у: "u",
  ф: "f",
  х: "kh",
  ц: "ts",
  ч: "ch",
  ш: "sh",
  щ: "shch",
  ъ: "",
  ы: "y",
  ь: "",
  э: "e",
  ю: "yu",
  я: "ya",
};

/** A short name for an address made of a name in any of the languages: lower-case Latin letters, digits and hyphens. */
export function slugOf(name: string): string {
  return [...name.toLowerCase()]
    .map((sign) => letters[sign] ?? sign)
    .join("")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
}

/** The short name for a text in both languages: of the English one when there is one. */
export function slugOfPair(name: { ru: string; en: string }): string {
  return slugOf(name.en.trim() || name.ru);
}
