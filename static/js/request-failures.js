// Says so when a request in the background fails, and whether it was refused or got no answer, in the place of what came of
// changes (#bulk) until one succeeds. One of [data-quiet], which only keeps the page fresh, says instead that
// the connection, or the session, is gone; so does one that is kept until there is a connection again (outbox.js). A page
// that nobody looks at makes no quiet ones.
const offline = document.getElementById("offline");
const isQuiet = (event) => event.target.matches?.("[data-quiet]");
const takeBack = () => document.getElementById("failure")?.remove();
const put = (name) => document.getElementById("bulk")?.prepend(document.getElementById(name).content.cloneNode(true));
const tell = (status) => {
  takeBack();
  put(status >= 500 ? "server-error" : status >= 400 ? "refused-request" : "failed-request");
};
const tellSessionIsOver = () => {
  if (!document.getElementById("logged-out")) put("session-over");
};
const isToldInPlace = (event) => event.target.matches?.("[data-pane]"); // see split-view.js
const show = (event) => {
  if (isToldInPlace(event)) return;
  const status = event.detail.xhr?.status ?? 0; // 0 is no answer
  const isRefused = status >= 400 && status < 500; // by a server that is there
  if (!isQuiet(event) && !event.detail.isKept) tell(status);
  else if (!isRefused || event.detail.isKept) offline.hidden = false;
};
const noteConnection = () => {
  if (!offline.hidden) document.dispatchEvent(new Event("connection-back"));
  offline.hidden = true;
};

document.addEventListener("htmx:sendError", show);
document.addEventListener("htmx:timeout", show);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) show(event);
  else if (isQuiet(event)) tellSessionIsOver();
  else location.reload(); // by way of the login, after which what was sent and written comes back with the page
});
document.addEventListener("session-over", tellSessionIsOver);
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.failed) return; // which was told right before
  noteConnection();
  document.getElementById("logged-out")?.remove();
  if (!isQuiet(event)) takeBack();
});
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", noteConnection);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event) && document.hidden) event.preventDefault();
});
