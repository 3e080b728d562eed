// The rows of the room that is open. Only a window of them is in the document: it moves with
// the scrolling, so that a long talk costs no more than a short one.

import { get } from "./api.js";
import { makeBubble } from "./bubbles.js";
import { dayOf, h, icon, isSameDay } from "./dom.js";
import { notice } from "./notices.js";
import { t } from "./words.js";

const PORTION = 40;
const MOST_ROWS = 160;
const NEAR_END = 120;
const NEAR_EDGE = 1500;
const GROUPED_SECONDS = 300;

const keyOf = (message) => (message.album ? `album-${message.album}` : String(message.id));

export function makeTimeline(model, acts, makeWelcome) {
  const rows = h("div", { class: "rows" });
  const list = h("div", { class: "log", role: "log", "aria-label": t("Messages"), tabindex: "0" }, rows);
  const jump = h(
    "button",
    { type: "button", class: "jump", hidden: true, "aria-label": t("Go to the newest message"), onclick: () => toEnd(true) },
    icon("down"),
  );
  const drawn = new Map();
  let pinned = true;
  let loading = false;
  let lastTop = 0;

  function draw() {
    const isPrivate = model.chats.get(model.room.chat).kind === "private";
    rows.classList.toggle("private", isPrivate);
    drawWindow(model.blocks(model.room).slice(-PORTION));
    toEnd(false);
  }

  function drawWindow(blocks) {
    drawn.clear();
    rows.replaceChildren();
    for (const block of blocks) place(block, null);
    welcome();
  }

  function welcome() {
    const old = rows.querySelector(".welcome");
    const isNew = !model.room.messages.size && rows.classList.contains("private");
    rows.classList.toggle("empty", isNew);
    if (isNew && old) old.replaceWith(makeWelcome());
    else if (isNew) rows.append(makeWelcome());
    else old?.remove();
  }

  /** Draw a block: in its old place where it has one, else before a row. */
  function place(block, before) {
    const key = keyOf(block[0]);
    const old = drawn.get(key);
    const isService = block[0].service !== null;
    const row = h("div", { class: isService ? "row center" : "row" }, makeBubble(model, model.room, block, acts));
    // Service messages tell of the chat itself; when they came is of no interest.
    Object.assign(row.dataset, isService ? { key, date: "", from: "" } : { key, date: block[0].date, from: block[0].from });
    if (old) old.replaceWith(row);
    else rows.insertBefore(row, before);
    drawn.set(key, row);
    arrange(row);
    if (row.nextElementSibling) arrange(row.nextElementSibling);
    return row;
  }

  function discard(row) {
    const next = row.nextElementSibling;
    drawn.delete(row.dataset.key);
    row.remove();
    if (next) arrange(next);
  }

  /** Show the day above its first message, and the sender once for messages in a row. */
  function arrange(row) {
    const { date, from } = row.dataset;
    const before = row.previousElementSibling?.dataset ?? {};
    const newDay = date !== "" && (!before.date || !isSameDay(date, before.date));
    const follows = !newDay && from !== "" && before.from === from && date - before.date < GROUPED_SECONDS;
    row.classList.toggle("follows", follows);
    row.previousElementSibling?.classList.toggle("continued", follows);
    row.querySelector(":scope > .day")?.remove();
    if (newDay) row.prepend(h("p", { class: "day" }, h("span", {}, dayOf(date))));
  }

  const indexOf = (blocks, row) => blocks.findIndex((block) => keyOf(block[0]) === row?.dataset.key);

  const atNewest = () => {
    const newest = model.newest(model.room);
    return !newest || drawn.has(keyOf(newest));
  };

  /** Change rows while those that stay do not move on the screen. */
  function keepPlace(anchor, change) {
    const above = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor) list.scrollTop += anchor.getBoundingClientRect().top - above;
  }

  async function extendUp() {
    if (loading) return;
    loading = true;
    const { room } = model;
    try {
      const first = rows.firstElementChild;
      if (room.more && indexOf(model.blocks(room), first) < PORTION) await older(room);
      const blocks = model.blocks(room);
      const index = indexOf(blocks, first);
      if (room !== model.room || !first?.isConnected || index < 1) return;
      keepPlace(first, () => {
        for (const block of blocks.slice(Math.max(0, index - PORTION), index)) place(block, first);
        while (rows.childElementCount > MOST_ROWS) discard(rows.lastElementChild);
      });
    } catch (error) {
      notice(error.message);
    } finally {
      loading = false;
    }
  }

  function extendDown() {
    const blocks = model.blocks(model.room);
    const last = rows.lastElementChild;
    const index = indexOf(blocks, last);
    if (index < 0 || index === blocks.length - 1) return;
    keepPlace(last, () => {
      for (const block of blocks.slice(index + 1, index + 1 + PORTION)) place(block, null);
      while (rows.childElementCount > MOST_ROWS) discard(rows.firstElementChild);
    });
  }

  async function older(room) {
    const first = room.messages.values().next().value;
    const query = { chat: room.chat, before: first.id, thread: room.thread ?? "" };
    model.prepend(room, await get("messages", query));
  }

  function toEnd(smooth) {
    if (!atNewest()) drawWindow(model.blocks(model.room).slice(-PORTION));
    pinned = true;
    jump.hidden = true;
    list.scrollTo({ top: list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  /** Show a message of the room, wherever it is, and mark it for a moment. */
  async function reveal(id) {
    const { room } = model;
    while (!room.messages.has(id) && room.more) await older(room);
    const message = room.messages.get(id);
    if (!message || room !== model.room) return;
    if (!drawn.has(keyOf(message))) {
      const blocks = model.blocks(room);
      const index = blocks.findIndex((block) => block.includes(message));
      drawWindow(blocks.slice(Math.max(0, index - PORTION), index + PORTION));
    }
    const row = drawn.get(keyOf(message));
    pinned = false;
    row.scrollIntoView({ block: "center" });
    row.classList.remove("flash");
    requestAnimationFrame(() => row.classList.add("flash"));
  }

  /** Draw a message that came or changed; the focus stays where it was. */
  function show(message, isNew) {
    if (isNew && pinned && message.from === model.person) toEnd(false);
    welcome();
    const key = keyOf(message);
    const old = drawn.get(key);
    if (!old && !(isNew && wasNewest(message))) return;
    const at = old ? [...old.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
    const row = place(model.block(model.room, message), null);
    if (at >= 0) row.querySelectorAll("button, a")[at]?.focus({ preventScroll: true });
    if (!isNew) drawRepliesTo(message);
    if (isNew && message.from === model.person) toEnd(false);
  }

  /** Whether the message before a new one is drawn, so that the new one follows it. */
  function wasNewest(message) {
    const before = [...model.room.messages.values()].at(-2);
    return !before || drawn.has(keyOf(before)) || message.from === model.person;
  }

  function drop(message) {
    const row = drawn.get(keyOf(message));
    const left = message.album ? model.block(model.room, message) : [];
    if (row && left.length) place(left, null);
    else if (row) discard(row);
    drawRepliesTo(message);
    welcome();
  }

  /** Replies quote what they answer; when that changes or goes, so do the quotes. */
  function drawRepliesTo(message) {
    for (const reply of model.room.messages.values()) {
      if (reply.replyTo === message.id && drawn.has(keyOf(reply))) place(model.block(model.room, reply), null);
    }
  }

  list.addEventListener(
    "scroll",
    () => {
      const below = list.scrollHeight - list.clientHeight - list.scrollTop;
      // Rows that grow below the view are no reason to stay behind; only moving up is.
      if (below < NEAR_END) pinned = atNewest();
      else if (list.scrollTop < lastTop) pinned = false;
      lastTop = list.scrollTop;
      jump.hidden = pinned;
      if (list.scrollTop < NEAR_EDGE) extendUp();
      else if (below < NEAR_EDGE) extendDown();
    },
    { passive: true },
  );
  const stay = new ResizeObserver(() => {
    if (pinned) list.scrollTop = list.scrollHeight;
  });
  stay.observe(rows);
  stay.observe(list);

  return { parts: [list, jump], draw, show, drop, reveal, toEnd, welcome };
}
