// The messages of the room that is open: drawn once, changed in place, older ones on the way up.

import { get, post } from "./api.js";
import { makeBubble } from "./bubbles.js";
import { dayOf, h, icon } from "./dom.js";
import { openLightbox } from "./lightbox.js";
import { alertBox, notice, tray } from "./notices.js";

const NEAR_END = 120;
const NEAR_START = 1200;
const PRESS_SECONDS = 15;
const GROUPED_SECONDS = 300;

export function makeConversation(model, composer) {
  const rows = h("div", { class: "rows" });
  const list = h(
    "div",
    { class: "log", role: "log", "aria-label": "Messages", tabindex: "0" },
    rows,
  );
  const jump = h(
    "button",
    { type: "button", class: "jump", hidden: true, "aria-label": "Go to the newest message", onclick: () => toEnd(true) },
    icon("down"),
  );
  const area = h("div", { class: "conversation" }, list, jump, tray);
  const drawn = new Map();
  const waiting = new Map();
  let pinned = true;
  let loading = false;

  const acts = {
    command: (text) => say(text),
    openPhoto,
    press,
    menu: openMenu,
    showReply: (id) => drawn.get(String(id))?.scrollIntoView({ block: "center", behavior: "smooth" }),
    isWaiting: (message, row, column) => waiting.has(`${message.chat}:${message.id}:${row}:${column}`),
  };

  function drawRoom() {
    drawn.clear();
    rows.replaceChildren();
    pinned = true;
    const isPrivate = model.chats.get(model.room.chat).kind === "private";
    rows.classList.toggle("private", isPrivate);
    for (const message of model.room.messages.values()) drawBlock(message);
    drawWelcome();
    toEnd(false);
  }

  function keyOf(message) {
    return message.album ? `album-${message.album}` : String(message.id);
  }

  function drawBlock(message, before = null) {
    const key = keyOf(message);
    const old = drawn.get(key);
    const block = model.block(model.room, message);
    if (old && old.count === block.length && old.at === message) return;
    const row = h("div", { class: "row" }, makeBubble(model, model.room, block, acts));
    row.dataset.date = block[0].date;
    row.dataset.from = block[0].service ? "" : block[0].from;
    if (old) old.row.replaceWith(row);
    else rows.insertBefore(row, before);
    drawn.set(key, { row, count: block.length, at: message, scrollIntoView: (how) => flash(row, how) });
    arrange(row);
    if (row.nextElementSibling) arrange(row.nextElementSibling);
  }

  /** Show the day above its first message, and the sender once for messages in a row. */
  function arrange(row) {
    const { date, from } = row.dataset;
    const before = row.previousElementSibling?.dataset ?? {};
    const newDay = !before.date || dayOf(date) !== dayOf(before.date);
    const follows = !newDay && from && before.from === from && date - before.date < GROUPED_SECONDS;
    row.classList.toggle("follows", Boolean(follows));
    row.querySelector(":scope > .day")?.remove();
    if (newDay) row.prepend(h("p", { class: "day" }, h("span", {}, dayOf(date))));
  }

  function flash(row, how) {
    row.scrollIntoView(how);
    row.classList.remove("flash");
    requestAnimationFrame(() => row.classList.add("flash"));
  }

  function removeMessage(message, old) {
    const key = keyOf(old);
    const entry = drawn.get(key);
    const left = old.album ? model.block(model.room, old) : [];
    if (left.length) {
      drawBlock(left[0]);
    } else if (entry) {
      const next = entry.row.nextElementSibling;
      entry.row.remove();
      drawn.delete(key);
      if (next?.dataset.date) arrange(next);
    }
    drawWelcome();
  }

  function drawWelcome() {
    rows.querySelector(".welcome")?.remove();
    const chat = model.chats.get(model.room.chat);
    if (model.room.messages.size || chat.kind !== "private") return;
    const tries = model.examples.map((example) =>
      h("button", { type: "button", class: "example", onclick: () => say(example) }, h("code", {}, example), h("span", {}, purpose(example))),
    );
    rows.append(
      h(
        "section",
        { class: "welcome", "aria-label": "Begin" },
        h("img", { src: "/assets/icon.svg", alt: "", width: 72, height: 72 }),
        h("h2", {}, model.bot.name),
        h("p", {}, "Ask where a price may go. Try one of these, or type / for all commands."),
        h("div", { class: "examples" }, ...tries),
        h("p", { class: "note" }, model.status.note),
      ),
    );
  }

  function purpose(example) {
    const name = example.slice(1).split(" ", 1)[0];
    return model.menu().find((entry) => entry.command === name)?.description ?? "";
  }

  function toEnd(smooth) {
    pinned = true;
    jump.hidden = true;
    list.scrollTo({ top: list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  async function loadOlder() {
    const room = model.room;
    const first = room.messages.values().next().value;
    if (loading || !room.more || !first) return;
    loading = true;
    try {
      const query = { chat: room.chat, before: first.id, thread: room.thread ?? "" };
      const portion = await get("messages", query);
      if (room === model.room) prepend(room, portion);
    } catch (error) {
      notice(error.message);
    } finally {
      loading = false;
    }
  }

  function prepend(room, portion) {
    const anchor = rows.firstElementChild;
    const above = anchor?.getBoundingClientRect().top ?? 0;
    list.style.overflowAnchor = "none";
    model.prepend(room, portion);
    for (const message of portion.messages) drawBlock(message, anchor);
    if (anchor) {
      arrange(anchor);
      list.scrollTop += anchor.getBoundingClientRect().top - above;
    }
    requestAnimationFrame(() => {
      list.style.overflowAnchor = "";
    });
  }

  async function say(text) {
    await attempt(() => composer.say(text));
  }

  async function press(message, button, row, column) {
    if (button.kind === "copy") {
      await navigator.clipboard?.writeText(button.value);
      return notice("Copied");
    }
    if (button.kind !== "data") return composer.begin(`@${model.bot.user} ${button.value}`);
    const place = `${message.chat}:${message.id}:${row}:${column}`;
    if (waiting.has(place)) return undefined;
    waiting.set(place, { message, user: model.person });
    redraw(message);
    setTimeout(() => release(place), PRESS_SECONDS * 1000);
    const body = { user: model.person, chat: message.chat, message: message.id, row, column };
    return attempt(async () => {
      const query = await post("press", body);
      const kept = waiting.get(place);
      if (kept) kept.query = query.id;
      if (answers.has(query.id)) answered(answers.get(query.id));
    }, () => release(place));
  }

  const answers = new Map();

  function answered(query) {
    const entry = [...waiting].find(([, kept]) => kept.query === query.id);
    if (!entry) {
      answers.set(query.id, query);
      return;
    }
    answers.delete(query.id);
    release(entry[0]);
    if (!query.text) return;
    if (query.alert) alertBox(query.text);
    else notice(query.text);
  }

  function release(place) {
    const kept = waiting.get(place);
    if (!kept) return;
    waiting.delete(place);
    redraw(kept.message);
  }

  function redraw(message) {
    const current = model.room.messages.get(message.id);
    if (!current || current.chat !== message.chat) return;
    const entry = drawn.get(keyOf(current));
    if (!entry) return;
    const focused = focusPath(entry.row);
    entry.at = null;
    drawBlock(current);
    focusAgain(drawn.get(keyOf(current)).row, focused);
  }

  function openPhoto(message) {
    const messages = [...model.room.messages.values()].filter((other) => other.photo);
    const photos = messages.map(({ photo, text }) => ({
      src: `/files/${photo.id}`,
      width: photo.width,
      height: photo.height,
      caption: text,
      alt: text.split("\n", 1)[0] || "Photo",
    }));
    openLightbox(photos, messages.indexOf(model.room.messages.get(message.id)));
  }

  function openMenu(message, button) {
    const own = message.from === model.person;
    const items = [
      ["Reply", () => composer.reply(message)],
      message.text ? ["Copy text", () => navigator.clipboard?.writeText(message.text)] : null,
      own && message.text ? ["Edit", () => composer.edit(message)] : null,
      own ? ["Delete", () => attempt(() => post("remove", { user: model.person, chat: message.chat, message: message.id }))] : null,
    ].filter(Boolean);
    showMenu(button, items);
  }

  list.addEventListener("scroll", () => {
    const below = list.scrollHeight - list.clientHeight - list.scrollTop;
    pinned = below < NEAR_END;
    jump.hidden = pinned;
    if (list.scrollTop < NEAR_START) loadOlder();
  }, { passive: true });

  new ResizeObserver(() => {
    if (pinned) list.scrollTop = list.scrollHeight;
  }).observe(rows);
  new ResizeObserver(() => {
    if (pinned) list.scrollTop = list.scrollHeight;
  }).observe(list);

  model.on("room", drawRoom);
  model.on("people", drawRoom);
  model.on("menus", () => drawWelcome());
  model.on("message", ({ room, message, old }) => {
    if (room !== model.room) return;
    if (message.deleted) {
      if (old) removeMessage(message, old);
      return;
    }
    rows.querySelector(".welcome")?.remove();
    const entry = drawn.get(keyOf(message));
    const focused = entry ? focusPath(entry.row) : null;
    drawBlock(message);
    if (focused) focusAgain(drawn.get(keyOf(message)).row, focused);
    if (!old && message.from === model.person) toEnd(false);
  });
  model.on("query", (query) => {
    if (query.answered) answered(query);
  });
  drawRoom();
  return area;
}

/** Where in a row the focus is, so that a row drawn anew can take it back. */
function focusPath(row) {
  const all = [...row.querySelectorAll("button, a")];
  return all.indexOf(document.activeElement);
}

function focusAgain(row, index) {
  if (index >= 0) row.querySelectorAll("button, a")[index]?.focus({ preventScroll: true });
}

async function attempt(act, otherwise = () => {}) {
  try {
    await act();
  } catch (error) {
    notice(error.message);
    otherwise();
  }
}

/** Show a small menu at a button; arrow keys move, Escape closes. */
function showMenu(button, items) {
  const close = () => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close();
  };
  const entries = items.map(([label, act]) =>
    h("button", {
      type: "button",
      role: "menuitem",
      onclick: () => {
        close();
        button.focus();
        act();
      },
    }, label),
  );
  const menu = h("div", { class: "menu", role: "menu", "aria-label": "Message" }, ...entries);
  menu.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) entries[(at + step + entries.length) % entries.length].focus();
    if (event.key === "Escape" || event.key === "Tab") {
      close();
      button.focus();
    }
    if (step || event.key === "Escape" || event.key === "Tab") event.preventDefault();
  });
  document.body.append(menu);
  const place = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - height - 8))}px`;
  document.addEventListener("pointerdown", outside, true);
  entries[0].focus();
}
