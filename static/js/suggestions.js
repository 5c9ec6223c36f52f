// input[data-suggest] has a list of suggestions that htmx fills while typing. Arrow keys walk it, Enter or a tap takes
// a suggestion, Escape closes it; the suggestion's data-fill-… attributes fill the form's fields of those names.
let numbered = 0;
const listOf = (input) => input.parentElement.querySelector(".suggestions");
const optionsOf = (input) => [...listOf(input).querySelectorAll("[role=option]")];
const chosenOf = (input) => listOf(input).querySelector("[aria-selected=true]");

const show = (input, isOpen) => {
  const list = listOf(input);
  list.id ||= `suggestions-${++numbered}`;
  list.hidden = !isOpen;
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", isOpen);
  if (!isOpen) choose(input, null);
};

const choose = (input, option) => {
  chosenOf(input)?.setAttribute("aria-selected", "false");
  input.removeAttribute("aria-activedescendant");
  if (!option) return;
  option.id ||= `suggestion-${++numbered}`;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
};

const take = (input, option) => {
  for (const { name, value } of option.attributes) {
    const field = name.startsWith("data-fill-") && input.form.elements[name.slice("data-fill-".length)];
    if (field) field.value = value;
  }
  htmx.trigger(input, "htmx:abort"); // cancels a request for what was typed before
  show(input, false);
  input.focus();
};

const inputOf = (list) => list.matches?.(".suggestions") && list.parentElement.querySelector("[data-suggest]");

// If a new list arrives while choosing, the chosen suggestion stays chosen if it is still there.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const input = inputOf(detail.target);
  if (input) detail.target.dataset.chosen = chosenOf(input)?.textContent ?? "";
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const input = inputOf(detail.target);
  if (!input) return;
  show(input, input === document.activeElement && optionsOf(input).length > 0);
  choose(input, optionsOf(input).find((option) => !detail.target.hidden && option.textContent === detail.target.dataset.chosen));
});

// Runs before keyboard.js, for which Escape leaves the field.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-suggest]") || listOf(input).hidden) return;
  const options = optionsOf(input);
  const place = options.indexOf(chosenOf(input));
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (steps[event.key]) choose(input, options.at((Math.max(place, event.key === "ArrowUp" ? 0 : -1) + steps[event.key]) % options.length));
  else if (event.key === "Enter" && place >= 0) take(input, options[place]);
  else if (event.key === "Escape") show(input, false);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("pointerdown", (event) => {
  // Keeps the focus in the field until the click, even if the suggestion has just appeared and ignores taps.
  if (event.target.closest?.(".suggestions")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".suggestions [role=option]");
  if (option) take(option.closest(".suggesting").querySelector("[data-suggest]"), option);
});
document.addEventListener("focusout", ({ target }) => { if (target.matches?.("[data-suggest]")) show(target, false); });
