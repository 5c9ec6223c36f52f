// Enter in a field of a part [data-enter-here] presses the button beside it, not the form's first one.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-enter-here] input")) return;
  event.preventDefault();
  event.target.closest("[data-enter-here]").querySelector("button").click();
});

// Ctrl+Enter, ⌘+Enter on a Mac, sends the text being written, by [data-default-submit] if there are several buttons.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    const button = event.target.form?.querySelector("[data-default-submit]");
    if (button) button.click();
    else event.target.form?.requestSubmit();
  }
});
