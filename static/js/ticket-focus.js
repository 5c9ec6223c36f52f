// When the ticket comes anew, the focus goes to what now bears the key of the element that held it; else to the head.
let wasInTicket = false;
let key = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "ticket") return;
  wasInTicket = Boolean(document.activeElement.closest("#ticket"));
  key = document.activeElement.dataset.key ?? "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "ticket" || !wasInTicket || document.activeElement !== document.body) return;
  const same = key && event.target.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const element = same || event.target.querySelector("h1");
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest" });
});
