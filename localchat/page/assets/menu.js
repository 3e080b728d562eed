// A small menu at a button; arrow keys move, Escape closes.

import { h } from "./dom.js";

/** Show a menu of [label, act] pairs; the focus goes back to the button. */
export function showMenu(button, label, items) {
  const entries = items.map(([name, act]) =>
    h("button", { type: "button", role: "menuitem", onclick: () => choose(act) }, name),
  );
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label }, ...entries);

  function close() {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    button.removeAttribute("aria-expanded");
  }

  function outside(event) {
    if (!menu.contains(event.target)) close();
  }

  function choose(act) {
    close();
    button.focus();
    act();
  }

  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = entries.indexOf(document.activeElement);
    if (step) entries[(at + step + entries.length) % entries.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") choose(() => {});
    else return;
    event.preventDefault();
  });
  document.body.append(menu);
  const place = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - height - 8))}px`;
  document.addEventListener("pointerdown", outside, true);
  button.setAttribute("aria-expanded", "true");
  entries[0].focus();
}
