// Loads the state, joins the parts of the page, and follows what happens.

import { follow, get } from "./api.js";
import { makeBanner } from "./banner.js";
import { makeChatList } from "./chatlist.js";
import { makeComposer } from "./composer.js";
import { makeConversation } from "./conversation.js";
import { avatar, h, iconButton } from "./dom.js";
import { Model } from "./model.js";
import { agreeOnLanguages } from "./languages.js";
import { speak, t } from "./words.js";

const ACTIONS = {
  typing: "typing",
  upload_photo: "sending a photo",
  upload_document: "sending a file",
};

const app = document.getElementById("app");

function makeHead(model) {
  const sign = h("span", {});
  const title = h("h1", {});
  const below = h("p", { "aria-live": "polite" });
  const back = iconButton("back", t("Back to the chats"), () => {
    app.dataset.view = "chats";
    document.querySelector(".chat[aria-current]")?.focus();
  }, { class: "icon-button back" });

  function draw() {
    const { room } = model;
    const chat = model.chats.get(room.chat);
    const isPrivate = chat.kind === "private";
    const action = model.actionIn(room);
    title.textContent = model.titleOf(room);
    sign.replaceChildren(avatar(isPrivate || room.thread ? title.textContent : "#", isPrivate));
    below.classList.toggle("acting", Boolean(action));
    below.textContent = action
      ? `${isPrivate ? "" : `${model.bot.name}: `}${t(ACTIONS[action] ?? "busy")}`
      : isPrivate
        ? t("bot")
        : `${chat.title} · ${t("{count} members", { count: chat.members.length + 1 })}`;
    if (action) below.append(h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  }

  model.on("room", draw);
  model.on("rooms", draw);
  model.on("action", draw);
  draw();
  return h("header", { class: "head" }, back, sign, h("div", { class: "names" }, title, below));
}

async function start() {
  const state = await agreeOnLanguages(await get("state"));
  const model = new Model(state);
  await speak(model.language());
  const composer = makeComposer(model);
  const offline = h("p", { class: "offline", role: "status", hidden: true }, t("The program does not answer; waiting for it…"));
  document.getElementById("side").replaceChildren(
    ...makeChatList(model, () => {
      app.dataset.view = "room";
    }),
  );
  document.getElementById("main").replaceChildren(
    makeBanner(model),
    makeHead(model),
    offline,
    makeConversation(model, composer),
    composer.area,
  );
  composer.start();
  model.on("reload", () => location.reload());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) model.markRead();
  });
  follow(model.last, (event) => model.apply(event), (online) => {
    offline.hidden = online;
  });
  document.documentElement.dataset.ready = "";
  performance.mark("ready");
}

start();
