// form[data-omit-empty] sends only the fields that are filled in, so that its address names what is asked for.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-omit-empty]")) return;
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
