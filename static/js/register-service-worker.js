// Registers the service worker (service-worker.js), whose address the page names; a newer one is asked for at every visit.
const { worker } = document.documentElement.dataset;
if (worker && "serviceWorker" in navigator) {
  addEventListener("load", () => {
    navigator.serviceWorker.register(worker, { scope: "/", updateViaCache: "none" }).catch(() => {
      // Pages work without it; a private window may refuse it.
    });
  });
}
