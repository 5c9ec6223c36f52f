// As many rows as were shown come back: the list asks for as many, and the address says how many there are, for the way
// back from a ticket.
const count = () => document.querySelectorAll("#list [data-row]").length;
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "list") event.detail.parameters.set("shown", count());
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "more") return;
  const list = new URL(document.getElementById("list").dataset.list, location.origin);
  if (location.pathname !== list.pathname) return; // the ticket's, beside which the list is
  const address = new URL(location.href);
  address.searchParams.set("shown", count());
  document.dispatchEvent(new CustomEvent("address-replaced", { detail: { address: address.pathname + address.search } }));
});
