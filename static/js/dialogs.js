// What is loaded into the dialog #sheet opens it, at the part that the row [data-open-part] asked for. A dialog is closed by
// [data-close], by a click outside, and by sending a form[data-closes-sheet]; where something was typed for that, only once
// it was answered, and not refused (entered-value.js).
const sheet = document.getElementById("sheet");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== sheet) return;
  const row = document.querySelector("[data-open-part]");
  const part = Number(row?.dataset.openPart ?? 0);
  row?.removeAttribute("data-open-part");
  sheet.showModal();
  const asked = sheet.querySelectorAll("fieldset")[part];
  (asked?.querySelector("[aria-pressed=true]") ?? asked?.querySelector("input, button"))?.focus();
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (event.target.closest("[data-close]") || event.target === dialog) dialog.close();
});
const isTypedFor = (button) => Boolean(button?.closest("[data-enter-here]"));
const buttonOf = (event) => event.submitter ?? event.detail?.requestConfig?.triggeringEvent?.submitter;
for (const name of ["submit", "htmx:beforeRequest"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.("[data-closes-sheet]") && !isTypedFor(buttonOf(event))) sheet.close();
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-closes-sheet]") && !event.target.querySelector("[data-told]")) sheet.close();
});
