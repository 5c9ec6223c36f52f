// What is written into a form [data-edits] and not yet sent is kept in this tab, with whether the fold that it is in was open, over
// whatever brings the page anew: another change of the ticket, the next ticket, a reload. Sent, it is forgotten.
const keyOf = (form) => `edits:${document.body.dataset.person}:${location.pathname}:${form.dataset.edits}`;
const forget = (form) => sessionStorage.removeItem(keyOf(form));
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.matches("button"));
const keep = (form) => {
  const values = fieldsOf(form).map((field) => [field.name, field.value]);
  sessionStorage.setItem(keyOf(form), JSON.stringify({ values, isOpen: form.closest("details")?.open ?? true }));
};

const restore = (root) => {
  for (const form of root.querySelectorAll?.("[data-edits]") ?? []) {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(form)));
    if (!kept || form.querySelector(".errorlist, .errors")) continue; // which has come back with what was sent
    for (const [name, value] of kept.values) if (form.elements[name]) form.elements[name].value = value;
    if (form.closest("details")) form.closest("details").open = kept.isOpen;
  }
};

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-edits]")) keep(form);
});
document.addEventListener("toggle", (event) => {
  const form = event.target.querySelector?.(":scope > [data-edits]");
  if (form && sessionStorage.getItem(keyOf(form))) keep(form);
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
