// Where the focus goes when the focused row is replaced: it stays with its ticket, unless that one is handled and no
// longer belongs to the list; then it moves to the next row that does. A list that is loaded again keeps its scroll
// position.
const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => row?.querySelector(".row-link");
const body = () => document.querySelector(".list-body");
let last = ""; // number of the row that was focused last
let wasInBar = false; // whether the focus was in the selection's bar, which goes away with the selection
let isHeld = false; // whether the last focused row has been replaced
let scrolled = [0, 0];

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) last = row.dataset.row;
  else if (event.target.closest("#ticket-pane")) last = ""; // ticket-focus.js decides from here
  wasInBar = Boolean(event.target.closest("#changes"));
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.matches("[data-row]")) isHeld ||= event.detail.target.dataset.row === last;
});
document.addEventListener("rows-changed", () => {
  // An element that was hidden keeps the focus until the next frame.
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
