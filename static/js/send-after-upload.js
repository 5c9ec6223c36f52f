// What is sent while its files still go up (attachments.js) waits for them, as [data-upload-waits] says, and leaves by the
// button that was pressed. Where one does not arrive, nothing leaves, and its writer is told.
const asked = new WeakMap(); // by the editor: the button

const say = (editor, isWaiting) => {
  const line = editor.querySelector("[data-upload-waits]");
  line.textContent = isWaiting ? line.dataset.uploadWaits : "";
};

// Before htmx, which listens at the form itself. Buttons that go elsewhere than the form do not send it.
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
