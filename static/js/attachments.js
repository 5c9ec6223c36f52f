// Files chosen in [data-attach], dropped on a paper or pasted into its text go to the draft at once, one after the other, and
// show in its [data-files]; how far one is shows in [data-upload].
const paperOf = (element) => element.closest?.("[data-paper-of]");

const problem = (text) => {
  const line = document.createElement("p");
  line.className = "paper-problem";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
};

// A failure is said, and a session that is over leads to the login, as with every request (request-failures.js).
const upload = async (paper, files) => {
  const field = paper.querySelector("[data-attach]");
  const shown = paper.querySelector("[data-files]");
  const bar = paper.querySelector("[data-upload]");
  const { attach, maxSize, tooLarge } = field.dataset;
  const problems = [];
  for (const file of files) {
    if (file.size > Number(maxSize)) {
      problems.push(problem(`${file.name}: ${tooLarge}`));
      continue;
    }
    bar.hidden = false;
    bar.querySelector("[data-upload-name]").textContent = file.name;
    const into = { source: field, target: shown, select: "unset", swap: "innerHTML", values: { files: file } };
    await htmx.ajax("POST", attach, into).catch(() => {});
    problems.push(...shown.querySelectorAll(".paper-problem"));
  }
  shown.prepend(...problems);
  bar.hidden = true;
};

document.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total } = event.detail;
  const bar = event.target.matches("[data-attach]") && paperOf(event.target)?.querySelector("[data-upload] progress");
  if (bar) bar.value = (100 * loaded) / (total || 1);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-attach]")) return;
  const files = [...event.target.files];
  event.target.value = "";
  upload(paperOf(event.target), files);
});
document.addEventListener("paste", (event) => {
  const paper = event.target.matches?.("[data-draft]") && paperOf(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!paper || !files.length) return;
  event.preventDefault();
  upload(paper, files);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const paper = paperOf(event.target);
    if (!paper || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    paper.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") upload(paper, [...event.dataTransfer.files]);
  });
}
