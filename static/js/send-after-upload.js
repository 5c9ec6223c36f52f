// A form that is submitted during uploads (attachments.js) waits for them, shows [data-upload-waits], and is then sent
// with the button that was pressed. If an upload fails, nothing is sent and the writer is told.
const asked = new WeakMap(); // editor to the button pressed

const say = (editor, isWaiting) => {
  const line = editor.querySelector("[data-upload-waits]");
  line.textContent = isWaiting ? line.dataset.uploadWaits : "";
};

// Runs before htmx, which listens on the form. Buttons with a formaction of their own do not wait.
document.addEventListener("submit", (event) => {
  const editor = event.target;
  if (!editor.matches("[data-uploading]") || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked.set(editor, event.submitter);
  say(editor, true);
}, { capture: true });

document.addEventListener("uploaded", (event) => {
  const editor = event.target;
  if (!asked.has(editor)) return;
  const button = asked.get(editor);
  asked.delete(editor);
  say(editor, false);
  if (event.detail.areAllThere) {
    if (button) button.click();
    else editor.requestSubmit();
    return;
  }
  const line = document.createElement("p");
  line.className = "editor-problem";
  line.setAttribute("role", "alert");
  line.textContent = editor.querySelector("[data-upload-waits]").dataset.notSent;
  editor.querySelector("[data-files]").append(line);
});
