// If the response to a form [data-editor-of] gets lost, its key is kept in this tab, also across page loads. As long as
// its text is the same, the server recognizes the key and does not send it twice.
const keyOf = (form) => `sent:${document.body.dataset.person}:${location.pathname}:${form.dataset.editorOf}`;
const wordsOf = (form) => form.querySelector("[data-draft]").value.trim();
const isEditor = (element) => element?.matches?.("[data-editor-of]");

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!isEditor(form)) return;
  sessionStorage.setItem(keyOf(form), JSON.stringify({ key: form.elements.form_key.value, words: wordsOf(form) }));
});
// Any response means that the form arrived, except a server error, which may have happened after the text was sent.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (isEditor(form) && event.detail.xhr.status < 500) sessionStorage.removeItem(keyOf(form));
});

// Runs after drafts.js, which restores the text.
const giveKeys = (root) => {
  for (const form of root.querySelectorAll?.("[data-editor-of]") ?? []) {
    const sent = JSON.parse(sessionStorage.getItem(keyOf(form)));
    if (sent?.words === wordsOf(form)) form.elements.form_key.value = sent.key;
    else if (sent) sessionStorage.removeItem(keyOf(form));
  }
};
document.addEventListener("DOMContentLoaded", () => giveKeys(document));
document.addEventListener("htmx:load", (event) => giveKeys(event.target));
