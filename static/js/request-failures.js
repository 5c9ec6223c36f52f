// Says so when a request in the background fails. One of [data-quiet], which only keeps the page fresh, says instead that
// the connection, or the session, is gone; so does one that is kept until there is a connection again (outbox.js). A page
// that nobody looks at makes no quiet ones.
const failure = document.getElementById("failure");
const offline = document.getElementById("offline");
const loggedOut = document.getElementById("logged-out");
const isQuiet = (event) => event.target.matches?.("[data-quiet]");
const show = (event) => { (isQuiet(event) || event.detail.isKept ? offline : failure).hidden = false; };
const noteConnection = () => {
  if (!offline.hidden) document.dispatchEvent(new Event("connection-back"));
  offline.hidden = true;
};

document.addEventListener("htmx:sendError", show);
document.addEventListener("htmx:timeout", show);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) show(event);
  else if (isQuiet(event)) loggedOut.hidden = false;
  else location.reload(); // by way of the login, after which what was sent and written comes back with the page
});
document.addEventListener("session-over", () => { loggedOut.hidden = false; });
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.failed) return; // which was told right before
  noteConnection();
  loggedOut.hidden = true;
  if (!isQuiet(event)) failure.hidden = true;
});
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", noteConnection);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event) && document.hidden) event.preventDefault();
});
