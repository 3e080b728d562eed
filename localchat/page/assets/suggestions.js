// What opens above the text field: commands behind "/", inline results behind "@bot".

import { h } from "./dom.js";

let lists = 0;

/** A list of choices that the text field steers; `onChoose` gets the item's value. */
export function makeSuggestions(label, onChoose) {
  lists += 1;
  const id = `suggestions-${lists}`;
  const list = h("div", { class: "suggestions", id, role: "listbox", "aria-label": label, hidden: true });
  let items = [];
  let active = 0;

  function show(wanted) {
    items = wanted;
    active = 0;
    list.hidden = !items.length;
    list.replaceChildren(
      ...items.map((item, index) =>
        h(
          "div",
          {
            role: "option",
            id: `${id}-${index}`,
            "aria-selected": index === 0 ? "true" : "false",
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => onChoose(item.value),
          },
          item.image ? h("img", { src: item.image, alt: "", width: 40, height: 40 }) : null,
          h("strong", {}, item.title),
          h("span", {}, item.text),
        ),
      ),
    );
  }

  function move(step) {
    list.children[active].setAttribute("aria-selected", "false");
    active = (active + step + items.length) % items.length;
    list.children[active].setAttribute("aria-selected", "true");
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  return {
    list,
    show,
    hide: () => show([]),
    isOpen: () => items.length > 0,
    value: () => items[active]?.value,
    move,
    activeId: () => (items.length ? `${id}-${active}` : null),
  };
}
