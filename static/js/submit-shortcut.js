// Enter in a field of a part [data-enter-here] of a form presses the button beside it, and not the first one of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-enter-here] input")) return;
  event.preventDefault();
  event.target.closest("[data-enter-here]").querySelector("button").click();
});

// Ctrl+Enter, on a Mac ⌘+Enter, sends what is being written; where there are several ways to, by [data-default-submit].
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    const button = event.target.form?.querySelector("[data-default-submit]");
    if (button) button.click();
    else event.target.form?.requestSubmit();
  }
});
