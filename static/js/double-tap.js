// The second tap of a double tap only counts on the same control as the first: if something else has moved under the
// thumb meanwhile, it is ignored.
const MOMENT = 400; // milliseconds
const NEAR = 24; // pixels
const CONTROLS = "a, button, input, label, select, summary, textarea, [role=option]";
let last = null;
let isDeaf = false;

document.addEventListener("pointerdown", (event) => {
  const now = { control: event.target.closest?.(CONTROLS) ?? null, at: event.timeStamp, x: event.clientX, y: event.clientY };
  const isSecond = last && now.at - last.at < MOMENT && Math.hypot(now.x - last.x, now.y - last.y) < NEAR;
  isDeaf = Boolean(isSecond && last.control && now.control !== last.control);
  if (!isDeaf) last = now;
}, { capture: true });

document.addEventListener("click", (event) => {
  if (!isDeaf || !event.isTrusted) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

// Typing in between makes them two separate taps.
for (const name of ["input", "keydown"]) {
  document.addEventListener(name, () => {
    last = null;
    isDeaf = false;
  }, { capture: true });
}
