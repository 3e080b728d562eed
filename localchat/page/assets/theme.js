// Runs before the first paint, so that a chosen theme never flashes.
const kept = localStorage.getItem("theme");
if (kept === "dark" || kept === "light") {
  document.documentElement.dataset.theme = kept;
}
