// What is written into [data-draft] survives a change of the page: it is kept in this tab until it is sent, for the
// person who is logged in.
// The input [data-writing] says to the others that somebody writes.
const keyOf = (field) => `draft:${document.body.dataset.person}:${location.pathname}:${field.name}`;
const forget = (field) => sessionStorage.removeItem(keyOf(field));

const announce = () => {
  const state = document.querySelector("[data-writing]");
  const isWriting = document.querySelector("[data-draft]")?.value.trim() ? "1" : "0";
  if (!state || state.value === isWriting) return;
  state.value = isWriting;
  document.getElementById("presence").dispatchEvent(new Event("writing"));
};

const restore = () => {
  for (const field of document.querySelectorAll("[data-draft]")) {
    if (!field.value) field.value = sessionStorage.getItem(keyOf(field)) ?? "";
  }
  announce();
};
restore();
document.addEventListener("htmx:load", restore);

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]")) return;
  sessionStorage.setItem(keyOf(event.target), event.target.value);
  announce();
});

document.addEventListener("submit", (event) => {
  const field = event.target.querySelector?.("[data-draft]");
  if (field && !window.htmx) forget(field);
  // What was kept over a login is that draft as well.
  for (const kept of event.target.querySelectorAll?.("[data-kept]") ?? []) forget(kept);
});

// Before the answer is shown, so that a note that was taken does not come back as a draft. What is asked by no form, such as
// the next ticket, sends none.
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  const field = form?.matches?.("form") && form.querySelector("[data-draft]");
  if (field && event.detail.xhr.status < 400) forget(field);
});
