import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { initReactI18next } from "react-i18next";

// The two languages. Texts are loaded per language and per side of the app: a customer who reads Russian loads the Russian
// texts of the customer's side and no others.

/** The languages of the cabinet; the first is the default. */
export const languages = ["ru", "en"] as const;
export type Language = (typeof languages)[number];

/** The parts of the app that have texts of their own. `app` is what all share, `personal` are the pages for which a customer signs in. */
export type Side = "app" | "customer" | "personal" | "desk";

const remembered = "kabinet.language";
const texts = import.meta.glob<{ default: Record<string, unknown> }>("../locales/*/*.json");
const listeners = new Set<() => void>();

function isLanguage(value: unknown): value is Language {
  return languages.includes(value as Language);
}

/** The language to begin with: the one chosen before, else the browser's first that there is, else Russian. */
export function firstLanguage(wanted: readonly string[] = navigator.languages): Language {
  const chosen = localStorage.getItem(remembered);
  if (isLanguage(chosen)) return chosen;
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "ru";
}

/** Prepares the texts of a language; must have finished before anything is drawn. */
export async function startTexts(language: Language = firstLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: [],
    defaultNS: "app",
    partialBundledLanguages: true,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
  await loadTexts("app");
}

const loaded = new Set<Side>();

/** Loads the texts of a side of the app in the present language, and in each later one. */
export async function loadTexts(side: Side): Promise<void> {
  loaded.add(side);
  await load(i18next.language as Language, side);
}

async function load(language: Language, side: Side) {
  if (i18next.hasResourceBundle(language, side)) return;
  const text = await texts[`../locales/${language}/${side}.json`]?.();
  if (text) i18next.addResourceBundle(language, side, text.default);
}

/** Switches the language for this browser and all that is on screen. */
export async function setLanguage(language: Language): Promise<void> {
  if (language === i18next.language) return;
  localStorage.setItem(remembered, language);
  await show(language);
}

async function show(language: Language) {
  await Promise.all([...loaded].map((side) => load(language, side)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** The present language. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => i18next.language as Language,
  );
}

/** Takes over the language of the profile, unless this browser has chosen one itself. */
export async function followProfile(locale: string | undefined): Promise<void> {
  if (!isLanguage(locale) || isLanguage(localStorage.getItem(remembered)) || locale === i18next.language) return;
  await show(locale);
}
