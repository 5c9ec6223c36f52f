// Dialogs and menus: what is loaded into the sheet opens it; a click outside, Escape or a choice closes it again.
const sheet = document.getElementById("sheet");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== sheet) return;
  const row = document.querySelector("[data-row][data-wants]");
  sheet.showModal();
  const wanted = Number(row?.dataset.wants ?? 0);
  if (row) delete row.dataset.wants;
  sheet.querySelectorAll("fieldset")[wanted]?.querySelector("input, button")?.focus();
});
document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (event.target.closest("[data-close]") || event.target === dialog) dialog.close();
  for (const menu of document.querySelectorAll("details.menu[open], .tab-bar details[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("submit", (event) => { if (event.target.matches("[data-closes]")) sheet.close(); });
document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.matches?.("[data-closes]")) sheet.close(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
