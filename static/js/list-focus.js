// Where the focus goes when the row that held it comes anew: it stays with its ticket, unless that is handled and belongs to
// the list no more; then it goes on to the next that does. A list that comes anew keeps its place under the eyes.
const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => row?.querySelector(".row-link");
const body = () => document.querySelector(".list-body");
let last = ""; // the number of the row that had the focus last
let wasInBar = false; // whether it went on to the bar of the selection, which goes with that
let isHeld = false; // whether it was in the row when that came anew
let scrolled = [0, 0];

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) last = row.dataset.row;
  else if (event.target.closest("#ticket-pane")) last = ""; // it is the ticket's now, whose own rule says where it goes
  wasInBar = Boolean(event.target.closest("#changes"));
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.matches("[data-row]")) isHeld ||= event.detail.target.dataset.row === last;
});
document.addEventListener("rows-changed", () => {
  // What has gone out of sight keeps the focus until the next frame.
  const isLost = document.activeElement === document.body || !document.activeElement.checkVisibility();
  const isOurs = isLost && (isHeld || wasInBar);
  isHeld = wasInBar = false;
  if (!isOurs) return;
  const all = rows();
  const at = all.findIndex((row) => row.dataset.row === last);
  const belongs = (row) => !row.matches(".row-handled");
  const goOn = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()].find(belongs);
  const row = all[at] && belongs(all[at]) ? all[at] : goOn ?? all[at];
  linkOf(row)?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "list") scrolled = [body()?.scrollTop ?? 0, scrollY];
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "list") return;
  if (body()) body().scrollTop = scrolled[0];
  scrollTo(scrollX, scrolled[1]);
});
