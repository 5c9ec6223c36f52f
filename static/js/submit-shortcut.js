// Ctrl+Enter, on a Mac ⌘+Enter, sends what is being written; where there are several ways to, by [data-default-submit].
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    const button = event.target.form?.querySelector("[data-default-submit]");
    if (button) button.click();
    else event.target.form?.requestSubmit();
  }
});
