// What the page knows: people, rooms, messages. Views listen for its events and draw.
//
// A room is one list of messages as a person sees it: a private chat, or a topic of a group.

import { t } from "./words.js";

export const roomKey = (chat, thread) => `${chat}:${thread ?? 0}`;

const ACTION_SECONDS = 5.5;

export class Model extends EventTarget {
  constructor(state) {
    super();
    this.bot = state.bot;
    this.people = state.people;
    this.menus = state.menus;
    this.examples = state.examples;
    this.status = state.status;
    this.last = state.last;
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.rooms = new Map();
    this.actions = new Map();
    for (const room of state.rooms) this.addRoom(room);
    const kept = Number(sessionStorage.getItem("person"));
    this.person = (this.people.find((p) => p.id === kept) ?? this.people[0]).id;
    this.room = this.rooms.get(location.hash.slice(1));
    if (!this.room || !this.mayRead(this.room)) this.room = this.privateRoom();
  }

  addRoom({ chat, thread, messages, more }) {
    const room = { key: roomKey(chat, thread), chat, thread, more, unread: 0, messages: new Map() };
    for (const message of messages) room.messages.set(message.id, message);
    this.rooms.set(room.key, room);
    return room;
  }

  privateRoom() {
    return this.rooms.get(roomKey(this.person, null));
  }

  mayRead(room) {
    const chat = this.chats.get(room.chat);
    return chat.kind === "private"
      ? chat.id === this.person
      : chat.members.some((member) => member.id === this.person);
  }

  isAdmin(chat, person) {
    return chat.members.some((member) => member.id === person && member.admin);
  }

  nameOf(id) {
    if (id === this.bot.id) return this.bot.name;
    return this.people.find((person) => person.id === id)?.name ?? t("Somebody");
  }

  titleOf(room) {
    const chat = this.chats.get(room.chat);
    if (chat.kind === "private") return this.bot.name;
    if (!chat.topics.length) return chat.title;
    const topic = chat.topics.find((t) => t.id === room.thread);
    return topic ? topic.name : t("General");
  }

  /** The language of whom one speaks as: Telegram's of a real person. */
  language() {
    return this.people.find((person) => person.id === this.person).language;
  }

  menu() {
    const chat = this.chats.get(this.room.chat);
    const menus = this.menus[this.language()] ?? Object.values(this.menus)[0];
    if (chat.kind === "private") return menus.private;
    return this.isAdmin(chat, this.person) ? menus.admin : menus.group;
  }

  speakAs(person) {
    const before = this.language();
    this.person = person;
    sessionStorage.setItem("person", String(person));
    // All of the page is in another language then.
    if (this.language() !== before) this.tell("reload");
    const inGroup = this.chats.get(this.room.chat).kind !== "private";
    this.open(inGroup && this.mayRead(this.room) ? this.room : this.privateRoom());
    this.tell("people");
  }

  open(room) {
    this.room = room;
    room.unread = 0;
    history.replaceState(null, "", `#${room.key}`);
    this.tell("room");
    this.tell("rooms");
  }

  markRead() {
    this.room.unread = 0;
    this.tell("rooms");
  }

  visibleRooms() {
    return [...this.rooms.values()].filter((room) => this.mayRead(room));
  }

  newest(room) {
    return [...room.messages.values()].at(-1);
  }

  /** Messages that are shown together: an album, or one message alone. */
  block(room, message) {
    if (!message.album) return [message];
    return [...room.messages.values()].filter((other) => other.album === message.album);
  }

  /** All blocks of a room, oldest first. */
  blocks(room) {
    const blocks = [];
    let album = null;
    for (const message of room.messages.values()) {
      if (message.album && message.album === album) blocks.at(-1).push(message);
      else blocks.push([message]);
      album = message.album;
    }
    return blocks;
  }

  actionIn(room) {
    return this.actions.get(room.key)?.action ?? null;
  }

  prepend(room, portion) {
    const later = room.messages;
    room.messages = new Map(portion.messages.map((message) => [message.id, message]));
    for (const [id, message] of later) room.messages.set(id, message);
    room.more = portion.more;
  }

  apply({ kind, body }) {
    switch (kind) {
      case "message":
        return this.applyMessage(body);
      case "chat":
        return this.applyChat(body);
      case "action":
        return this.applyAction(body);
      case "menus":
        this.menus = body;
        return this.tell("menus");
      case "status":
        this.status = body;
        return this.tell("status");
      default:
        return this.tell(kind, body);
    }
  }

  applyMessage(message) {
    const room =
      this.rooms.get(roomKey(message.chat, message.thread)) ??
      this.addRoom({ chat: message.chat, thread: message.thread, messages: [], more: false });
    const old = room.messages.get(message.id);
    if (message.deleted) {
      room.messages.delete(message.id);
    } else {
      const newest = this.newest(room);
      if (!old && newest && message.id < newest.id) return;
      room.messages.set(message.id, message);
      if (!old) this.noteArrival(room, message);
    }
    this.tell("message", { room, message, old });
    this.tell("rooms");
  }

  noteArrival(room, message) {
    if (message.from === this.bot.id) this.endAction(room.key);
    const seen = room === this.room && !document.hidden;
    if (!seen && message.from !== this.person && !message.service) room.unread += 1;
  }

  applyChat(chat) {
    this.chats.set(chat.id, chat);
    for (const thread of [null, ...chat.topics.map((topic) => topic.id)]) {
      if (!this.rooms.has(roomKey(chat.id, thread))) {
        this.addRoom({ chat: chat.id, thread, messages: [], more: false });
      }
    }
    this.tell("rooms");
  }

  applyAction({ chat, thread, action }) {
    const key = roomKey(chat, thread);
    clearTimeout(this.actions.get(key)?.timer);
    const timer = setTimeout(() => this.endAction(key), ACTION_SECONDS * 1000);
    this.actions.set(key, { action, timer });
    this.tell("action");
  }

  endAction(key) {
    clearTimeout(this.actions.get(key)?.timer);
    if (this.actions.delete(key)) this.tell("action");
  }

  tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(name, listener) {
    this.addEventListener(name, (event) => listener(event.detail));
  }
}
