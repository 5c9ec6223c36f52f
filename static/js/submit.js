// A form with data-submit-on-change goes off when a field changes; its button is for those without JavaScript.
const prepare = (root) => {
  for (const form of root.querySelectorAll("form[data-submit-on-change]")) {
    form.querySelector("[data-submit]")?.setAttribute("hidden", "");
  }
};
prepare(document);
document.addEventListener("htmx:load", (event) => prepare(event.target));
document.addEventListener("change", (event) => {
  if (event.target.type === "search") return; // it was looked for while it was typed
  event.target.closest("form[data-submit-on-change]")?.requestSubmit();
});
// A form that leads to another page is sent once, however often its button is pressed while the line is slow.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent; });
// Ctrl+Enter sends what is being written.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form?.requestSubmit();
  }
});
// An address that names only what is asked for.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-lean]")) return;
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
