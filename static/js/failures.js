// Says so when a request in the background fails; one that only keeps the page fresh says that the connection is gone.
const failure = document.getElementById("failure");
const offline = document.getElementById("offline");
const loggedOut = document.getElementById("logged-out");
const isQuiet = (event) => event.target.matches?.("[data-quiet]");
const show = (event) => { (isQuiet(event) ? offline : failure).hidden = false; };
document.addEventListener("htmx:responseError", (event) => {
  // The session is over. What somebody sent goes by way of the login, and what was written comes back with the page.
  if (event.detail.xhr.status !== 401) show(event);
  else if (isQuiet(event)) loggedOut.hidden = false;
  else location.reload();
});
document.addEventListener("htmx:sendError", show);
document.addEventListener("htmx:timeout", show);
document.addEventListener("htmx:afterOnLoad", (event) => { offline.hidden = loggedOut.hidden = true; if (!isQuiet(event)) failure.hidden = true; });
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", () => { offline.hidden = true; });
// A page that nobody looks at asks for nothing.
document.addEventListener("htmx:beforeRequest", (event) => { if (isQuiet(event) && document.hidden) event.preventDefault(); });
