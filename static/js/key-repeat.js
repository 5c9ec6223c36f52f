// A key held down acts only once, except when walking through a list or typing.
document.addEventListener("keydown", (event) => {
  if (!event.repeat || event.target.matches("input, textarea, select, [contenteditable]")) return;
  const walks = event.key.startsWith("Arrow") || event.key.startsWith("Page") || event.key === "Tab"
    || (["j", "k"].includes(event.key) && document.querySelector("[data-row]"));
  if (walks) return;
  event.stopImmediatePropagation();
  event.preventDefault();
}, { capture: true });
