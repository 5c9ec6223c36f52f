// [data-picker] is a popover of buttons. Arrow keys walk them, as in a menu's [data-walk]. Typing into its [data-find]
// filters them; Enter there presses the first match, or [data-add] if there is none. Submitting closes the picker,
// except for [data-quiet]. A picker with [data-open] opens beside its button when it arrives, because what was typed in
// it was refused.
const optionsOf = (picker) => [...picker.querySelectorAll(".option")].filter((option) => option.checkVisibility());

const firstOf = (picker, typed) => {
  const shown = optionsOf(picker);
  return shown.find((option) => unaccent(option.textContent.trim()) === typed) ?? shown[0] ?? picker.querySelector("[data-add]");
};

const mark = (picker) => {
  const typed = unaccent(picker.querySelector("[data-find]").value.trim());
  for (const option of picker.querySelectorAll(".option")) {
    option.parentElement.hidden = !unaccent(option.textContent).includes(typed);
    delete option.dataset.first;
  }
  if (typed) firstOf(picker, typed)?.setAttribute("data-first", "");
  const add = picker.querySelector("[data-add]"); // hidden if a tag differs only in accents
  if (add) add.hidden = optionsOf(picker).some((option) => unaccent(option.textContent.trim()) === typed);
};

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-picker] [data-find]")) mark(event.target.closest("[data-picker]"));
});

const walk = (picker, step) => {
  const stops = [picker.querySelector("[data-find]"), ...optionsOf(picker)].filter(Boolean);
  const next = stops.indexOf(document.activeElement) + step;
  stops[(next + stops.length) % stops.length]?.focus();
};

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("[data-picker], [data-walk]");
  if (!picker || event.target.matches("[type=datetime-local]")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) walk(picker, step);
  else if (event.key === "Enter" && event.target.matches("[data-find]")) {
    const typed = unaccent(event.target.value.trim());
    if (typed) firstOf(picker, typed)?.click(); // without text, Enter does nothing
  } else return;
  event.preventDefault();
});

// A key may open a picker while its button is out of sight or covered. While the button settles (tap-guard.css),
// elementFromPoint returns its container.
const isInSight = (button) => {
  const box = button.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return Boolean(hit) && (button.contains(hit) || hit.contains(button));
};
let openedBy = ""; // class of the button: a picker may have a slot and a property
document.addEventListener("beforetoggle", (event) => {
  if (!event.target.matches("[data-picker]") || event.newState !== "open") return;
  openedBy = event.source?.classList[0] ?? openedBy;
  const opener = event.source ?? document.querySelector(`[popovertarget="${event.target.id}"]`);
  event.target.toggleAttribute("data-apart", Boolean(opener) && !isInSight(opener));
}, { capture: true });

// If a key opened the picker while nothing, or the ticket's name, had the focus, closing it focuses the button that
// opens it.
const isNowhere = (element) => element === document.body || element.matches("#ticket h1");
document.addEventListener("toggle", (event) => {
  if (!event.target.matches("[data-picker]") || event.newState === "open") return;
  if (!isNowhere(document.activeElement) && !event.target.contains(document.activeElement)) return;
  document.querySelector(`[popovertarget="${event.target.id}"][data-key]`)?.focus({ preventScroll: true });
}, { capture: true });

document.addEventListener("htmx:beforeRequest", (event) => {
  for (const open of document.querySelectorAll("[data-picker]:popover-open")) {
    if (open.contains(event.target) && !event.target.matches("[data-quiet]")) open.hidePopover();
  }
});

// Search results replace the list, unless somebody is walking it by now.
const pickerOf = (list) => list.closest("[data-picker]:has([data-find])");
document.addEventListener("htmx:beforeSwap", (event) => {
  if (pickerOf(event.detail.target) && event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const picker = pickerOf(event.detail.target);
  if (picker) mark(picker);
});

const openerOf = (picker) => {
  const openers = [...document.querySelectorAll(`[popovertarget="${picker.id}"]`)].filter((opener) => opener.checkVisibility());
  return openers.find((opener) => opener.classList.contains(openedBy)) ?? openers[0];
};
const open = () => {
  const picker = document.querySelector("[data-picker][data-open]");
  picker?.showPopover({ source: openerOf(picker) });
};
open();
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "ticket") open(); });
