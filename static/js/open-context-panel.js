// On windows wide enough for the context panel beside the ticket's text, each details[data-open-where-wide] is opened;
// see context-panel.css.
const BESIDE = matchMedia("(min-width: 1880px)");
const show = () => {
  if (!BESIDE.matches) return;
  for (const each of document.querySelectorAll("[data-open-where-wide]")) each.open = true;
};
show();
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.matches("#ticket, #ticket-pane")) show(); });
BESIDE.addEventListener("change", show);
