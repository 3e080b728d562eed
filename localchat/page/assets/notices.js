// Short notices at the bottom, alerts and questions in the middle.

import { h } from "./dom.js";
import { t } from "./words.js";

const NOTICE_MS = 4500;

/** Where notices appear; the conversation holds it. */
export const tray = h("div", { class: "notices", role: "status", "aria-live": "polite" });

/** Show a line for a few seconds. */
export function notice(text) {
  const line = h("div", { class: "notice" }, text);
  tray.replaceChildren(line);
  setTimeout(() => line.remove(), NOTICE_MS);
}

/** Show a text until it is read. */
export function alertBox(text) {
  return ask(text, [["OK", true, "primary"]]);
}

/** Ask before something that cannot be undone; resolves to true or false. */
export function confirmBox(text, yes) {
  return ask(text, [
    [t("Cancel"), false, ""],
    [yes, true, "danger"],
  ]);
}

function ask(text, answers) {
  return new Promise((resolve) => {
    const buttons = answers.map(([label, value, style]) =>
      h("button", { type: "button", class: `plain ${style}`, onclick: () => close(value) }, label),
    );
    const words = h("p", { id: "question" }, text);
    const box = h(
      "dialog",
      { class: "box", "aria-labelledby": "question" },
      words,
      h("div", { class: "answers" }, ...buttons),
    );
    function close(value) {
      box.close();
      box.remove();
      resolve(value);
    }
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    document.body.append(box);
    box.showModal();
    buttons.at(-1).focus();
  });
}

/** Do something; what goes wrong becomes a notice. */
export async function attempt(act, otherwise = () => {}) {
  try {
    await act();
  } catch (error) {
    notice(error.message);
    otherwise();
  }
}
