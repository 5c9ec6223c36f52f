// [data-try-again] asks whether there is a connection again; what waited for it then goes on, and the list is loaded anew.
// The page that stands for another one, [data-offline-page], becomes that one as soon as it can.
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
