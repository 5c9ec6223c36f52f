// A label[data-choose-all="name"] ticks all boxes of that name in its form. It is hidden until this script runs, as it
// needs JavaScript.
const boxesOf = (label) => [...label.closest("form").elements].filter((box) => box.name === label.dataset.chooseAll);

const prepare = () => {
  for (const label of document.querySelectorAll("[data-choose-all]")) label.hidden = false;
};
prepare();
document.addEventListener("htmx:afterSettle", prepare);
document.addEventListener("change", (event) => {
  const form = event.target.form;
  const label = form?.querySelector("[data-choose-all]");
  if (!label) return;
  const all = label.querySelector("input");
  const boxes = boxesOf(label);
  if (event.target === all) for (const box of boxes) box.checked = all.checked;
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && !all.checked;
});
