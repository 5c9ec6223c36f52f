// What has data-remove-after is removed after so many seconds, such as the button to undo what can then be undone no more.
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
