// Files chosen in [data-attach], dropped on a paper or pasted into its text go to the draft at once, one after the other, and
// show in its [data-files]; how far one is shows in [data-upload].
const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
const paperOf = (element) => element.closest?.("[data-paper-of]");

const send = (address, file, note) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("files", file, file.name || "imagem.png");
  request.upload.addEventListener("progress", (event) => note((100 * event.loaded) / (event.total || 1)));
  request.addEventListener("load", () => resolve(request));
  request.addEventListener("error", reject);
  request.open("POST", address);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("HX-Request", "true");
  request.send(body);
});

const problem = (text) => {
  const line = document.createElement("p");
  line.className = "paper-problem";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
};

const upload = async (paper, files) => {
  const address = paper.querySelector("[data-attach]").dataset.attach;
  const shown = paper.querySelector("[data-files]");
  const bar = paper.querySelector("[data-upload]");
  const problems = [];
  for (const file of files) {
    const { maxSize, tooLarge } = paper.querySelector("[data-attach]").dataset;
    if (file.size > Number(maxSize)) {
      problems.push(problem(`${file.name}: ${tooLarge}`));
      continue;
    }
    bar.hidden = false;
    bar.querySelector("[data-upload-name]").textContent = file.name;
    try {
      const answer = await send(address, file, (percent) => { bar.querySelector("progress").value = percent; });
      if (answer.status !== 200 && answer.status !== 422) throw new Error(answer.statusText);
      shown.innerHTML = answer.responseText;
      htmx.process(shown);
      problems.push(...shown.querySelectorAll(".paper-problem"));
    } catch {
      document.getElementById("failure").hidden = false;
    }
  }
  shown.prepend(...problems);
  bar.hidden = true;
};

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-attach]")) return;
  upload(paperOf(event.target), [...event.target.files]);
  event.target.value = "";
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
