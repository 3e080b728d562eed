// What a person does with messages: press buttons, open photos, reply, edit, delete.

import { post } from "./api.js";
import { h } from "./dom.js";
import { openLightbox } from "./lightbox.js";
import { showMenu } from "./menu.js";
import { alertBox, attempt, notice, tray } from "./notices.js";
import { makeTimeline } from "./timeline.js";
import { inSpoken, t } from "./words.js";

const PRESS_SECONDS = 15;

export function makeConversation(model, composer) {
  const presses = makePresses(model, (message) => redraw(message));
  const acts = {
    command: say,
    openPhoto,
    press,
    menu: openMenu,
    showReply: (id) => attempt(() => timeline.reveal(id)),
    isWaiting: presses.isWaiting,
  };
  const timeline = makeTimeline(model, acts, makeWelcome);

  function makeWelcome() {
    const tries = model.examples.map((example) =>
      h("button", { type: "button", class: "example", onclick: () => say(example) }, h("code", {}, example), h("span", {}, purpose(example))),
    );
    return h(
      "section",
      { class: "welcome", "aria-label": t("Begin") },
      h("img", { src: "/assets/icon.svg", alt: "", width: 72, height: 72 }),
      h("h2", {}, model.bot.name),
      h("p", {}, t("Ask where a price may go. Try one of these, or type / for all commands.")),
      h("div", { class: "examples" }, ...tries),
      h("p", { class: "note" }, inSpoken(model.status.note)),
    );
  }

  function purpose(example) {
    const name = example.slice(1).split(" ", 1)[0];
    return model.menu().find((entry) => entry.command === name)?.description ?? "";
  }

  function say(text) {
    return attempt(() => composer.say(text));
  }

  async function press(message, button, row, column) {
    if (button.kind === "copy") {
      await navigator.clipboard?.writeText(button.value);
      notice(t("Copied"));
    } else if (button.kind === "data") {
      await presses.press(message, row, column);
    } else {
      composer.begin(`@${model.bot.user} ${button.value}`);
    }
  }

  function redraw(message) {
    const current = model.rooms.get(model.room.key).messages.get(message.id);
    if (current?.chat === message.chat) timeline.show(current, false);
  }

  function openPhoto(message) {
    const messages = [...model.room.messages.values()].filter((other) => other.photo);
    const photos = messages.map(({ photo, text }) => ({
      src: `/files/${photo.id}`,
      width: photo.width,
      height: photo.height,
      caption: text,
      alt: text.split("\n", 1)[0] || t("Photo"),
    }));
    openLightbox(photos, messages.indexOf(model.room.messages.get(message.id)));
  }

  function openMenu(message, button) {
    const own = message.from === model.person;
    const place = { user: model.person, chat: message.chat, message: message.id };
    const items = [[t("Reply"), () => composer.reply(message)]];
    if (message.text) items.push([t("Copy text"), () => navigator.clipboard?.writeText(message.text)]);
    if (own && message.text) items.push([t("Edit"), () => composer.edit(message)]);
    if (own) items.push([t("Delete"), () => attempt(() => post("remove", place))]);
    showMenu(button, t("Message"), items);
  }

  model.on("room", timeline.draw);
  model.on("people", timeline.draw);
  model.on("menus", timeline.welcome);
  model.on("message", ({ room, message, old }) => {
    if (room !== model.room) return;
    if (!message.deleted) timeline.show(message, !old);
    else if (old) timeline.drop(old);
  });
  model.on("query", presses.answered);
  timeline.draw();
  return h("div", { class: "conversation" }, ...timeline.parts, tray);
}

/** The presses of this tab that wait for the bot's answer; the answer may come first. */
function makePresses(model, redraw) {
  const waiting = new Map();
  const early = new Map();
  const placeOf = (message, row, column) => `${message.chat}:${message.id}:${row}:${column}`;

  async function press(message, row, column) {
    const place = placeOf(message, row, column);
    if (waiting.has(place)) return;
    waiting.set(place, { message, query: null });
    redraw(message);
    setTimeout(() => release(place), PRESS_SECONDS * 1000);
    const body = { user: model.person, chat: message.chat, message: message.id, row, column };
    await attempt(async () => {
      const query = await post("press", body);
      if (waiting.has(place)) waiting.get(place).query = query.id;
      if (early.has(query.id)) answered(early.get(query.id));
    }, () => release(place));
  }

  function answered(query) {
    if (!query.answered) return;
    const [place] = [...waiting].find(([, kept]) => kept.query === query.id) ?? [];
    if (!place) {
      early.set(query.id, query);
      return;
    }
    early.delete(query.id);
    release(place);
    if (query.text && query.alert) alertBox(query.text);
    else if (query.text) notice(query.text);
  }

  function release(place) {
    const kept = waiting.get(place);
    if (waiting.delete(place)) redraw(kept.message);
  }

  return {
    press,
    answered,
    isWaiting: (message, row, column) => waiting.has(placeOf(message, row, column)),
  };
}
