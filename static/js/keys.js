// The keyboard: j and k walk the rows; a key that an element names in data-key presses or focuses it, in the row that
// has the focus before elsewhere on the page. Off while one types.
const MENU = { a: "assignee", s: "snooze", p: "priority", l: "tag" };
const rows = () => [...document.querySelectorAll("[data-row]")];
const rowOf = (element) => element?.closest?.("[data-row]");
let place = 0;

const walk = (step) => {
  const all = rows();
  const now = all.indexOf(rowOf(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
  next?.querySelector(".row-link").focus();
  next?.scrollIntoView({ block: "nearest" });
};

const press = (element) => {
  if (element.matches("input[type=checkbox]")) element.click();
  else if (element.matches("input, select, textarea")) { element.focus(); element.scrollIntoView({ block: "nearest" }); }
  else element.click();
};

const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row) place = rows().indexOf(row);
});
// The list came anew: the focus stays at the same place, which is the next ticket where one went away.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "list" && document.activeElement === document.body) {
    const all = rows();
    all[Math.min(place, all.length - 1)]?.querySelector(".row-link").focus({ preventScroll: true });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("input, textarea, select")) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const row = rowOf(document.activeElement);
  const key = event.key;
  if (key === "?") document.getElementById("keys")?.showModal();
  else if ((key === "j" || key === "k") && rows().length) walk(key === "j" ? 1 : -1);
  else if (key === "x" && row) row.querySelector("input[name=ticket]")?.click();
  else if (row && MENU[key]) { row.dataset.wants = key; row.querySelector("[data-key=m]")?.click(); }
  else {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const outside = [...document.querySelectorAll(wanted)].find((element) => !rowOf(element) && element.offsetParent);
    const element = row?.querySelector(wanted) ?? outside;
    if (!element) {
      if (key === "/") document.querySelector("[data-search-link]")?.click();
      return;
    }
    press(element);
  }
  event.preventDefault();
});
