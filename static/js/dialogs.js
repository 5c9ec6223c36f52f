// The dialog #sheet opens when something is loaded into it, at the part that the row [data-open-part] asked for.
// [data-close], a click outside, or submitting a form[data-closes-sheet] closes a dialog; if the form needed a typed
// value, only after the server has accepted it (entered-value.js).
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
