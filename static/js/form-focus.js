// Opening a details[data-edit-fold] puts the focus into the first field of its form and scrolls all of it into view.
document.addEventListener("click", (event) => {
  const fold = event.target.closest("[data-edit-fold] > summary")?.parentElement;
  if (!fold || fold.open) return;
  fold.addEventListener("toggle", () => {
    fold.querySelector("select, input:not([type=hidden]), textarea")?.focus({ preventScroll: true });
    fold.querySelector("form").scrollIntoView({ block: "nearest" });
  }, { once: true });
});
