// Shows how many rows are selected, and marks the form if all are finished, all snoozed, all one's own, or any is
// snoozed, which decides the actions offered. Shift selects a range; “the whole list” counts as every row.
const boxes = () => [...document.querySelectorAll("input[name=ticket][form=changes]")];
const selected = () => boxes().filter((box) => box.checked);
const all = () => document.querySelector("input[name=all][form=changes]");

const stateOf = (box) => {
  const row = box.closest("[data-row]");
  return row.classList.contains("row-finished") ? "finished" : row.classList.contains("row-snoozed") ? "snoozed" : "";
};
const isMine = (box) => box.closest("[data-row]").matches(".row-mine");
const showState = () => {
  const form = document.getElementById("changes");
  if (!form) return;
  const states = new Set(selected().map(stateOf));
  const ofList = all()?.checked || !states.size;
  form.toggleAttribute("data-is-mine", ofList ? "listIsMine" in form.dataset : selected().every(isMine));
  form.dataset.selected = ofList ? form.dataset.ofList : states.size === 1 ? [...states][0] : "";
  const shown = all()?.checked ? boxes() : selected();
  form.toggleAttribute("data-has-snoozed", form.dataset.selected === "snoozed" || shown.some((box) => stateOf(box) === "snoozed"));
};

const showCount = () => {
  showState();
  const count = all()?.checked ? document.getElementById("list-count").textContent : String(selected().length);
  for (const text of document.querySelectorAll("[data-selected-count]")) {
    text.textContent = count === "1" ? text.dataset.one : text.dataset.many.replace("#", count);
  }
};
showCount();
document.addEventListener("change", showCount);
document.addEventListener("reset", () => setTimeout(showCount));
document.addEventListener("rows-changed", showCount);

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("input[name=ticket][form=changes]")) return;
  const shown = boxes();
  if (event.shiftKey && last && shown.includes(last)) {
    const [from, to] = [shown.indexOf(last), shown.indexOf(box)].sort((a, b) => a - b);
    for (const between of shown.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

// Rows that a change was made to are deselected; rows selected since stay selected when the list is loaded again.
const numberOf = (box) => box.value.split("-")[0];
let sent = [];
let kept = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "changes") return;
  sent = event.detail.requestConfig.formData.has("one") ? [] : [...selected(), all()].map((box) => box.value);
});
document.addEventListener("list-changed", () => {
  if (sent.length) all().checked = false;
  for (const box of boxes()) if (sent.includes(box.value)) box.checked = false;
  sent = [];
  showCount();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "list") kept = selected().map(numberOf);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.matches("#list, .list-body")) return;
  for (const box of boxes()) box.checked ||= kept.includes(numberOf(box));
  showCount();
});
