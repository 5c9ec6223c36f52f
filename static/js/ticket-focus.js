// Where the focus goes when the ticket is replaced. Same ticket: to the element with the same key as the one that was
// focused (or as the one that opened the focused picker), else to the same slot, else to the ticket's name. Another
// ticket: to its name, even from a row of the list, so that keys act on the open ticket; it is scrolled to its top.
let wasHere = false;
let wasInRow = false;
let wasOnName = false;
let key = "";
let slot = -1; // index of the slot that was focused, or -1
let number = "";
const openerOf = (element) => document.querySelector(`[popovertarget="${element.closest("[popover]")?.id}"][data-key]`);
const slotsOf = (ticket) => [...ticket.querySelectorAll(".slot")];
const isFree = (element) => element === document.body || Boolean(element.closest("[data-row]"));

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.id !== "ticket") return;
  const held = document.activeElement;
  wasHere = held === document.body || Boolean(held.closest("#ticket, #bulk"));
  wasInRow = Boolean(held.closest("[data-row]"));
  wasOnName = held.matches("#ticket h1");
  key = held.dataset.key ?? openerOf(held)?.dataset.key ?? "";
  slot = slotsOf(target).indexOf(held);
  number = target.dataset.number;
});

const startAnother = (ticket) => {
  document.getElementById("ticket-pane").scrollTop = 0;
  scrollTo({ top: 0 });
  if ((wasHere || wasInRow) && isFree(document.activeElement)) ticket.querySelector("h1").focus({ preventScroll: true });
};
const goOnInSame = (ticket) => {
  if (!wasHere || document.activeElement !== document.body || (!key && !wasOnName)) return;
  const element = (key && ticket.querySelector(`[data-key="${CSS.escape(key)}"]`)) || slotsOf(ticket)[slot];
  (element ?? ticket.querySelector("h1")).focus({ preventScroll: true });
  if (element && !element.closest(".ticket-bar")) element.scrollIntoView({ block: "nearest" }); // the bar is always visible
};
document.addEventListener("htmx:afterSwap", (event) => {
  const ticket = event.target;
  if (ticket.id !== "ticket") return;
  if (ticket.dataset.number === number) goOnInSame(ticket);
  else startAnother(ticket);
});
