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

// Its heading counts what it came with, without what is handled by now; and no more than the whole list holds.
const showCounts = () => {
  const whole = Number(document.getElementById("list-count")?.textContent);
  for (const group of document.querySelectorAll("#list [data-urgency]")) {
    const count = group.querySelector(".row-group-title .num");
    if (!count) continue;
    count.dataset.count ??= count.textContent;
    const left = Number(count.dataset.count) - group.querySelectorAll(".row-handled").length;
    if (Number.isInteger(left)) count.textContent = Number.isInteger(whole) ? Math.min(left, whole) : left; // not of “100+”
  }
};
document.addEventListener("rows-changed", showCounts);
