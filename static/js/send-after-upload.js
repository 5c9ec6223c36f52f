// What is sent while its files still go up (attachments.js) waits for them, as [data-upload-waits] says, and leaves by the
// button that was pressed. Where one does not arrive, nothing leaves, and its writer is told.
const asked = new WeakMap(); // by the paper: the button

const say = (paper, isWaiting) => {
  const line = paper.querySelector("[data-upload-waits]");
  line.textContent = isWaiting ? line.dataset.uploadWaits : "";
};

// Before htmx, which listens at the form itself. Buttons that go elsewhere than the form do not send it.
document.addEventListener("submit", (event) => {
  const paper = event.target;
  if (!paper.matches("[data-uploading]") || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked.set(paper, event.submitter);
  say(paper, true);
}, { capture: true });

document.addEventListener("uploaded", (event) => {
  const paper = event.target;
  if (!asked.has(paper)) return;
  const button = asked.get(paper);
  asked.delete(paper);
  say(paper, false);
  if (event.detail.areAllThere) {
    if (button) button.click();
    else paper.requestSubmit();
    return;
  }
  const line = document.createElement("p");
  line.className = "paper-problem";
  line.setAttribute("role", "alert");
  line.textContent = paper.querySelector("[data-upload-waits]").dataset.notSent;
  paper.querySelector("[data-files]").append(line);
});
