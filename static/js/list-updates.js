// The link [data-list-updates] loads the list again, with new tickets at its top.
const list = () => document.getElementById("list");
let since = "";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-list-updates]");
  if (!link || !list() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  since = new URL(link.href).searchParams.get("since");
  htmx.trigger(list(), "list-stale");
});
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "list" && since) event.detail.parameters.set("since", since);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "list") return;
  document.getElementById("list-updates")?.replaceChildren(); // the list contains them now
  if (!since) return;
  since = "";
  document.querySelector(".list-body").scrollTo({ top: 0 });
  scrollTo({ top: 0 });
  list().querySelector("[data-new]")?.scrollIntoView({ block: "nearest" });
  list().querySelector(".row-link")?.focus({ preventScroll: true });
});
