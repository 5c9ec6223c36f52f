// What stands in [data-held-for] can be taken back for so many seconds; then the server has let it go, and it goes, too.
const letGo = (element) => {
  const held = element.contains(document.activeElement);
  element.remove();
  if (held) document.querySelector("#ticket h1, #main h1")?.focus({ preventScroll: true });
};
const watch = () => {
  for (const element of document.querySelectorAll("[data-held-for]")) {
    const seconds = Number(element.dataset.heldFor);
    element.removeAttribute("data-held-for");
    setTimeout(letGo, seconds * 1000, element);
  }
};
watch();
document.addEventListener("htmx:afterSettle", watch);
