// Files that are chosen in [data-attach], dropped on an editor or pasted into its text are uploaded to the draft at
// once, one by one, and listed in [data-files]; [data-upload] shows the progress. An editor has data-uploading while
// uploads are running, and gets the event "uploaded" after the last one; its detail says whether all of them succeeded.
const editorOf = (element) => element.closest?.("[data-editor-of]");

const problem = (text) => {
  const line = document.createElement("p");
  line.className = "editor-problem";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
};

// Resolves to whether the upload succeeded. As with every request, request-failures.js reports failures, and redirects
// to the login if the session has expired.
const send = async (field, shown, file) => {
  let isThere = false;
  const note = (event) => { isThere = Boolean(event.detail.successful); };
  field.addEventListener("htmx:afterRequest", note);
  const into = { source: field, target: shown, select: "unset", swap: "innerHTML", values: { files: file } };
  await htmx.ajax("POST", field.dataset.attach, into).catch(() => {});
  field.removeEventListener("htmx:afterRequest", note);
  return isThere;
};

// Why the file cannot be uploaded, or an empty text if it can. Pictures are exempt from the total limit, because the
// server shrinks them before it counts their size.
const refusal = (field, shown, file) => {
  const { maxSize, tooLarge, mostBytes, tooMuch } = field.dataset;
  if (file.size > Number(maxSize)) return tooLarge;
  const others = [...shown.querySelectorAll("[data-file]")].reduce((sum, one) => sum + Number(one.dataset.file), 0);
  return mostBytes && others + file.size > Number(mostBytes) && !file.type.startsWith("image/") ? tooMuch : "";
};

const upload = async (editor, files) => {
  const field = editor.querySelector("[data-attach]");
  const shown = editor.querySelector("[data-files]");
  const bar = editor.querySelector("[data-upload]");
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
    problems.push(...shown.querySelectorAll(".editor-problem"));
  }
  shown.prepend(...problems);
  bar.hidden = true;
  return areAllThere;
};

// Files that are chosen during an upload wait for it to finish.
const queues = new WeakMap();
const enqueue = async (editor, files) => {
  if (!files.length) return;
  const before = queues.get(editor);
  const mine = (async () => {
    const wereThere = (await before) ?? true;
    return (await upload(editor, files)) && wereThere;
  })();
  queues.set(editor, mine);
  editor.dataset.uploading = "";
  const areAllThere = await mine;
  if (queues.get(editor) !== mine) return;
  queues.delete(editor);
  delete editor.dataset.uploading;
  editor.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: { areAllThere } }));
};

document.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total } = event.detail;
  const bar = event.target.matches("[data-attach]") && editorOf(event.target)?.querySelector("[data-upload] progress");
  if (bar) bar.value = (100 * loaded) / (total || 1);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-attach]")) return;
  const files = [...event.target.files];
  event.target.value = "";
  enqueue(editorOf(event.target), files);
});
// Excel copies cells as text and as a picture, and the text is what is meant. Copied files come with their names as
// text.
const isTextMeant = (clipboard, files) => {
  const lines = clipboard.getData("text/plain").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  return lines.some((line) => !files.some((file) => file.name === line));
};
document.addEventListener("paste", (event) => {
  const editor = event.target.matches?.("[data-draft]") && editorOf(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!editor || !files.length || isTextMeant(event.clipboardData, files)) return;
  event.preventDefault();
  enqueue(editor, files);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const editor = editorOf(event.target);
    if (!editor || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    editor.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") enqueue(editor, [...event.dataTransfer.files]);
  });
}
