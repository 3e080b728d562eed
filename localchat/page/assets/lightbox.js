// A photo large over everything; arrow keys go through the photos of the room.

import { h, iconButton } from "./dom.js";
import { t } from "./words.js";

/** Open a photo of a list of {src, width, height, caption}. */
export function openLightbox(photos, index) {
  const image = h("img", { alt: "" });
  const caption = h("p", { class: "caption" });
  const count = h("p", { class: "count", "aria-live": "polite" });
  const before = iconButton("back", t("Previous photo"), () => show(index - 1), { class: "icon-button step" });
  const after = iconButton("next", t("Next photo"), () => show(index + 1), { class: "icon-button step" });
  const close = iconButton("close", t("Close photo"), () => box.close(), { class: "icon-button close" });
  const box = h(
    "dialog",
    { class: "lightbox", "aria-label": t("Photo") },
    h("header", {}, count, close),
    h("div", { class: "stage" }, before, image, after),
    caption,
  );

  function show(wanted) {
    if (wanted < 0 || wanted >= photos.length) return;
    index = wanted;
    const photo = photos[index];
    image.src = photo.src;
    image.width = photo.width;
    image.height = photo.height;
    image.alt = photo.alt;
    image.classList.remove("whole");
    caption.textContent = photo.caption;
    count.textContent = photos.length > 1 ? t("{number} of {count}", { number: index + 1, count: photos.length }) : "";
    before.disabled = index === 0;
    after.disabled = index === photos.length - 1;
  }

  image.addEventListener("click", () => image.classList.toggle("whole"));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(index - 1);
    if (event.key === "ArrowRight") show(index + 1);
  });
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.classList.contains("stage")) box.close();
  });
  box.addEventListener("close", () => box.remove());
  show(index);
  document.body.append(box);
  box.showModal();
  close.focus();
}
