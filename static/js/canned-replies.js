// In a text [data-takes-canned], “/” at the beginning of a word offers the canned replies [data-canned]; what is typed after it
// leaves those that have it. Arrow keys choose, Enter or Tab puts one in, Escape leaves the text as it is.
const SLASH = /(?:^|\s)\/([^\s/]{0,40})$/u;
const VARIABLE = /\{[a-z][a-z_]{1,29}\}/g;
const plain = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
const listOf = (text) => text.form.querySelector("[data-canned]");
const optionsOf = (list) => [...list.querySelectorAll("[role=option]")].filter((option) => !option.hidden);
const textOf = (element) => element.closest("form").querySelector("[data-takes-canned]");
const typedIn = (text) => SLASH.exec(text.value.slice(0, text.selectionStart));

const choose = (text, option) => {
  const list = listOf(text);
  for (const other of list.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", option.id);
  } else text.removeAttribute("aria-activedescendant");
};

const close = (text) => {
  listOf(text).hidden = true;
  choose(text, null);
  text.form.querySelector("[data-open-canned]").setAttribute("aria-expanded", "false");
};

const rank = (option, typed) => {
  const name = plain(option.querySelector("[data-canned-name]").textContent);
  if (name.split(/\s+/).some((word) => word.startsWith(typed))) return 2;
  return name.includes(typed) || plain(option.dataset.text).includes(typed) ? 1 : 0;
};

const offer = (text) => {
  const found = typedIn(text);
  const list = listOf(text);
  if (!found || text.hidden) return close(text);
  const typed = plain(found[1]);
  for (const option of list.querySelectorAll("[role=option]")) option.hidden = typed !== "" && !rank(option, typed);
  const shown = optionsOf(list);
  list.hidden = false;
  list.toggleAttribute("data-empty", Boolean(list.querySelector("[role=option]")) && !shown.length);
  text.form.querySelector("[data-open-canned]").setAttribute("aria-expanded", "true");
  choose(text, shown.toSorted((one, other) => rank(other, typed) - rank(one, typed))[0]);
  htmx.trigger(list, "load-canned");
  return undefined;
};

const markUnresolved = (text) => {
  const names = [...new Set(text.value.match(VARIABLE) ?? [])];
  const line = text.form.querySelector("[data-unresolved]");
  line.hidden = !names.length;
  line.querySelector("[data-unresolved-names]").textContent = names.join(", ");
};

const putIn = (text, option) => {
  const found = typedIn(text);
  const end = text.selectionStart;
  const start = found ? end - found[1].length - 1 : end;
  text.setRangeText(option.dataset.text, start, end, "end");
  const used = text.form.querySelector("[data-canned-used]");
  used.value = [used.value, option.dataset.cannedReply].filter(Boolean).join(",");
  close(text);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
  // What could not be filled in is to be written over.
  const open = option.dataset.text.search(VARIABLE);
  if (open >= 0) text.setSelectionRange(start + open, start + open + option.dataset.text.match(VARIABLE)[0].length);
};

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-takes-canned]")) return;
  markUnresolved(event.target);
  offer(event.target);
});
document.addEventListener("keydown", (event) => {
  const text = event.target;
  if (!text.matches?.("[data-takes-canned]") || listOf(text).hidden || event.isComposing) return;
  const list = listOf(text);
  const shown = optionsOf(list);
  const now = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (step && shown.length) choose(text, shown[(now + step + shown.length) % shown.length]);
  else if ((event.key === "Enter" || event.key === "Tab") && isPlain && shown[now]) putIn(text, shown[now]);
  else if (event.key === "Escape") close(text);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation(); // which would leave the text
}, { capture: true });

document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-canned], [data-open-canned]")) event.preventDefault(); // the text keeps the focus
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-canned] [role=option]");
  const opener = event.target.closest("[data-open-canned]");
  if (option) putIn(textOf(option), option);
  else if (opener) {
    const text = textOf(opener);
    if (!listOf(text).hidden) {
      close(text);
      return;
    }
    text.focus();
    if (!typedIn(text)) {
      const isAfterWord = /\S$/u.test(text.value.slice(0, text.selectionStart));
      text.setRangeText(isAfterWord ? " /" : "/", text.selectionStart, text.selectionEnd, "end");
    }
    text.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (!event.target.closest("[data-takes-canned]")) {
    for (const text of document.querySelectorAll("[data-takes-canned]")) if (!listOf(text).hidden) close(text);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches("[data-canned]")) offer(textOf(event.target));
});
const markAll = () => { for (const text of document.querySelectorAll("[data-takes-canned]")) markUnresolved(text); };
document.addEventListener("DOMContentLoaded", markAll);
document.addEventListener("htmx:load", markAll);
