// [data-progress], how far a bulk change has come, refreshes itself; the undo beside it stays in place. If refreshing
// fails, it gets [data-stalled] and shows a button to continue.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const shown = detail.requestConfig?.elt.closest("[data-progress]");
  if (!shown) return;
  if (!shown.isConnected) detail.shouldSwap = false; // something newer has replaced it
  else if (detail.serverResponse.includes("data-progress")) {
    Object.assign(detail, { target: shown, selectOverride: "[data-progress]", swapOverride: "outerHTML" });
  }
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => event.target.closest?.("[data-progress]")?.setAttribute("data-stalled", ""));
}
