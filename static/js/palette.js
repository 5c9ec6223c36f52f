// The command palette #palette: typing narrows what palette-listing.js finds on the page; everything else, including
// further changes of the current ticket, is looked up on the server. The focus stays in the field, whose
// aria-activedescendant names the chosen option.
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input[role=combobox]");
const actions = dialog?.querySelector("[data-palette-actions]");
const places = dialog?.querySelector("[data-palette-places]");
const page = dialog?.querySelector("[data-palette-page]");
const others = dialog?.querySelector("[data-palette-others]");
let listed = new Map(); // options listed from the page, each with its group
let walkedTo = null;
let answeredFor = ""; // the text that was last looked up
let goesOnceFound = false; // whether Enter was pressed before there was anything to choose
const NUMBER = /^#\d+$/; // a ticket's number has to match as a whole
const options = () => [...dialog.querySelectorAll("[role=option]:not([hidden])")];
const found = () => options().filter((option) => !option.matches("[data-palette-all]")); // offered for any text
const active = () => dialog.querySelector("[aria-selected=true]:not([hidden])");

// The current ticket: that of the focused row, unless that row is the open ticket's; else the ticket of this page.
const tellTicket = () => {
  const row = document.activeElement.closest("[data-row]:not(:has(.row-link[aria-current]))");
  const numberWithVersion = (row ?? document.getElementById("ticket"))?.querySelector("input[name=ticket]")?.value ?? "";
  const ofPage = (name) => (row ? null : document.querySelector(`#ticket input[name=${name}]`)?.value) ?? "";
  const asked = { ticket: numberWithVersion, from_ticket: ofPage("from_ticket"), query: ofPage("query") };
  for (const [name, value] of Object.entries(asked)) dialog.querySelector(`input[name=${name}]`).value = value;
};

const choose = (option) => {
  for (const each of dialog.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", String(each === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
};

// Options from the page stay if every typed word starts one of their words. Those that begin with the first word come
// before the results of the search, the others after them. Until the results arrive only the former can be chosen, so
// that Enter leads to the same option however fast somebody types. The first option is chosen, or the one reached with
// the arrows.
const narrow = () => {
  const typed = field.value.trim();
  const words = unaccent(typed).split(/\s+/);
  for (const [option, group] of listed) {
    const own = ` ${unaccent(option.textContent)}`;
    option.hidden = !words.every((word) => (NUMBER.test(word) ? own.split(/[^#\d]/).includes(word) : own.includes(` ${word}`)));
    (own.startsWith(` ${words[0]}`) ? group : others).append(option);
  }
  for (const group of [actions, places, page, others]) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  if (!typed) document.getElementById("palette-found").replaceChildren();
  const all = found().length;
  dialog.querySelector("[data-palette-none]").hidden = all > 0 || (Boolean(typed) && typed !== answeredFor);
  const count = dialog.querySelector("[data-palette-count]");
  count.textContent = all === 1 ? count.dataset.one : count.dataset.many.replace("#", all);
  const walked = options().find((option) => option.textContent === walkedTo);
  const first = options().find((option) => typed === answeredFor || listed.get(option)?.contains(option));
  choose(walked ?? (typed ? first : undefined)); // Enter without any text does nothing
  if (walked) walked.scrollIntoView({ block: "nearest" });
  else dialog.querySelector("[role=listbox]").scrollTop = 0;
};

const open = () => {
  if (document.querySelector("dialog[open]")) return;
  tellTicket();
  others.replaceChildren(others.firstElementChild);
  listed = listPage();
  walkedTo = null;
  goesOnceFound = false;
  answeredFor = field.value = "";
  dialog.showModal();
  narrow();
  field.focus();
};

const go = (option) => {
  if (!option) return;
  dialog.close(); // returns the focus to where it was
  if (!pressListed(option)) option.click();
};

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]") && dialog && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    open();
  }
  const option = event.target.closest("#palette [role=option]");
  if (option && event.isTrusted) {
    if (!("press" in option.dataset || option.matches("button"))) return dialog.close();
    event.preventDefault(); // pressed by go() after closing: htmx loses track of a submit button that loses focus
    go(option);
  }
});
document.addEventListener("keydown", (event) => {
  if (!dialog || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else open();
});
field?.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.indexOf(active());
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (Math.max(at, 0) - 1 + all.length) % all.length };
  if (event.key in to && all.length) {
    choose(all[to[event.key]]);
    active().scrollIntoView({ block: "nearest" });
    walkedTo = active().textContent;
  }
  else if (event.key === "Enter") {
    const asked = (event.ctrlKey && dialog.querySelector("[data-palette-all]")) || active();
    goesOnceFound = !asked;
    go(asked);
  } else return;
  event.preventDefault();
});
field?.addEventListener("input", () => {
  walkedTo = null;
  goesOnceFound = false;
  narrow();
});
// Keeps the focus in the field, even when an option that has just appeared ignores taps.
dialog?.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".palette-options")) event.preventDefault();
});
dialog?.addEventListener("pointermove", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && option !== active()) choose(option);
});
dialog?.addEventListener("htmx:afterSettle", narrow);
dialog?.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== field) return;
  answeredFor = detail.requestConfig.parameters.get("q").trim(); // even if the look-up failed: no more will come
  if (!detail.successful && field.value.trim() === answeredFor) { // what is shown was found for other words
    document.getElementById("palette-found").replaceChildren();
    goesOnceFound = false;
  }
  narrow();
  if (goesOnceFound && dialog.open && field.value.trim() === answeredFor) {
    goesOnceFound = false;
    go(active());
  }
});
