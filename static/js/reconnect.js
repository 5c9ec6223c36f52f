// [data-try-again] checks the connection; if there is one, pending changes are sent and the list is loaded again. The
// page shown while offline, [data-offline-page], reloads as soon as it can.
document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-try-again]")) return;
  event.preventDefault();
  const answer = await fetch("/livez", { cache: "no-store" }).catch(() => null);
  if (!answer) return;
  dispatchEvent(new Event("online"));
  const list = document.getElementById("list");
  if (list) htmx.trigger(list, "list-stale");
});
addEventListener("online", () => {
  if (document.querySelector("[data-offline-page]")) location.reload();
});
