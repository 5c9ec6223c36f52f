// The keyboard: j and k walk the rows; a key that an element names in data-key presses or focuses it: in the bar where
// rows are chosen, in the row that has the focus, elsewhere on the page. Off while one types.
const MENU = { a: 1, p: 2, s: 3, l: 4 }; // the place of its part in a menu of offers
const rows = () => [...document.querySelectorAll("[data-row]")];
const rowOf = (element) => element?.closest?.("[data-row]");

let last = null; // the row that had the focus last
document.addEventListener("focusin", (event) => { last = rowOf(event.target) ?? last; });

const walk = (step) => {
  const all = rows();
  const now = all.indexOf(rowOf(document.activeElement) ?? last);
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
  next?.querySelector(".row-link").focus();
  next?.scrollIntoView({ block: "nearest" });
};

const press = (element, part = 0) => {
  if (element.matches("input:not([type=checkbox]), select, textarea")) { element.focus(); element.scrollIntoView({ block: "nearest" }); return; }
  if (!element.matches("summary")) { element.click(); return; }
  element.focus();
  if (!(part && element.parentElement.open)) element.click();
  const parts = element.parentElement.querySelectorAll("fieldset");
  if (element.parentElement.open) (parts[part] ?? element.parentElement).querySelector("input:not([type=hidden]), select, button:not([hidden])")?.focus();
};

const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    if (event.target.type === "search") event.preventDefault(); // which would empty it
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const row = rowOf(document.activeElement);
  const key = event.key;
  const keyed = (root, name = key) => root?.querySelector(`[data-key="${CSS.escape(name)}"]`);
  const bar = document.querySelector("#main:has([data-row] input:checked, #changes [name=all]:checked) #changes");
  if (key === "?") document.getElementById("keys")?.showModal();
  else if ((key === "j" || key === "k") && rows().length) walk(key === "j" ? 1 : -1);
  else if (key === "x" && row) row.querySelector("input[name=ticket]")?.click();
  else if (bar && (MENU[key] || keyed(bar))) press(MENU[key] ? keyed(bar, "m") : keyed(bar), MENU[key]);
  else if (row && MENU[key]) { row.dataset.wants = MENU[key]; keyed(row, "m")?.click(); }
  else {
    const outside = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(
      (element) => !rowOf(element) && element.checkVisibility({ visibilityProperty: true }));
    const element = keyed(row) ?? outside ?? (key === "*" && document.querySelector("#changes [name=all]"));
    if (!element) {
      if (key === "/") document.querySelector("[data-search-link]")?.click();
      return;
    }
    press(element);
  }
  event.preventDefault();
});
