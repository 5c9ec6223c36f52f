// In a text [data-autocompleted], a sign at the start of a word opens the list [data-autocomplete] of its form: “/” for
// canned replies, “@” for team members, as data-sign says. Typing after it narrows the list. Arrow keys choose, Enter
// or Tab inserts the choice (and fires the event “autocomplete-chosen”), Escape closes the list.
const listOf = (text) => text.form.querySelector("[data-autocomplete]");
const signOf = (text) => listOf(text).dataset.sign;
const optionsOf = (list) => [...list.querySelectorAll("[role=option]")].filter((option) => !option.hidden);
const textOf = (element) => element.closest("form").querySelector("[data-autocompleted]");
const typedIn = (text) => {
  const sign = signOf(text);
  return new RegExp(`(?:^|[\\s(])${sign}([^\\s${sign}]{0,40})$`, "u").exec(text.value.slice(0, text.selectionStart));
};

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
  text.form.querySelector("[data-open-autocomplete]").setAttribute("aria-expanded", "false");
};

const rank = (option, typed) => {
  const name = unaccent(option.querySelector("[data-autocomplete-name]").textContent);
  if (name.split(/\s+/).some((word) => word.startsWith(typed))) return 2;
  return name.includes(typed) || unaccent(option.dataset.text).includes(typed) ? 1 : 0;
};

const suggest = (text) => {
  const found = typedIn(text);
  const list = listOf(text);
  if (!found || text.hidden) return close(text);
  const typed = unaccent(found[1]);
  for (const option of list.querySelectorAll("[role=option]")) option.hidden = typed !== "" && !rank(option, typed);
  const shown = optionsOf(list);
  list.hidden = false;
  list.toggleAttribute("data-empty", Boolean(list.querySelector("[role=option]")) && !shown.length);
  text.form.querySelector("[data-open-autocomplete]").setAttribute("aria-expanded", "true");
  choose(text, shown.toSorted((one, other) => rank(other, typed) - rank(one, typed))[0]);
  htmx.trigger(list, "load-autocomplete");
  return undefined;
};

const putIn = (text, option) => {
  const found = typedIn(text);
  const end = text.selectionStart;
  const start = found ? end - found[1].length - 1 : end;
  text.setRangeText(option.dataset.text, start, end, "end");
  close(text);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.dispatchEvent(new CustomEvent("autocomplete-chosen", { bubbles: true, detail: { option, start } }));
};

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-autocompleted]")) suggest(event.target);
});
document.addEventListener("keydown", (event) => {
  const text = event.target;
  if (!text.matches?.("[data-autocompleted]") || listOf(text).hidden || event.isComposing) return;
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
  event.stopImmediatePropagation(); // otherwise Escape would leave the text
}, { capture: true });

document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-autocomplete], [data-open-autocomplete]")) event.preventDefault(); // keep the focus
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-autocomplete] [role=option]");
  const opener = event.target.closest("[data-open-autocomplete]");
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
      text.setRangeText(isAfterWord ? ` ${signOf(text)}` : signOf(text), text.selectionStart, text.selectionEnd, "end");
    }
    text.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (!event.target.closest("[data-autocompleted]")) {
    for (const text of document.querySelectorAll("[data-autocompleted]")) if (!listOf(text).hidden) close(text);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches("[data-autocomplete]")) suggest(textOf(event.target));
});
