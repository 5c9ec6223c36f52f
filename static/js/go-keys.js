// g and then the key in a link's data-go follow that link. Ignored while typing.
const WITHIN = 1500; // milliseconds
let pressed = -WITHIN;

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping || document.querySelector("dialog[open]")) return;
  const isSecond = event.timeStamp - pressed < WITHIN;
  pressed = !isSecond && event.key === "g" ? event.timeStamp : -WITHIN;
  if (!isSecond && event.key !== "g") return;
  event.preventDefault(); // keep the key from other handlers
  if (isSecond) document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
});
