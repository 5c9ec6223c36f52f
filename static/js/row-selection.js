// How many rows are selected; shift selects all between two; “all that fit” counts as every row.
const boxes = () => [...document.querySelectorAll("input[name=ticket][form=changes]")];
const selected = () => boxes().filter((box) => box.checked);

const showCount = () => {
  const bar = document.getElementById("changes");
  if (!bar) return;
  bar.querySelector("[data-selected-count]").textContent = bar.elements.all.checked ? "∞" : String(selected().length);
};
showCount();
document.addEventListener("change", showCount);
document.addEventListener("reset", () => setTimeout(showCount));

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("input[name=ticket][form=changes]")) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

// What a change was made of is not selected any more; what was selected since stays so when the list comes anew.
const numberOf = (box) => box.value.split("-")[0];
let sent = [];
let kept = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "changes") sent = event.detail.requestConfig.formData.has("one") ? [] : selected();
});
document.addEventListener("list-changed", () => {
  for (const box of sent) box.checked = false;
  sent = [];
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "list") kept = selected().map(numberOf);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "list") return;
  for (const box of boxes()) box.checked = kept.includes(numberOf(box));
  showCount();
});
