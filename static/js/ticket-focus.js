// Where the focus goes when the ticket comes anew: in the same ticket to what now bears the key of the element that held it,
// or that opened the picker it was in, or to the name that held it; in another ticket to its name, from the list as well, so
// that keys act on the ticket that is shown. Of another ticket one sees its head, however far down the one before was read.
let wasHere = false;
let wasInList = false;
let wasOnName = false;
let key = "";
let number = "";
const openerOf = (element) => document.querySelector(`[popovertarget="${element.closest("[popover]")?.id}"][data-key]`);

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.id !== "ticket") return;
  const held = document.activeElement;
  wasHere = held === document.body || Boolean(held.closest("#ticket, #bulk"));
  wasInList = Boolean(held.closest("[data-row]"));
  wasOnName = held.matches("#ticket h1");
  key = held.dataset.key ?? openerOf(held)?.dataset.key ?? "";
  number = target.dataset.number;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const ticket = event.target;
  if (ticket.id !== "ticket") return;
  const isSame = ticket.dataset.number === number;
  if (!isSame) for (const pane of [document.getElementById("desk"), document.scrollingElement]) pane.scrollTop = 0;
  const held = document.activeElement;
  const isFree = wasHere ? held === document.body : !isSame && wasInList && (held === document.body || held.closest("[data-row]"));
  if (!isFree || (isSame && !key && !wasOnName)) return;
  const element = (isSame && key && ticket.querySelector(`[data-key="${CSS.escape(key)}"]`)) || ticket.querySelector("h1");
  element.focus({ preventScroll: true });
  if (isSame && key) element.scrollIntoView({ block: "nearest" });
});
