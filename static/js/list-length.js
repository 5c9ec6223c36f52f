// Reloading the list asks for as many rows as are shown. The address holds that number too, for the way back from a
// ticket.
const count = () => document.querySelectorAll("#list [data-row]").length;
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "list") event.detail.parameters.set("shown", count());
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "more") return;
  const list = new URL(document.getElementById("list").dataset.list, location.origin);
  if (location.pathname !== list.pathname) return; // the address is that of the ticket beside the list
  const address = new URL(location.href);
  address.searchParams.set("shown", count());
  document.dispatchEvent(new CustomEvent("address-replaced", { detail: { address: address.pathname + address.search } }));
});
