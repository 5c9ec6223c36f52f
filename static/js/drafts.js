// The server saves the text of [data-draft] for the logged-in person whenever they pause. Until it has, or while it
// cannot be reached, the text is kept in this tab, also across page loads. The input [data-writing] tells others that
// somebody is writing.
const keyOf = (field) => `draft:${document.body.dataset.person}:${location.pathname}:${field.dataset.draft}`;
const forget = (field) => sessionStorage.removeItem(keyOf(field));
const drafts = (root = document) => [...(root.querySelectorAll?.("[data-draft]") ?? [])];
const stateOf = (field) => document.getElementById(`draft-state-${field.dataset.draft}`);

const announce = () => {
  const state = document.querySelector("[data-writing]");
  const isWriting = drafts().some((field) => field.value.trim() && field.closest("[data-dock]")?.dataset.editor) ? "1" : "0";
  if (!state || state.value === isWriting) return;
  state.value = isWriting;
  document.getElementById("presence").dispatchEvent(new Event("writing"));
};

// Restores only into new content: fields that were on the page before already have what was last typed.
const restore = (root) => {
  for (const field of drafts(root)) {
    const kept = sessionStorage.getItem(keyOf(field));
    if (kept === null) continue;
    if (kept === field.value) forget(field);
    else if (!field.closest("form").querySelector(".editor-problem[role], .newer-messages")) {
      field.value = kept;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  announce();
};

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]")) return;
  sessionStorage.setItem(keyOf(event.target), event.target.value);
  stateOf(event.target).textContent = "";
  announce();
});

// Per field: the texts that the server may have from this page, latest last. The first is the one it last confirmed.
const kept = new WeakMap();
const keptOf = (field) => kept.get(field) ?? [field.defaultValue];
const MOST_KEPT = 20;

// Merges the text here with what the same person has saved from another page since (merge-texts.js).
const join = (field, there) => {
  if (!field.isConnected) return;
  field.form.querySelector("[data-draft-stamp]").value = there.stamp;
  const before = keptOf(field).slice(0, -1); // without the text that was just refused
  const base = before.filter((text) => text.trim() && there.body.includes(text.trim())).at(-1) ?? before[0] ?? "";
  const [text, caret] = mergeTexts(base, field.value, there.body, field.selectionEnd);
  field.value = text;
  field.setSelectionRange(caret, caret);
  kept.set(field, [there.body]);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  stateOf(field).textContent = field.dataset.joined;
};

// The text was sent already, but the response that said so got lost.
const takeSentAway = (field, sent) => {
  if (!field.isConnected || field.value.trim() !== sent.trim()) return;
  field.value = "";
  field.dataset.isSent = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  forget(field);
  stateOf(field).textContent = field.dataset.sentAlready;
};

const isDraft = (element) => element?.matches?.("[data-draft]");

// The response to a request made before a draft was saved, such as a change of the ticket, may contain the older draft.
// So texts that the server saves while such a request is pending stay in this tab until its response arrives.
const others = new Set();
const taken = new Set();
const forgetTaken = () => {
  for (const [field, text] of taken) if (field.isConnected && field.value === text) forget(field);
  taken.clear();
};
document.addEventListener("htmx:beforeSend", (event) => {
  if (!isDraft(event.detail.elt)) others.add(event.detail.xhr);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (others.delete(event.detail.xhr) && !others.size) forgetTaken();
});

// A text being sent is no longer a draft: pending saves are aborted, as they would reach the server too late.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (isDraft(elt)) {
    const isNothing = "isSent" in elt.dataset && !elt.value;
    delete elt.dataset.isSent;
    if (isNothing || "sending" in elt.form.dataset) event.preventDefault();
    else kept.set(elt, [...keptOf(elt), elt.value].slice(-MOST_KEPT));
  }
  if (!elt.matches?.("form")) return;
  for (const field of drafts(elt)) htmx.trigger(field, "htmx:abort");
  if (drafts(elt).length) elt.dataset.sending = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, requestConfig } = event.detail;
  delete elt.dataset?.sending;
  if (!isDraft(elt)) return;
  const sent = requestConfig.formData.get("body");
  if (xhr.status === 200) kept.set(elt, [sent]);
  if (xhr.status === 200 && sent === elt.value.replaceAll("\r\n", "\n")) {
    taken.add([elt, elt.value]);
    if (!others.size) forgetTaken();
  }
  if (xhr.status === 409) {
    const there = JSON.parse(xhr.responseText);
    if (there.is_sent) takeSentAway(elt, sent);
    else join(elt, there);
  } else if (xhr.status !== 200 && elt.isConnected) stateOf(elt).textContent = elt.dataset.failed;
});

// Runs before the response is shown, so that a text that was sent does not come back as a draft. Requests that come
// from no form, such as one for the next ticket, send none.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (form?.matches?.("form") && event.detail.xhr.status < 400) drafts(form).forEach(forget);
});
document.addEventListener("submit", (event) => {
  if (!window.htmx) drafts(event.target).forEach(forget);
  // A text that was kept during a login is the same draft.
  for (const kept of event.target.querySelectorAll?.("[data-kept]") ?? []) {
    for (const field of drafts()) if (sessionStorage.getItem(keyOf(field)) === kept.value) forget(field);
  }
});

document.addEventListener("DOMContentLoaded", () => restore(document));
document.addEventListener("htmx:load", (event) => restore(event.target));
document.addEventListener("click", (event) => { if (event.target.closest("[data-open-editor], [data-close-editor]")) announce(); });
