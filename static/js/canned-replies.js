// The form records in [data-canned-used] which canned replies were inserted. [data-unresolved] names the variables that
// could not be filled in, for the writer to replace.
const VARIABLE = /\{[a-z][a-z_]{1,29}\}/g;

const markUnresolved = (line) => {
  const names = [...new Set(line.closest("form").querySelector("[data-autocompleted]").value.match(VARIABLE) ?? [])];
  line.hidden = !names.length;
  line.querySelector("[data-unresolved-names]").textContent = names.join(", ");
};
const markAll = () => document.querySelectorAll("[data-unresolved]").forEach(markUnresolved);

document.addEventListener("input", (event) => { if (event.target.matches("[data-autocompleted]")) markAll(); });
document.addEventListener("autocomplete-chosen", (event) => {
  const text = event.target;
  const { option, start } = event.detail;
  const used = text.form.querySelector("[data-canned-used]");
  if (!used) return;
  used.value = [used.value, option.dataset.cannedReply].filter(Boolean).join(",");
  const open = option.dataset.text.search(VARIABLE);
  if (open >= 0) text.setSelectionRange(start + open, start + open + option.dataset.text.match(VARIABLE)[0].length);
});
document.addEventListener("DOMContentLoaded", markAll);
document.addEventListener("htmx:load", markAll);
