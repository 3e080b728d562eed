// The list of chats, the choice of who one speaks as, theme and start-over.

import { startOver } from "./banner.js";
import { avatar, h, iconButton, timeOf } from "./dom.js";
import { languagePicker } from "./languages.js";
import { inSpoken, serviceText, t } from "./words.js";

export function makeChatList(model, onOpen) {
  const chats = h("div", { class: "chats" });
  const speak = personPicker(model, t("Speak as"), true);
  const theme = iconButton("moon", t("Switch between light and dark"), switchTheme);
  const again = iconButton("again", t("Start over"), startOver);
  const about = h("p", { class: "about" });
  const parts = [
    h("header", { class: "side-head" }, h("label", { class: "speaker" }, h("span", {}, t("Speak as")), speak), again, theme),
    chats,
    languagePicker(model),
    about,
  ];

  function draw() {
    const rooms = model.visibleRooms();
    const rows = [];
    let group = null;
    for (const room of rooms) {
      const chat = model.chats.get(room.chat);
      if (chat.kind !== "private" && chat.id !== group) {
        group = chat.id;
        rows.push(h("h2", { class: "group" }, chat.title));
      }
      rows.push(row(room, chat));
    }
    chats.replaceChildren(...rows);
    about.textContent = inSpoken(model.status.note);
    again.disabled = model.status.busy;
    const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${model.bot.name} · ${t("local chat")}`;
  }

  function row(room, chat) {
    const title = model.titleOf(room);
    const newest = model.newest(room);
    const isBot = chat.kind === "private";
    return h(
      "button",
      {
        type: "button",
        class: "chat",
        "aria-current": room === model.room ? "true" : null,
        onclick: () => {
          model.open(room);
          onOpen();
        },
      },
      avatar(isBot || room.thread ? title : "#", isBot),
      h("span", { class: "title" }, title),
      h("time", {}, newest && !newest.service ? timeOf(newest.date) : ""),
      h("span", { class: "last" }, newest ? preview(model, room, newest, isBot) : t("No messages yet")),
      room.unread
        ? h("span", { class: "unread" }, String(room.unread), h("span", { class: "hidden" }, ` ${t("unread")}`))
        : null,
    );
  }

  model.on("rooms", draw);
  model.on("people", draw);
  model.on("status", draw);
  draw();
  return parts;
}

/** Make a choice of the people one can speak as. */
export function personPicker(model, label, showsAdmins) {
  const admin = (id) => [...model.chats.values()].some((chat) => model.isAdmin(chat, id));
  const options = model.people.map((person) =>
    h("option", { value: String(person.id) }, showsAdmins && admin(person.id) ? `${person.name} (${t("admin")})` : person.name),
  );
  const select = h("select", { "aria-label": label }, ...options);
  select.addEventListener("change", () => model.speakAs(Number(select.value)));
  const show = () => {
    select.value = String(model.person);
  };
  model.on("people", show);
  show();
  return select;
}

function preview(model, room, message, isPrivate) {
  const text = model.block(room, message).find((other) => other.text)?.text;
  const content = message.service ? serviceText(message.service) : (text ?? message.document?.name ?? t("Photo"));
  const line = content.split("\n", 1)[0];
  if (isPrivate || message.service) return line;
  return `${model.nameOf(message.from)}: ${line}`;
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}
