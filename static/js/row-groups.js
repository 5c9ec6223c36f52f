// If the rows that are fetched continue the last group of the list, the two are joined under one heading.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "more") return;
  for (const group of document.querySelectorAll("#list [data-group]")) {
    const before = group.previousElementSibling;
    if (before?.dataset.group !== group.dataset.group) continue;
    before.querySelector(".row-list").append(...group.querySelector(".row-list").children);
    group.remove();
    htmx.process(before); // htmx would process the fetched group, which is gone
  }
});

// The heading counts the rows its group came with, minus those handled by now, but at most as many as the whole list.
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
