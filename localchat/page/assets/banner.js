// The replay: which day it is, and the buttons that move it.

import { post } from "./api.js";
import { h, icon } from "./dom.js";
import { attempt, confirmBox, notice } from "./notices.js";

const DAY = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

export function makeBanner(model) {
  const day = h("strong", {});
  const state = h("span", { class: "state", role: "status" });
  const session = stepButton("step", "session", 1);
  const week = stepButton("leap", "week", 5);
  const train = h(
    "button",
    { type: "button", class: "plain", "aria-label": "Train tonight", onclick: () => attempt(() => post("train")) },
    h("span", {}, "Train", h("span", { class: "wide" }, " tonight")),
  );
  const bar = h(
    "section",
    { class: "banner", "aria-label": "Replay" },
    h("p", {}, h("span", { class: "tag" }, "Replay"), day, state),
    h("div", { class: "steps" }, session, week, train),
  );

  function stepButton(sign, label, sessions) {
    return h(
      "button",
      { type: "button", class: "plain", "aria-label": `Next ${label}`, onclick: () => attempt(() => post(`step?sessions=${sessions}`)) },
      icon(sign),
      h("span", {}, h("span", { class: "wide" }, "Next "), label),
    );
  }

  function draw() {
    const { status } = model;
    bar.hidden = !status.isReplay;
    day.textContent = DAY.format(new Date(`${status.day}T00:00:00Z`));
    const ended = status.lastDay !== null && status.day >= status.lastDay;
    session.disabled = week.disabled = status.busy || ended;
    train.hidden = !status.trains;
    train.disabled = status.busy;
    bar.classList.toggle("busy", status.busy);
    state.textContent = status.busy
      ? progress(status)
      : ended
        ? "the prices end here"
        : "";
  }

  let failed = false;
  model.on("status", () => {
    if (model.status.failed && !failed) notice("That did not work; the program's log says why.");
    failed = model.status.failed;
    draw();
  });
  draw();
  return bar;
}

/** What is under way, and for how long once that is worth a word. */
function progress({ doing, seconds }) {
  const what = doing || "living through it";
  return seconds ? `${what}, ${seconds} s` : `${what}…`;
}

/** Ask, then let the bot and the chat forget everything. */
export async function startOver() {
  const sure = await confirmBox(
    "Start over? All messages, subscriptions and forecasts of this chat will be forgotten.",
    "Start over",
  );
  if (sure) await attempt(() => post("reset"));
}
