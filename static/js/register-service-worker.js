// Registers the service worker (service-worker.js), whose address is in the page, and looks for a newer one at every
// visit.
const { worker } = document.documentElement.dataset;
if (worker && "serviceWorker" in navigator) {
  addEventListener("load", () => {
    navigator.serviceWorker.register(worker, { scope: "/", updateViaCache: "none" }).catch(() => {
      // Pages work without it; private windows may refuse it.
    });
  });
}
