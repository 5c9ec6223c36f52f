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
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "list") show(); });
show();
