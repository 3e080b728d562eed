// One message, or one album, as a bubble with its photos, text and buttons.

import { avatar, h, icon, iconButton, timeOf } from "./dom.js";
import { richText } from "./richtext.js";
import { serviceText, t } from "./words.js";

const BUTTON_SIGNS = { url: "link", query: "next", queryHere: "next" };

/**
 * Make the elements of a block: a list of messages that are shown as one.
 * `acts` has what a person can do: command, openPhoto, press, menu, showReply.
 */
export function makeBubble(model, room, block, acts) {
  const head = block[0];
  if (head.service) return h("p", { class: "service" }, serviceText(head.service));
  const captioned = block.find((message) => message.text) ?? head;
  const own = head.from === model.person;
  const name = model.nameOf(head.from);
  const parts = [
    h("header", { class: "sender" }, name, head.viaBot || head.calledBy ? h("span", {}, ` ${byWhom(model, head)}`) : null),
    head.replyTo ? quote(model, room, head, acts) : null,
    media(block, acts),
    text(captioned, acts),
    meta(block.at(-1)),
  ];
  if (captioned.captionAbove) parts.splice(2, 2, parts[3], parts[2]);
  const looks = ["bubble", head.photo ? "has-photo" : "", captioned.text ? "" : "bare"];
  const bubble = h(
    "article",
    { class: looks.join(" ").trim(), "aria-label": `${name}, ${timeOf(head.date)}` },
    ...parts,
  );
  const more = iconButton("more", t("Message menu"), (event) => acts.menu(captioned, event.currentTarget), {
    class: "icon-button more",
    "aria-haspopup": "menu",
  });
  const body = h("div", { class: "body" }, h("div", { class: "beside" }, bubble, more), keyboard(block[0], acts));
  const isBot = head.from === model.bot.id;
  return h("div", { class: `line ${own ? "out" : "in"}` }, avatar(name, isBot), body);
}

function byWhom(model, message) {
  if (message.viaBot) return t("via {bot}", { bot: model.bot.name });
  return t("called by {name}", { name: model.nameOf(message.calledBy) });
}

function quote(model, room, message, acts) {
  const target = room.messages.get(message.replyTo);
  const words = target ? target.text || t(target.photo ? "Photo" : "File") : t("An earlier message");
  return h(
    "button",
    { type: "button", class: "quote", onclick: () => acts.showReply(message.replyTo) },
    h("strong", {}, target ? model.nameOf(target.from) : t("Reply")),
    h("span", {}, words.split("\n", 1)[0]),
  );
}

function media(block, acts) {
  const photos = block.filter((message) => message.photo);
  if (photos.length) {
    const tiles = photos.map((message) => photo(message, photos.length > 1, acts));
    return h("div", { class: tiles.length > 1 ? "album" : "single" }, ...tiles);
  }
  const files = block.filter((message) => message.document);
  return files.length ? h("div", { class: "files" }, ...files.map((message) => file(message.document))) : null;
}

function photo(message, inAlbum, acts) {
  const { id, width, height } = message.photo;
  const words = message.text.split("\n", 1)[0];
  const image = h("img", {
    src: `/files/${id}`,
    width,
    height,
    alt: words || t("Photo"),
    loading: "lazy",
    decoding: "async",
  });
  const label = `${t("Open photo")}${words ? `: ${words}` : ""}`;
  const opener = h(
    "button",
    { type: "button", class: "photo", "aria-label": label, onclick: () => acts.openPhoto(message) },
    image,
  );
  if (!inAlbum) opener.style.aspectRatio = `${width} / ${Math.min(height, width * 1.4)}`;
  return opener;
}

function file({ id, name, size }) {
  const kilobytes = Math.max(1, Math.round(size / 1024));
  return h(
    "a",
    { class: "file", href: `/files/${id}`, download: name },
    h("span", { class: "file-sign" }, icon("file")),
    h("span", {}, h("strong", {}, name), h("small", {}, `${kilobytes} kB`)),
  );
}

function text(message, acts) {
  if (!message.text) return null;
  return h("div", { class: "text", dir: "auto" }, ...richText(message.text, message.entities, acts.command));
}

function meta(message) {
  const line = h("footer", { class: "meta" });
  if (message.edited) line.append(`${t("edited")} `);
  if (message.silent) {
    line.append(h("span", { class: "silent", role: "img", "aria-label": t("Arrived silently"), title: t("Arrived silently") }, icon("mute")));
  }
  line.append(h("time", { datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date)));
  return line;
}

function keyboard(message, acts) {
  if (!message.keyboard.length) return null;
  const rows = message.keyboard.map((row, r) =>
    h("div", { class: "keys" }, ...row.map((button, c) => key(message, button, r, c, acts))),
  );
  return h("div", { class: "keyboard", role: "group", "aria-label": t("Buttons of the message") }, ...rows);
}

function key(message, button, row, column, acts) {
  const look = `key ${button.style ?? ""}`;
  const sign = BUTTON_SIGNS[button.kind] ? icon(BUTTON_SIGNS[button.kind]) : null;
  if (button.kind === "url") {
    return h("a", { class: look, href: button.value, target: "_blank", rel: "noopener noreferrer" }, button.text, sign);
  }
  const waiting = acts.isWaiting(message, row, column);
  const press = () => acts.press(message, button, row, column);
  return h(
    "button",
    { type: "button", class: `${look}${waiting ? " waiting" : ""}`, "aria-busy": waiting ? "true" : null, onclick: press },
    button.text,
    sign,
  );
}
