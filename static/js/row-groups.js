// A group of rows that goes on in what was fetched of the list stays one, under its heading.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "more") return;
  for (const group of document.querySelectorAll("#list [data-group]")) {
    const before = group.previousElementSibling;
    if (before?.dataset.group !== group.dataset.group) continue;
    before.querySelector(".row-list").append(...group.querySelector(".row-list").children);
    group.remove();
    htmx.process(before); // which htmx would do with what it fetched, and that is gone
  }
});
