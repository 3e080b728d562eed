// What the page itself says: English here, other languages in a file each.

export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  "pt-br": "Português (Brasil)",
  ru: "Русский",
};

let spoken = "en";
let table = {};
const formats = new Map();

/** The language of the list that is nearest to an IETF tag; English where none is near. */
export function nearest(tag) {
  const wanted = tag.toLowerCase();
  const known = Object.keys(LANGUAGES);
  const near = (language) => language.split("-")[0] === wanted.split("-")[0];
  return known.find((language) => language === wanted) ?? known.find(near) ?? "en";
}

/** Say everything in a language from now on; call it before anything is shown. */
export async function speak(language) {
  spoken = nearest(language);
  table = spoken === "en" ? {} : (await import(`./words-${spoken}.js`)).default;
  document.documentElement.lang = spoken;
}

/** A sentence in the page's language, its {holes} filled. */
export function t(sentence, values = {}) {
  return (table[sentence] ?? sentence).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Of a text in several languages the one in the page's. */
export const inSpoken = (texts) => texts[spoken] ?? texts.en;

/** A date as the language writes it; English as the reader's browser has it. */
export function formatted(options, date) {
  if (!formats.has(options)) {
    formats.set(options, new Intl.DateTimeFormat(spoken === "en" ? undefined : spoken, options));
  }
  return formats.get(options).format(date);
}

/** What a service message says. */
export function serviceText({ kind, name }) {
  return kind === "topic" ? t("Topic “{name}” was created", { name }) : t("The group was upgraded");
}
