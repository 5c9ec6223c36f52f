// A button of a part [data-enter-here] of a form needs what is typed beside it: where that is missing, it says so there, by the
// field's [data-missing]. The form has other buttons, which do not need it.
const takeBack = (field) => {
  field.removeAttribute("aria-invalid");
  field.closest("[data-enter-here]").parentElement.querySelector("[data-told-missing]")?.remove();
};
document.addEventListener("click", (event) => {
  const field = event.target.closest("[data-enter-here] button")?.closest("[data-enter-here]").querySelector("[data-missing]");
  if (!field || field.value.trim()) return;
  event.preventDefault();
  takeBack(field);
  const told = document.createElement("p");
  told.className = "errorlist";
  told.setAttribute("role", "alert");
  told.dataset.toldMissing = "";
  told.textContent = field.dataset.missing;
  field.closest("[data-enter-here]").after(told);
  field.setAttribute("aria-invalid", "true");
  field.focus();
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-enter-here] [data-missing]")) takeBack(event.target);
});
