// [data-copy=id] copies the text of the element with that id; its [data-copied] confirms it for two seconds.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  const label = button.querySelector("[data-copied]");
  const before = label.textContent;
  label.textContent = label.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 2000);
});
