// A value typed in a part [data-enter-here] of a form belongs to the buttons in that part. If it is missing (the
// field's [data-missing] is the message) or the server refuses it, the error appears there. The form's other buttons do
// not need the value.
const partOf = (element) => element?.closest?.("[data-enter-here]");
const fieldOf = (part) => part.querySelector("input:not([type=hidden])");
let told = 0; // makes the ids of messages unique

const takeBack = (part) => {
  for (const name of ["aria-invalid", "aria-describedby"]) fieldOf(part).removeAttribute(name);
  if (part.nextElementSibling?.matches("[data-told]")) part.nextElementSibling.remove();
};
const tell = (part, problem) => {
  takeBack(part);
  const line = document.createElement("p");
  told += 1;
  Object.assign(line, { className: "errorlist", role: "alert", id: `told-${told}`, textContent: problem });
  line.dataset.told = "";
  part.after(line);
  const field = fieldOf(part);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
  field.focus();
};

document.addEventListener("click", (event) => {
  const part = partOf(event.target.closest("[data-enter-here] button"));
  const missing = part && fieldOf(part).dataset.missing;
  if (!missing || fieldOf(part).value.trim()) return;
  event.preventDefault();
  tell(part, missing);
});
document.addEventListener("input", (event) => {
  const part = partOf(event.target);
  if (part) takeBack(part);
});
// Remove the messages before the next request, whose response may bring its own.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("form")) event.target.querySelectorAll("[data-enter-here]").forEach(takeBack);
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = partOf(detail.requestConfig?.triggeringEvent?.submitter);
  if (!part || detail.xhr.status !== 422 || !fieldOf(part).checkVisibility()) return; // shown as usual
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector("[data-problem]");
  if (!answer) return;
  detail.shouldSwap = false;
  tell(part, answer.textContent.trim());
});
