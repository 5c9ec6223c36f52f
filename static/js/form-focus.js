// Whoever opens a fold [data-edit-fold] wants to fill in its form: the first field gets the focus, and all of it is in view.
document.addEventListener("click", (event) => {
  const fold = event.target.closest("[data-edit-fold] > summary")?.parentElement;
  if (!fold || fold.open) return;
  fold.addEventListener("toggle", () => {
    fold.querySelector("select, input:not([type=hidden]), textarea")?.focus({ preventScroll: true });
    fold.querySelector("form").scrollIntoView({ block: "nearest" });
  }, { once: true });
});
