// Reports background requests that fail, and whether they were refused or got no response, where the results of changes
// appear (#bulk), until one succeeds. A failed [data-quiet] request, which only refreshes the page, shows that the
// connection or the session is gone instead; so does a change that waits for a connection (outbox.js). Hidden pages
// make no quiet requests.
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
const isToldInPlace = (event) => event.target.matches?.("[data-pane]"); // split-view.js reports these
const show = (event) => {
  if (isToldInPlace(event)) return;
  const status = event.detail.xhr?.status ?? 0; // 0: no response
  const isRefused = status >= 400 && status < 500; // so the server is reachable
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
  else location.reload(); // leads to the login, which returns to this page with what was sent and written
});
document.addEventListener("session-over", tellSessionIsOver);
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.failed) return; // reported just before
  noteConnection();
  document.getElementById("logged-out")?.remove();
  if (!isQuiet(event)) takeBack();
});
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", noteConnection);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event) && document.hidden) event.preventDefault();
});
