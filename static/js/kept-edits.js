// Unsaved changes in a form [data-edits] are kept in this tab, with the values they started from and whether the form's
// details element was open. So they survive reloads, other changes of the ticket, and going to the next ticket. They
// are forgotten once sent or undone.
const keyOf = (form) => `edits:${document.body.dataset.person}:${location.pathname}:${form.dataset.edits}`;
const forget = (form) => sessionStorage.removeItem(keyOf(form));
const keptOf = (form) => JSON.parse(sessionStorage.getItem(keyOf(form)));
const isRefused = (form) => form.querySelector(".errorlist, .errors"); // and so contains what was sent
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.matches("button"));
const chosenFirst = (select) => [...select.options].find((option) => option.defaultSelected) ?? select.options[0];
const savedIn = (field) => (field.matches("select") ? chosenFirst(field)?.value ?? "" : field.defaultValue);

const keep = (form) => {
  const before = isRefused(form) ? keptOf(form)?.values : null;
  const values = fieldsOf(form).map((field) => {
    const began = before?.find(([name]) => name === field.name)?.[2] ?? savedIn(field);
    return [field.name, field.value, began];
  }).filter(([, value, began]) => value !== began);
  if (!values.length) return forget(form);
  sessionStorage.setItem(keyOf(form), JSON.stringify({ values, isOpen: form.closest("details")?.open ?? true }));
};

// Somebody else's change wins: a choice stays as they set it, and a text gets what was written here appended.
const together = (field, value) => {
  const saved = savedIn(field);
  if (field.matches("select") || saved.includes(value)) return saved;
  return saved ? `${saved}\n${value}` : value;
};

const restore = (root) => {
  for (const form of root.querySelectorAll?.("[data-edits]") ?? []) {
    const kept = keptOf(form);
    if (!kept || isRefused(form)) continue;
    for (const [name, value, began] of kept.values) {
      const field = form.elements[name];
      if (field) field.value = savedIn(field) === began ? value : together(field, value);
    }
    if (form.closest("details")) form.closest("details").open = kept.isOpen;
    keep(form);
  }
};

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-edits]")) keep(form);
});
document.addEventListener("toggle", (event) => {
  const form = event.target.querySelector?.(":scope > [data-edits]");
  if (form && keptOf(form)) keep(form);
}, { capture: true });
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (form?.matches?.("[data-edits]") && event.detail.xhr.status < 400) forget(form);
});
document.addEventListener("submit", (event) => {
  if (!window.htmx && event.target.matches("[data-edits]")) forget(event.target);
});
document.addEventListener("DOMContentLoaded", () => restore(document));
document.addEventListener("htmx:load", (event) => restore(event.target));
