// Where the focus goes when the ticket comes anew: in the same ticket to what now bears the key of the element that held it,
// or that opened the picker it was in, or to the name that held it; in another ticket to its name.
let wasHere = false;
let wasOnName = false;
let key = "";
let number = "";
const openerOf = (element) => document.querySelector(`[popovertarget="${element.closest("[popover]")?.id}"][data-key]`);

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.id !== "ticket") return;
  const held = document.activeElement;
  wasHere = held === document.body || Boolean(held.closest("#ticket, #bulk"));
  wasOnName = held.matches("#ticket h1");
  key = held.dataset.key ?? openerOf(held)?.dataset.key ?? "";
  number = target.dataset.number;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const ticket = event.target;
  if (ticket.id !== "ticket" || !wasHere || document.activeElement !== document.body) return;
  const isSame = ticket.dataset.number === number;
  if (isSame && !key && !wasOnName) return;
  const element = (isSame && key && ticket.querySelector(`[data-key="${CSS.escape(key)}"]`)) || ticket.querySelector("h1");
  element.focus({ preventScroll: true });
  if (isSame && key) element.scrollIntoView({ block: "nearest" });
});
