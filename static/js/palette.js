// The command palette #palette: what palette-listing.js finds on the page is narrowed as one types; the rest, with what else can
// become of the ticket at hand, is looked up. The focus stays in the field, which says what the arrows are at.
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input[role=combobox]");
const actions = dialog?.querySelector("[data-palette-actions]");
const places = dialog?.querySelector("[data-palette-places]");
const page = dialog?.querySelector("[data-palette-page]");
const others = dialog?.querySelector("[data-palette-others]");
let listed = new Map(); // what is listed from the page, with the group that each belongs to
let walkedTo = null;
let answeredFor = ""; // what was looked up last
let goesOnceFound = false; // Enter was pressed before there was anything to choose
const NUMBER = /^#\d+$/; // of a ticket, which fits as a whole only
const options = () => [...dialog.querySelectorAll("[role=option]:not([hidden])")];
const found = () => options().filter((option) => !option.matches("[data-palette-all]")); // which is offered for whatever is typed
const active = () => dialog.querySelector("[aria-selected=true]:not([hidden])");

// The ticket at hand: that of the row with the focus, unless that is the open one's, else the one whose page it is.
const tellTicket = () => {
  const row = document.activeElement.closest("[data-row]:not(:has(.row-link[aria-current]))");
  const choice = (row ?? document.getElementById("ticket"))?.querySelector("input[name=ticket]")?.value ?? "";
  const ofPage = (name) => (row ? null : document.querySelector(`#ticket input[name=${name}]`)?.value) ?? "";
  const asked = { ticket: choice, from_ticket: ofPage("from_ticket"), query: ofPage("query") };
  for (const [name, value] of Object.entries(asked)) dialog.querySelector(`input[name=${name}]`).value = value;
};

const choose = (option) => {
  for (const each of dialog.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", String(each === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
};

// Of what is listed from the page, that which has a word that begins so for each that is typed. It stands before what is found
// where its name begins so, and else after it. Until that is found nothing else is chosen, so that Enter leads to the same,
// however quick one is. The first is chosen, or the one that the arrows went to.
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
  choose(walked ?? (typed ? first : undefined)); // Enter alone does nothing
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
  dialog.close(); // which gives the focus back to what had it
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
    event.preventDefault(); // once the palette is closed: htmx forgets the button that was pressed when the focus leaves it
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
// The field keeps the focus, also where what has just come takes no tap yet.
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
  answeredFor = detail.requestConfig.parameters.get("q").trim(); // or asked in vain, and there is no more to come
  if (!detail.successful && field.value.trim() === answeredFor) { // what stands there was found for other words
    document.getElementById("palette-found").replaceChildren();
    goesOnceFound = false;
  }
  narrow();
  if (goesOnceFound && dialog.open && field.value.trim() === answeredFor) {
    goesOnceFound = false;
    go(active());
  }
});
