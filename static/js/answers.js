// A form [data-use-answer] appends its text to the reply being written. Without JavaScript, or without a composer on
// the page, the form is submitted and the server does the same.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-use-answer]");
  const text = document.getElementById("write-reply");
  if (!form || !text) return;
  event.preventDefault();
  const answer = form.dataset.useAnswer;
  const written = text.value.trimEnd();
  if (!written.includes(answer)) text.setRangeText(written ? `\n\n${answer}` : answer, written.length, text.value.length, "end");
  document.querySelector('.dock-closed [data-open-editor="reply"]').click();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}, { capture: true });
