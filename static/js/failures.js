// Says so when a request in the background fails; one that only keeps the page fresh says that the connection is gone.
const failure = document.getElementById("failure");
const offline = document.getElementById("offline");
const loggedOut = document.getElementById("logged-out");
const isQuiet = (event) => event.target.matches?.("[data-quiet]");
const show = (event) => {
  const notice = event.detail.xhr?.status === 401 ? loggedOut : isQuiet(event) ? offline : failure;
  notice.hidden = false;
};
document.addEventListener("htmx:responseError", show);
document.addEventListener("htmx:sendError", show);
document.addEventListener("htmx:timeout", show);
document.addEventListener("htmx:afterOnLoad", (event) => { offline.hidden = loggedOut.hidden = true; if (!isQuiet(event)) failure.hidden = true; });
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", () => { offline.hidden = true; });
// A page that nobody looks at asks for nothing.
document.addEventListener("htmx:beforeRequest", (event) => { if (isQuiet(event) && document.hidden) event.preventDefault(); });
