// The replay: which day it is, and the buttons that move it.

import { post } from "./api.js";
import { h, icon } from "./dom.js";
import { attempt, confirmBox, notice } from "./notices.js";
import { formatted, t } from "./words.js";

const DAY = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };

export function makeBanner(model) {
  const day = h("strong", {});
  const state = h("span", { class: "state", role: "status" });
  const session = stepButton("step", t("Next session"), t("session"), 1);
  const week = stepButton("leap", t("Next week"), t("week"), 5);
  const train = h(
    "button",
    { type: "button", class: "plain", "aria-label": t("Train tonight"), onclick: () => attempt(() => post("train")) },
    h("span", { class: "wide" }, t("Train tonight")),
    h("span", { class: "narrow" }, t("train")),
  );
  const bar = h(
    "section",
    { class: "banner", "aria-label": t("Replay") },
    h("p", {}, h("span", { class: "tag" }, t("Replay")), day, state),
    h("div", { class: "steps" }, session, week, train),
  );

  function stepButton(sign, label, short, sessions) {
    return h(
      "button",
      { type: "button", class: "plain", "aria-label": label, onclick: () => attempt(() => post(`step?sessions=${sessions}`)) },
      icon(sign),
      h("span", { class: "wide" }, label),
      h("span", { class: "narrow" }, short),
    );
  }

  function draw() {
    const { status } = model;
    bar.hidden = !status.isReplay;
    day.textContent = formatted(DAY, new Date(`${status.day}T00:00:00Z`));
    const ended = status.lastDay !== null && status.day >= status.lastDay;
    session.disabled = week.disabled = status.busy || ended;
    train.hidden = !status.trains;
    train.disabled = status.busy;
    bar.classList.toggle("busy", status.busy);
    state.textContent = status.busy
      ? progress(status)
      : ended
        ? t("the prices end here")
        : "";
  }

  let failed = false;
  model.on("status", () => {
    if (model.status.failed && !failed) notice(t("That did not work; the program's log says why."));
    failed = model.status.failed;
    draw();
  });
  draw();
  return bar;
}

/** What is under way, and for how long once that is worth a word. */
function progress({ training, seconds }) {
  if (training) return t("training {ticker}, {seconds} s", { ticker: training, seconds });
  return seconds ? t("living through it, {seconds} s", { seconds }) : t("living through it…");
}

/** Ask, then let the bot and the chat forget everything. */
export async function startOver() {
  const sure = await confirmBox(
    t("Start over? All messages, subscriptions and forecasts of this chat will be forgotten."),
    t("Start over"),
  );
  if (sure) await attempt(() => post("reset"));
}
