// Small ways to make elements. Text always becomes text nodes, never markup.

import { formatted } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: h("button", {class: "send", onclick: f}, "Send"). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Make an icon of the sprite in index.html; it has no name of its own. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Make a button that shows only an icon, with a name for everybody. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...attributes },
    icon(name),
  );
}

const HUES = [212, 268, 152, 22, 338, 190];

const hueOf = (name) => HUES[[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES.length];

/** Make the round sign of a person or chat. */
export function avatar(name, isBot = false) {
  const sign = h("span", { class: isBot ? "avatar bot" : "avatar", "aria-hidden": "true" });
  if (isBot) {
    sign.append(h("img", { src: "/assets/icon.svg", alt: "", width: 40, height: 40 }));
  } else {
    sign.style.setProperty("--hue", hueOf(name));
    sign.append(name.slice(0, 1).toUpperCase());
  }
  return sign;
}

const TIME = { hour: "2-digit", minute: "2-digit" };
const DAY = { day: "numeric", month: "long", year: "numeric" };

/** Show a Unix time as time of day. */
export const timeOf = (date) => formatted(TIME, date * 1000);

/** Show a Unix time as a day. */
export const dayOf = (date) => formatted(DAY, date * 1000);

const PARTS = {
  w: { weekday: "short" },
  d: { dateStyle: "short" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Show a Unix time as Telegram's format letters ask for; null where the text stays as it is. */
export function momentOf(unix, letters) {
  const said = [...letters].filter((letter) => PARTS[letter]);
  if (!said.length) return null;
  return said.map((letter) => formatted(PARTS[letter], unix * 1000)).join(", ");
}

/** Whether two Unix times fall on one day of this place; formatting both would be slow. */
export const isSameDay = (one, other) =>
  new Date(one * 1000).toDateString() === new Date(other * 1000).toDateString();
