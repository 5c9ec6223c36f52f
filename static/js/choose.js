// How many rows are chosen; shift chooses all between; "all that fit" counts as every row.
const boxes = () => [...document.querySelectorAll("input[name=ticket][form=changes]")];
let last = null;

const show = () => {
  const bar = document.getElementById("changes");
  if (!bar) return;
  const count = boxes().filter((box) => box.checked).length;
  const all = bar.elements.all.checked;
  bar.querySelector("[data-chosen]").textContent = all ? "∞" : String(count);
};

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
document.addEventListener("change", show);
document.addEventListener("reset", () => setTimeout(show));
// What a change was made of is not chosen any more; what was chosen since stays so when the list comes anew.
const numberOf = (box) => box.value.split("-")[0];
let sent = [];
let kept = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "changes") return;
  sent = event.detail.requestConfig.formData.has("one") ? [] : boxes().filter((box) => box.checked);
});
document.addEventListener("list-changed", () => {
  for (const box of sent) box.checked = false;
  sent = [];
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "list") kept = boxes().filter((box) => box.checked).map(numberOf);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "list") return;
  for (const box of boxes()) box.checked = kept.includes(numberOf(box));
  show();
});
show();
