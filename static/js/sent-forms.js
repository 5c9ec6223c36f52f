// A form [data-editor-of] whose answer got lost keeps its key in this tab, over a change of the page: as long as the same words
// stand in it, the server knows by that key what it became, and sends nothing twice.
const keyOf = (form) => `sent:${document.body.dataset.person}:${location.pathname}:${form.dataset.editorOf}`;
const wordsOf = (form) => form.querySelector("[data-draft]").value.trim();
const isEditor = (element) => element?.matches?.("[data-editor-of]");

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!isEditor(form)) return;
  sessionStorage.setItem(keyOf(form), JSON.stringify({ key: form.elements.form_key.value, words: wordsOf(form) }));
});
// Whatever it says, it came; but for that of a server which may have broken down after it had sent it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (isEditor(form) && event.detail.xhr.status < 500) sessionStorage.removeItem(keyOf(form));
});

// After drafts.js, which puts the words back.
const giveKeys = (root) => {
  for (const form of root.querySelectorAll?.("[data-editor-of]") ?? []) {
    const sent = JSON.parse(sessionStorage.getItem(keyOf(form)));
    if (sent?.words === wordsOf(form)) form.elements.form_key.value = sent.key;
    else if (sent) sessionStorage.removeItem(keyOf(form));
  }
};
document.addEventListener("DOMContentLoaded", () => giveKeys(document));
document.addEventListener("htmx:load", (event) => giveKeys(event.target));
