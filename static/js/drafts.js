// What is being written survives a change of the page: kept in this tab until it is sent.
const keyOf = (field) => `draft:${location.pathname}:${field.name}`;
const tell = () => {
  const state = document.querySelector("[data-writing]");
  const field = document.querySelector("[data-draft]");
  const now = field?.value.trim() ? "1" : "0";
  if (!state || state.value === now) return;
  state.value = now;
  document.getElementById("presence").dispatchEvent(new Event("writing"));
};
const restore = () => {
  for (const field of document.querySelectorAll("[data-draft]")) {
    if (!field.value) field.value = sessionStorage.getItem(keyOf(field)) ?? "";
  }
  tell();
};
restore();
document.addEventListener("htmx:load", restore);
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]")) return;
  sessionStorage.setItem(keyOf(event.target), event.target.value);
  tell();
});
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector?.("[data-draft]");
  if (field && !window.htmx) sessionStorage.removeItem(keyOf(field));
  // What was kept over a login is that draft as well.
  for (const kept of event.target.querySelectorAll?.("[data-kept]") ?? []) sessionStorage.removeItem(keyOf(kept));
});
// Before the answer is shown, so that a note that was taken does not come back as a draft.
document.addEventListener("htmx:beforeSwap", (event) => {
  const field = event.detail.requestConfig?.elt?.querySelector?.("[data-draft]");
  if (field && event.detail.xhr.status < 400) sessionStorage.removeItem(keyOf(field));
});
