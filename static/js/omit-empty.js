// form[data-omit-empty] leaves out empty fields, so that its address contains only what was asked for.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-omit-empty]")) return;
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
