// What the command palette #palette lists from the page: elements with a key or [data-palette-action], and links.
// listPage() fills the palette's groups and returns each option with its group; pressListed() does what an option
// stands for on the page, and returns false if it stands for nothing there.
const dialog = document.getElementById("palette");
const actions = dialog?.querySelector("[data-palette-actions]");
const places = dialog?.querySelector("[data-palette-places]");
const page = dialog?.querySelector("[data-palette-page]");
const listed = new Map();
const keyless = new WeakMap(); // element to click, for options without a key
const SIGNS = "svg, .avatar, .status-dot";

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
  // An element with a shorter label for narrow windows shows only one of the two. If neither is visible, both are kept.
  const [unseen, seen] = [true, false].map((is) => parts.filter(([part]) => (getComputedStyle(part).display === "none") === is));
  if (seen.some(([part]) => part.textContent.trim())) for (const [, copy] of unseen) copy.remove();
  for (const other of shown.querySelectorAll("kbd, [hidden], .avatar")) other.remove();
  for (const part of shown.querySelectorAll(".sr-only")) part.after(" ");
  const own = element.matches("select, input, textarea") ? null : shown.textContent.trim();
  const said = own || element.ariaLabel || element.labels?.[0]?.innerText || element.placeholder || element.title || "";
  const words = said.replace(/\s+/g, " ").trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
};

// Whether the element is visible, or inside a closed details element that is.
const isOffered = (element) => {
  let seen = element;
  for (let at = element.matches("[data-palette-action]") && element; at;) {
    seen = at;
    at = at.parentElement?.closest("details:not([open])");
  }
  return !element.closest("dialog") && seen.checkVisibility({ visibilityProperty: true });
};

// Lists each key once, preferring the focused row, and divides actions on the current ticket from those on the page.
const listActions = () => {
  const row = document.activeElement.closest("[data-row]");
  const elsewhere = [...document.querySelectorAll("[data-key], [data-palette-action]")].filter((element) => !element.closest("[data-row]"));
  const found = new Map();
  for (const element of [...(row?.querySelectorAll("[data-key]") ?? []), ...elsewhere]) {
    if (!row?.contains(element) && !isOffered(element)) continue;
    const label = labelOf(element);
    const key = element.dataset.key ?? label;
    if (label && !found.has(key)) found.set(key, { element, label });
  }
  const name = row?.querySelector("b") ?? document.querySelector("#ticket h1");
  actions.querySelector("h3").textContent = `${actions.dataset.paletteActions} · ${name?.innerText.replace(/\s+/g, " ")}`;
  for (const group of [actions, page]) {
    // Links that lead away, such as back to the list, are no actions on the ticket.
    const mine = [...found.values()].filter(({ element }) => (
      Boolean(element.closest("#ticket, [data-row]")) && !element.matches("a:not([aria-haspopup], [target])")) === (group === actions));
    const made = mine.map(({ element, label }, at) => {
      const key = element.dataset.key;
      const option = optionOf(group, at, label, element.querySelector(SIGNS), key ?? "");
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

globalThis.listPage = () => {
  listed.clear();
  listActions();
  listPlaces();
  return listed;
};

globalThis.pressListed = (option) => {
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
  } else return false;
  return true;
};
