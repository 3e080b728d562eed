// Where a person writes: text, commands, files; replies and edits.

import { post, sendFile } from "./api.js";
import { personPicker } from "./chatlist.js";
import { h, icon, iconButton } from "./dom.js";
import { attempt, notice } from "./notices.js";
import { makeSuggestions } from "./suggestions.js";
import { t } from "./words.js";

const INLINE_PAUSE_MS = 250;

export function makeComposer(model) {
  const field = h("textarea", {
    rows: 1,
    placeholder: t("Message"),
    "aria-label": t("Message"),
    "aria-autocomplete": "list",
    autocomplete: "off",
    maxlength: 4096,
    enterkeyhint: "send",
  });
  const send = h("button", { type: "submit", class: "icon-button send", "aria-label": t("Send"), title: t("Send") }, icon("send"));
  const slash = h("button", { type: "button", class: "slash", "aria-label": t("Commands"), title: t("Commands"), onclick: toggleMenu }, "/");
  const chooser = h("input", { type: "file", hidden: true });
  const clip = iconButton("clip", t("Send a file"), () => chooser.click());
  const speaker = h("span", { class: "speaker" }, personPicker(model, t("Write as"), false));
  const context = h("div", { class: "context", hidden: true });
  const replies = h("div", { class: "replies", role: "group", "aria-label": t("Answers to choose from"), hidden: true });
  const commands = makeSuggestions(t("Commands"), chooseCommand);
  const results = makeSuggestions(t("Inline results"), chooseResult);
  const form = h("form", { class: "field" }, speaker, slash, field, clip, chooser, send);
  const area = h("div", { class: "composer" }, commands.list, results.list, context, form, replies);
  let replyTo = null;
  let editing = null;
  let asked = null;
  let early = null;
  let timer = null;
  const drafts = new Map();
  let draftKey = null;

  async function say(text) {
    const body = { user: model.person, chat: model.room.chat, thread: model.room.thread, text };
    await post("say", replyTo ? { ...body, reply_to: replyTo.id } : body);
    setContext(null, null);
  }

  async function submit() {
    const text = field.value.trim();
    if (!text) return;
    const before = field.value;
    try {
      if (editing) {
        await post("edit", { user: model.person, chat: editing.chat, message: editing.id, text });
        setContext(null, null);
      } else {
        set("");
        await say(text);
      }
      set("");
    } catch (error) {
      set(before);
      notice(error.message);
    }
  }

  function set(text) {
    field.value = text;
    changed();
  }

  function begin(text) {
    set(text);
    field.focus();
  }

  function changed() {
    field.style.height = "auto";
    // Measuring makes the browser lay out the page; an empty field need not be measured.
    if (field.value) field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
    form.classList.toggle("filled", field.value.trim() !== "");
    suggestCommands();
    askInline();
    point();
  }

  function suggestCommands() {
    const match = /^\/(\w*)$/.exec(field.value);
    const fitting = match && !editing ? model.menu().filter((c) => c.command.startsWith(match[1].toLowerCase())) : [];
    commands.show(fitting.map((c) => ({ value: c.command, title: `/${c.command}`, text: c.description })));
  }

  function toggleMenu() {
    begin(field.value === "/" ? "" : "/");
  }

  function chooseCommand(command) {
    begin(`/${command} `);
  }

  function askInline() {
    clearTimeout(timer);
    const prefix = `@${model.bot.user} `;
    if (!field.value.toLowerCase().startsWith(prefix.toLowerCase())) {
      results.hide();
      return;
    }
    const query = field.value.slice(prefix.length);
    timer = setTimeout(
      () =>
        attempt(async () => {
          asked = await post("ask", { user: model.person, query });
          if (early?.id === asked.id) showResults(early);
        }),
      INLINE_PAUSE_MS,
    );
  }

  function showResults(query) {
    early = query;
    if (query.id !== asked?.id || !query.answered) return;
    results.show(
      query.results.map((result) => ({
        value: result.id,
        title: result.title,
        text: result.text,
        image: result.photo ? `/files/${result.photo}` : null,
      })),
    );
    point();
  }

  async function chooseResult(result) {
    const { chat, thread } = model.room;
    set("");
    await attempt(() => post("choose", { user: model.person, chat, thread, query: asked.id, result }));
  }

  function point() {
    const open = commands.isOpen() ? commands : results;
    const id = open.activeId();
    if (id) {
      field.setAttribute("aria-activedescendant", id);
      field.setAttribute("aria-controls", open.list.id);
    } else {
      field.removeAttribute("aria-activedescendant");
      field.removeAttribute("aria-controls");
    }
  }

  function setContext(reply, edit) {
    replyTo = reply;
    editing = edit;
    const about = reply ?? edit;
    context.hidden = !about;
    if (!about) return;
    const words = about.text || t(about.photo ? "Photo" : "File");
    const title = reply ? t("Reply to {name}", { name: model.nameOf(reply.from) }) : t("Edit message");
    const end = iconButton("close", t(reply ? "Do not reply" : "Do not edit"), cancel);
    context.replaceChildren(h("p", {}, h("strong", {}, title), h("span", {}, words.split("\n", 1)[0])), end);
  }

  function cancel() {
    const wasEditing = editing;
    setContext(null, null);
    if (wasEditing) set("");
    field.focus();
  }

  function showReplies() {
    const newest = model.newest(model.room);
    const offered = newest && newest.from === model.bot.id ? newest.replies : [];
    replies.hidden = !offered.length;
    replies.replaceChildren(
      ...offered.map((row) =>
        h("div", { class: "keys" }, ...row.map((text) => h("button", { type: "button", class: "key", onclick: () => attempt(() => say(text)) }, text))),
      ),
    );
  }

  function editLast() {
    const own = [...model.room.messages.values()].filter((m) => m.from === model.person && m.text);
    if (own.length) api.edit(own.at(-1));
  }

  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    const open = commands.isOpen() ? commands : results.isOpen() ? results : null;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) {
      open.move(step);
      point();
    } else if (open && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      const whole = open === commands && field.value === `/${open.value()}`;
      if (event.key === "Enter" && whole) submit();
      else if (open === commands) chooseCommand(open.value());
      else chooseResult(open.value());
    } else if (event.key === "Escape") {
      if (open) open.hide();
      else if (!context.hidden) cancel();
      else return;
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches) {
      submit();
    } else if (event.key === "ArrowUp" && field.value === "") {
      editLast();
    } else {
      return;
    }
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    chooser.value = "";
    if (!file) return;
    const { chat, thread } = model.room;
    await attempt(() => sendFile({ user: model.person, chat, thread, name: file.name }, file));
  });

  function drawRoom() {
    const isGroup = model.chats.get(model.room.chat).kind !== "private";
    if (draftKey) drafts.set(draftKey, field.value);
    draftKey = `${model.person}/${model.room.key}`;
    setContext(null, null);
    set(drafts.get(draftKey) ?? "");
    speaker.hidden = !isGroup;
    field.placeholder = isGroup ? t("Message in {chat}", { chat: model.titleOf(model.room) }) : t("Message, or / for commands");
    showReplies();
    if (matchMedia("(pointer: fine)").matches) field.focus({ preventScroll: true });
  }

  model.on("room", drawRoom);
  model.on("menus", suggestCommands);
  model.on("inline", showResults);
  model.on("message", ({ room, message, old }) => {
    if (room !== model.room) return;
    showReplies();
    if (!old && message.forceReply) api.reply(message);
  });

  const api = {
    area,
    say,
    begin,
    reply(message) {
      setContext(message, null);
      field.focus();
    },
    edit(message) {
      setContext(null, message);
      begin(message.text);
    },
    start: drawRoom,
  };
  return api;
}
