// Files chosen in [data-attach], dropped on a paper or pasted into its text go to the draft at once, one after the other, and
// show in its [data-files]; how far one is shows in [data-upload]. A paper has data-uploading for as long as some still go up,
// and gets the event "uploaded" when the last is through: whether all of them arrived, is in its detail.
const paperOf = (element) => element.closest?.("[data-paper-of]");

const problem = (text) => {
  const line = document.createElement("p");
  line.className = "paper-problem";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
};

// Whether it is there. A failure is said, and a session that is over leads to the login, as with every request
// (request-failures.js).
const send = async (field, shown, file) => {
  let isThere = false;
  const note = (event) => { isThere = Boolean(event.detail.successful); };
  field.addEventListener("htmx:afterRequest", note);
  const into = { source: field, target: shown, select: "unset", swap: "innerHTML", values: { files: file } };
  await htmx.ajax("POST", field.dataset.attach, into).catch(() => {});
  field.removeEventListener("htmx:afterRequest", note);
  return isThere;
};

// Why it is not sent at all; an empty text where it may go. A picture is written anew, and smaller, before it counts.
const refusal = (field, shown, file) => {
  const { maxSize, tooLarge, mostBytes, tooMuch } = field.dataset;
  if (file.size > Number(maxSize)) return tooLarge;
  const others = [...shown.querySelectorAll("[data-file]")].reduce((sum, one) => sum + Number(one.dataset.file), 0);
  return mostBytes && others + file.size > Number(mostBytes) && !file.type.startsWith("image/") ? tooMuch : "";
};

const upload = async (paper, files) => {
  const field = paper.querySelector("[data-attach]");
  const shown = paper.querySelector("[data-files]");
  const bar = paper.querySelector("[data-upload]");
  const problems = [];
  let areAllThere = true;
  for (const file of files) {
    const reason = refusal(field, shown, file);
    if (reason) {
      problems.push(problem(`${file.name}: ${reason}`));
      areAllThere = false;
      continue;
    }
    bar.hidden = false;
    bar.querySelector("progress").value = 0;
    bar.querySelector("[data-upload-name]").textContent = file.name;
    areAllThere = (await send(field, shown, file)) && areAllThere;
    problems.push(...shown.querySelectorAll(".paper-problem"));
  }
  shown.prepend(...problems);
  bar.hidden = true;
  return areAllThere;
};

// What is chosen while others still go up waits for those.
const queues = new WeakMap();
const enqueue = async (paper, files) => {
  if (!files.length) return;
  const before = queues.get(paper);
  const mine = (async () => {
    const wereThere = (await before) ?? true;
    return (await upload(paper, files)) && wereThere;
  })();
  queues.set(paper, mine);
  paper.dataset.uploading = "";
  const areAllThere = await mine;
  if (queues.get(paper) !== mine) return;
  queues.delete(paper);
  delete paper.dataset.uploading;
  paper.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: { areAllThere } }));
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
  enqueue(paperOf(event.target), files);
});
// A copy from Excel is text and a picture of it: the text is meant. That of files is their names.
const isTextMeant = (clipboard, files) => {
  const lines = clipboard.getData("text/plain").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  return lines.some((line) => !files.some((file) => file.name === line));
};
document.addEventListener("paste", (event) => {
  const paper = event.target.matches?.("[data-draft]") && paperOf(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!paper || !files.length || isTextMeant(event.clipboardData, files)) return;
  event.preventDefault();
  enqueue(paper, files);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const paper = paperOf(event.target);
    if (!paper || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    paper.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") enqueue(paper, [...event.dataTransfer.files]);
  });
}
