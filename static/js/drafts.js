// What is written into [data-draft] is kept by the server at each pause, for the person who is logged in. Until that has
// taken it, and where it cannot be reached, it is kept in this tab, over a change of the page too.
// The input [data-writing] says to the others that somebody writes.
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

// Into what has just come; what stood there before is as its writer left it.
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

// By the field: what the server may have of this page, the latest last; the first is what it said that it has.
const kept = new WeakMap();
const keptOf = (field) => kept.get(field) ?? [field.defaultValue];
const MOST_KEPT = 20;

// What its writer has kept on another page since, and what is here, become one text (merge-texts.js).
const join = (field, there) => {
  if (!field.isConnected) return;
  field.form.querySelector("[data-draft-stamp]").value = there.stamp;
  const before = keptOf(field).slice(0, -1); // without what was refused
  const base = before.filter((text) => text.trim() && there.body.includes(text.trim())).at(-1) ?? before[0] ?? "";
  const [text, caret] = mergeTexts(base, field.value, there.body, field.selectionEnd);
  field.value = text;
  field.setSelectionRange(caret, caret);
  kept.set(field, [there.body]);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  stateOf(field).textContent = field.dataset.joined;
};

// The answer that said so got lost.
const takeSentAway = (field, sent) => {
  if (!field.isConnected || field.value.trim() !== sent.trim()) return;
  field.value = "";
  field.dataset.isSent = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  forget(field);
  stateOf(field).textContent = field.dataset.sentAlready;
};

const isDraft = (element) => element?.matches?.("[data-draft]");

// The answer to what was asked before a draft was kept, as a change of the ticket, may show it as it was until then. What the
// server has taken while such a one was on its way stays in this tab until that is there.
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

// While it is being sent, it is no draft any more; what was asked before comes too late for the server to keep.
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

// Before the answer is shown, so that what was taken does not come back as a draft. What is asked by no form, such as the
// next ticket, sends none.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (form?.matches?.("form") && event.detail.xhr.status < 400) drafts(form).forEach(forget);
});
document.addEventListener("submit", (event) => {
  if (!window.htmx) drafts(event.target).forEach(forget);
  // What was kept over a login is that draft as well.
  for (const kept of event.target.querySelectorAll?.("[data-kept]") ?? []) {
    for (const field of drafts()) if (sessionStorage.getItem(keyOf(field)) === kept.value) forget(field);
  }
});

document.addEventListener("DOMContentLoaded", () => restore(document));
document.addEventListener("htmx:load", (event) => restore(event.target));
document.addEventListener("click", (event) => { if (event.target.closest("[data-open-editor], [data-close-editor]")) announce(); });
