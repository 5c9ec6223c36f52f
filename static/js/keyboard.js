// Keyboard shortcuts: j and k walk the rows, or go from one open ticket to the next. The key in an element's data-key
// presses or focuses it: in the selection's bar if rows are selected, else in the focused row, else anywhere on the
// page. Ignored while typing.
const PARTS = { a: 1, p: 2, s: 3, l: 4 }; // index of the part of a menu of changes that a key opens
const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
const rows = () => [...document.querySelectorAll("[data-row]")].filter(isSeen);
const rowOf = (element) => element?.closest?.("[data-row]");
const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
const find = (root, key) => root?.querySelector(`[data-key="${CSS.escape(key)}"]`);
const findSeen = (root, key) => [...root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isSeen);
const findOutsideRows = (key) => [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(
  (element) => !rowOf(element) && isSeen(element));
const whole = () => document.querySelector("[name=all][form=changes]");

let last = ""; // number of the row that was focused last
document.addEventListener("focusin", (event) => { last = rowOf(event.target)?.dataset.row ?? last; });

const walk = (step) => {
  const all = rows();
  const now = all.findIndex((row) => row.dataset.row === last);
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
  next?.querySelector(".row-link").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
};

const focusFirst = (root) => {
  const field = root.querySelector("input:not([type=hidden]), select, button:not([hidden])");
  field?.focus();
  return Boolean(field);
};

// The menu's content may not be loaded before it is opened.
const openMenu = (summary, part) => {
  const menu = summary.parentElement;
  summary.focus();
  if (!(part && menu.open)) summary.click();
  if (!menu.open) return;
  const root = menu.querySelectorAll("fieldset")[part] ?? menu;
  if (!focusFirst(root)) menu.addEventListener("htmx:load", () => focusFirst(menu), { once: true });
};

const press = (element, part = 0) => {
  if (isTyping(element)) {
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  } else if (element.matches("summary")) openMenu(element, part);
  else {
    if (element.matches("[popovertarget]")) element.focus({ preventScroll: true }); // so that the focus returns to it
    element.click();
  }
};

// The bar of the selection, or null if nothing is selected.
const findBar = () => {
  const isSelected = document.querySelector("input[name=ticket][form=changes]:checked, [name=all][form=changes]:checked");
  return isSelected && document.getElementById("changes");
};

// The row that a key acts on: the focused one. On the open ticket's row keys act on the ticket instead, except x, which
// selects the row.
const findRow = (key) => {
  const row = rowOf(document.activeElement);
  const open = rowOf(document.querySelector(".row-link[aria-current]"));
  if (key === "x") return row ?? open;
  return row === open ? null : row;
};

// Returns whether the key did anything.
const handle = (key) => {
  const row = findRow(key);
  const bar = findBar();
  const pager = !bar && (key === "j" || key === "k") && findOutsideRows(key);
  if (key === "?") document.getElementById("keys")?.showModal();
  else if (key === "Escape" && bar) bar.reset();
  else if (pager) press(pager);
  else if ((key === "j" || key === "k") && rows().length) walk(key === "j" ? 1 : -1);
  else if (key === "x" && row) row.querySelector("input[name=ticket]")?.click();
  else if (bar && findSeen(bar, key)) press(findSeen(bar, key));
  else if (bar && PARTS[key]) press(find(bar, "m"), PARTS[key]);
  else if (row && PARTS[key]) {
    row.dataset.openPart = PARTS[key];
    find(row, "m")?.click();
  } else {
    const element = find(row, key) ?? findOutsideRows(key) ?? (key === "*" && whole());
    if (element) press(element);
    else return false;
  }
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    if (event.target.type === "search") event.preventDefault(); // which would clear the field
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (handle(event.key)) event.preventDefault();
});
