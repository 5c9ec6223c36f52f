// The command palette #palette: what has a key here, or [data-palette-action], and where one can go from here is on the page
// already, and listed from it; the rest, with what else can become of the ticket at hand, is looked up as one types. The focus stays in the field, which says what the arrows are at.
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input[role=combobox]");
const actions = dialog?.querySelector("[data-palette-actions]");
const places = dialog?.querySelector("[data-palette-places]");
const page = dialog?.querySelector("[data-palette-page]");
const others = dialog?.querySelector("[data-palette-others]");
const listed = new Map(); // what is listed from the page, with the group that each belongs to
const keyless = new WeakMap(); // what to click for an option that stands for no key
let walkedTo = null;
let answeredFor = ""; // what was looked up last
let goesOnceFound = false; // Enter was pressed before there was anything to choose
const NUMBER = /^#\d+$/; // of a ticket, which fits as a whole only
const SIGNS = "svg, .avatar, .status-dot";
const options = () => [...dialog.querySelectorAll("[role=option]:not([hidden])")];
const found = () => options().filter((option) => !option.matches("[data-palette-all]")); // which is offered for whatever is typed
const active = () => dialog.querySelector("[aria-selected=true]:not([hidden])");

const optionOf = (group, at, label, icon, hint) => {
  const option = document.createElement(group === places ? "a" : "div");
  option.id = `${group.firstElementChild.id}-${at}`;
  option.className = "palette-option";
  option.setAttribute("role", "option");
  option.tabIndex = -1;
  const text = document.createElement("span");
  text.className = "clip";
  text.textContent = label;
  const end = document.createElement(group === places ? "span" : "kbd");
  end.className = "hint";
  end.textContent = hint;
  const sign = icon?.cloneNode(true) ?? dialog.querySelector("[data-palette-icon]").content.cloneNode(true);
  option.append(...[sign, text, hint && end].filter(Boolean));
  listed.set(option, group);
  return option;
};

const labelOf = (element) => {
  const shown = element.cloneNode(true);
  const parts = [...element.querySelectorAll("*")].map((part, at) => [part, shown.querySelectorAll("*")[at]]);
  // Where it has a shorter label for a narrow window, only one of the two is in sight; where none is, one is as good.
  const [unseen, seen] = [true, false].map((is) => parts.filter(([part]) => (getComputedStyle(part).display === "none") === is));
  if (seen.some(([part]) => part.textContent.trim())) for (const [, copy] of unseen) copy.remove();
  for (const other of shown.querySelectorAll("kbd, [hidden], .avatar")) other.remove();
  for (const part of shown.querySelectorAll(".sr-only")) part.after(" ");
  const own = element.matches("select, input, textarea") ? null : shown.textContent.trim();
  const said = own || element.ariaLabel || element.labels?.[0]?.innerText || element.placeholder || element.title || "";
  const words = said.replace(/\s+/g, " ").trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
};

// The ticket at hand: that of the row with the focus, unless that is the open one's, else the one whose page it is.
const tellTicket = () => {
  const row = document.activeElement.closest("[data-row]:not(:has(.row-link[aria-current]))");
  const choice = (row ?? document.getElementById("ticket"))?.querySelector("input[name=ticket]")?.value ?? "";
  const ofPage = (name) => (row ? null : document.querySelector(`#ticket input[name=${name}]`)?.value) ?? "";
  const asked = { ticket: choice, from_ticket: ofPage("from_ticket"), query: ofPage("query") };
  for (const [name, value] of Object.entries(asked)) dialog.querySelector(`input[name=${name}]`).value = value;
};

// What is in sight, or folded away below something that is.
const isOffered = (element) => {
  let seen = element;
  for (let at = element.matches("[data-palette-action]") && element; at;) {
    seen = at;
    at = at.parentElement?.closest("details:not([open])");
  }
  return !element.closest("dialog") && seen.checkVisibility({ visibilityProperty: true });
};

// Each key once, that of the row with the focus before one elsewhere: what is of the ticket at hand, and what of the page.
const listActions = () => {
  const row = document.activeElement.closest("[data-row]");
  const elsewhere = [...document.querySelectorAll("[data-key], [data-palette-action]")].filter((element) => !element.closest("[data-row]"));
  const found = new Map();
  for (const element of [...(row?.querySelectorAll("[data-key]") ?? []), ...elsewhere]) {
    const isThere = row?.contains(element) || isOffered(element);
    const key = element.dataset.key ?? labelOf(element);
    if (isThere && labelOf(element) && !found.has(key)) found.set(key, element);
  }
  const name = row?.querySelector("b") ?? document.querySelector("#ticket h1");
  actions.querySelector("h3").textContent = `${actions.dataset.paletteActions} · ${name?.innerText.replace(/\s+/g, " ")}`;
  for (const group of [actions, page]) {
    // What leads away, as back to the list, is none of what can be done with the ticket.
    const mine = [...found].filter(([, element]) => (
      Boolean(element.closest("#ticket, [data-row]")) && !element.matches("a:not([aria-haspopup], [target])")) === (group === actions));
    const made = mine.map(([, element], at) => {
      const key = element.dataset.key;
      const option = optionOf(group, at, labelOf(element), element.querySelector(SIGNS), key ?? "");
      option.dataset.press = key ?? "";
      if (!key) keyless.set(option, element);
      return option;
    });
    group.replaceChildren(group.firstElementChild, ...made);
  }
};

const listPlaces = () => {
  const links = [...document.querySelectorAll(".sidebar nav a[href]")];
  const made = links.map((link, at) => {
    const shown = link.cloneNode(true);
    const count = shown.querySelector(".num");
    count?.remove();
    const option = optionOf(places, at, labelOf(shown), link.querySelector("svg"), count?.textContent ?? "");
    option.href = link.href;
    return option;
  });
  places.replaceChildren(places.firstElementChild, ...made);
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
  listed.clear();
  others.replaceChildren(others.firstElementChild);
  listActions();
  listPlaces();
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
  if (keyless.has(option)) {
    const element = keyless.get(option);
    const around = element.matches("summary") ? element.parentElement : element;
    for (let at = around; (at = at.parentElement?.closest("details"));) at.open = true;
    element.scrollIntoView({ block: "nearest" });
    element.focus();
    element.click();
  } else if (option.dataset.press) {
    const on = document.activeElement ?? document.body;
    on.dispatchEvent(new KeyboardEvent("keydown", { key: option.dataset.press, bubbles: true, cancelable: true }));
  } else option.click();
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
