// input[data-suggest] has a list of suggestions behind it, which htmx fills while one types. Arrows walk it, Enter or a tap
// takes one and Escape closes it; what is taken fills each field of the form that it names in a data-fill-… attribute.
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
  htmx.trigger(input, "htmx:abort"); // a list for what was typed before is no longer wanted
  show(input, false);
  input.focus();
};

const inputOf = (list) => list.matches?.(".suggestions") && list.parentElement.querySelector("[data-suggest]");

// A list that comes while one is choosing keeps what was chosen, if it is still in it.
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

// Before the keyboard's own listener, for which Escape leaves the field.
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
  // So that the field keeps the focus until the click, also where what has just come takes none yet.
  if (event.target.closest?.(".suggestions")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".suggestions [role=option]");
  if (option) take(option.closest(".suggesting").querySelector("[data-suggest]"), option);
});
document.addEventListener("focusout", ({ target }) => { if (target.matches?.("[data-suggest]")) show(target, false); });
