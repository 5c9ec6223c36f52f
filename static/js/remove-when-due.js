// Removes an element after as many seconds as data-remove-after says, such as an undo button that is no longer valid.
const remove = (element) => {
  const hadFocus = element.contains(document.activeElement);
  element.remove();
  if (hadFocus) document.querySelector("#ticket h1, #main h1")?.focus({ preventScroll: true });
};
const watch = () => {
  for (const element of document.querySelectorAll("[data-remove-after]")) {
    const seconds = Number(element.dataset.removeAfter);
    element.removeAttribute("data-remove-after");
    setTimeout(remove, seconds * 1000, element);
  }
};
watch();
document.addEventListener("htmx:afterSettle", watch);
