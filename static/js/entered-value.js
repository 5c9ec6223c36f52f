// What is typed in a part [data-enter-here] of a form is for the buttons of that part. Where it is missing, by the field's
// [data-missing], or the server refuses it, it is said there. The form has other buttons, which do not need it.
const partOf = (element) => element?.closest?.("[data-enter-here]");
const fieldOf = (part) => part.querySelector("input:not([type=hidden])");
let told = 0; // by which each has an id of its own

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
// What is asked next has an answer of its own.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("form")) event.target.querySelectorAll("[data-enter-here]").forEach(takeBack);
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = partOf(detail.requestConfig?.triggeringEvent?.submitter);
  if (!part || detail.xhr.status !== 422 || !fieldOf(part).checkVisibility()) return; // closed, it is told as any other
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector("[data-problem]");
  if (!answer) return;
  detail.shouldSwap = false;
  tell(part, answer.textContent.trim());
});
