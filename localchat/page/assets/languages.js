// The language of each person, which the bot is told as Telegram tells it.

import { get, post } from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./notices.js";
import { LANGUAGES, nearest, t } from "./words.js";

const keptFor = (person) => localStorage.getItem(`language-${person}`);

/** Let everybody speak what was chosen here, else the browser's language; return the state then. */
export async function agreeOnLanguages(state) {
  const own = nearest(navigator.language ?? "en");
  const others = state.people.filter(({ id, language }) => nearest(language) !== (keptFor(id) ?? own));
  for (const { id } of others) await post("language", { user: id, language: keptFor(id) ?? own });
  return others.length ? get("state") : state;
}

/** Make the choice of the language of whom one speaks as. */
export function languagePicker(model) {
  const options = Object.entries(LANGUAGES).map(([value, name]) => h("option", { value, lang: value }, name));
  const select = h("select", { "aria-label": t("Language") }, ...options);
  const show = () => {
    select.value = nearest(model.language());
  };
  select.addEventListener("change", () =>
    attempt(async () => {
      await post("language", { user: model.person, language: select.value });
      localStorage.setItem(`language-${model.person}`, select.value);
      location.reload();
    }),
  );
  model.on("people", show);
  show();
  return h("label", { class: "speaker language" }, h("span", {}, t("Language")), select);
}
