// Says so when a request in the background fails. One of [data-quiet], which only keeps the page fresh, says instead that
// the connection, or the session, is gone; and a page that nobody looks at makes none of those.
const failure = document.getElementById("failure");
const offline = document.getElementById("offline");
const loggedOut = document.getElementById("logged-out");
const isQuiet = (event) => event.target.matches?.("[data-quiet]");
const show = (event) => { (isQuiet(event) ? offline : failure).hidden = false; };

document.addEventListener("htmx:sendError", show);
document.addEventListener("htmx:timeout", show);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) show(event);
  else if (isQuiet(event)) loggedOut.hidden = false;
  else location.reload(); // by way of the login, after which what was sent and written comes back with the page
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  offline.hidden = loggedOut.hidden = true;
  if (!isQuiet(event)) failure.hidden = true;
});
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", () => { offline.hidden = true; });
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event) && document.hidden) event.preventDefault();
});
