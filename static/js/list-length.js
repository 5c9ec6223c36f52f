// As many rows as were shown come back: the list asks for as many, and the address says how many there are, for the way
// back from a ticket.
const count = () => document.querySelectorAll("[data-row]").length;
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "list") event.detail.parameters.set("shown", count());
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "more") return;
  const address = new URL(location.href);
  address.searchParams.set("shown", count());
  history.replaceState(history.state, "", address);
});
