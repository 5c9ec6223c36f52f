// How far a change of many is comes anew by itself, [data-progress]; what stands beside it, its undo, stays under the hand.
// Where that fails it is [data-stalled], and has a button to go on.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const shown = detail.requestConfig?.elt.closest("[data-progress]");
  if (!shown) return;
  if (!shown.isConnected) detail.shouldSwap = false; // something newer is told in its place
  else if (detail.serverResponse.includes("data-progress")) {
    Object.assign(detail, { target: shown, selectOverride: "[data-progress]", swapOverride: "outerHTML" });
  }
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => event.target.closest?.("[data-progress]")?.setAttribute("data-stalled", ""));
}
