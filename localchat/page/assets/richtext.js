// A text and its entities as elements. JavaScript counts in UTF-16 units as Telegram does.

import { h, momentOf } from "./dom.js";
import { t } from "./words.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

// A block ends its line by itself; the line break behind it would show as an empty line.
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

const SAFE_LINK = /^(https?|tg):\/\//;

/** Return nodes for a text; `onCommand` is called with a command that is clicked. */
export function richText(text, entities, onCommand) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nodes(text, sorted, 0, text.length, onCommand);
}

function nodes(text, entities, start, end, onCommand) {
  const made = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (from >= to) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < to) inner.push(entities[index++]);
    if (from > at) made.push(text.slice(at, from));
    made.push(element(entity, text, from, to, inner, onCommand));
    at = BLOCKS.has(entity.type) && text[to] === "\n" ? to + 1 : to;
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}

function element(entity, text, from, to, inner, onCommand) {
  const marked = text.slice(from, to);
  const children = nodes(text, inner, from, to, onCommand);
  switch (entity.type) {
    case "bot_command":
      return h("button", { type: "button", class: "command", onclick: () => onCommand(marked) }, marked);
    case "url":
    case "text_link":
      return link(entity.url ?? marked, children);
    case "date_time":
      return instant(entity, marked);
    case "spoiler":
      return spoiler(children);
    default:
      return TAGS[entity.type]
        ? h(TAGS[entity.type], {}, ...children)
        : h("span", { class: `entity ${entity.type}` }, ...children);
  }
}

function link(url, children) {
  if (!SAFE_LINK.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// Each reader's own zone and habits; what the bot wrote is there for who cannot see them.
function instant({ unix, shown }, marked) {
  const said = momentOf(unix, shown) ?? marked;
  return h("time", { datetime: new Date(unix * 1000).toISOString(), title: marked }, said);
}

function spoiler(children) {
  const cover = h("button", { type: "button", class: "spoiler", "aria-label": t("Show hidden text") });
  cover.append(h("span", {}, ...children));
  cover.addEventListener("click", () => cover.replaceWith(...cover.firstChild.childNodes));
  return cover;
}
