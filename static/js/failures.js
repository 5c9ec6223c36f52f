// Says so when a request in the background fails.
const notice = document.getElementById("failure");
const show = () => { notice.hidden = false; };
document.addEventListener("htmx:responseError", show);
document.addEventListener("htmx:sendError", show);
document.addEventListener("htmx:afterOnLoad", () => { notice.hidden = true; });
