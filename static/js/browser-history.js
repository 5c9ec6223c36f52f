// Address and browser history. htmx's own history is off (document.html), so what it would push or replace is written
// here. Going back opens the earlier ticket in its pane, closes the ticket, or loads the page.
const TICKET = /^\/t\/[^/]+\/tickets\/\d+\/$/;
const LEFT_OUT = ["shown", "changed", "since"]; // parameters of the list's address that are only valid for the moment
let shown = location.pathname + location.search;

const write = (how, path) => {
  if (path !== shown) history[how](null, "", path);
  shown = location.pathname + location.search;
};
const question = (address) => {
  const url = new URL(address, location.origin);
  for (const name of LEFT_OUT) url.searchParams.delete(name);
  return url.pathname + url.search;
};

document.addEventListener("htmx:pushedIntoHistory", (event) => write("pushState", event.detail.path));
document.addEventListener("htmx:replacedInHistory", (event) => {
  const url = new URL(event.detail.path, location.origin);
  // If another list is loaded beside an open ticket, the ticket's address records that list.
  const stays = TICKET.test(location.pathname) && !TICKET.test(url.pathname);
  const asked = url.search ? `?in=${encodeURIComponent(url.search.slice(1))}` : "";
  write("replaceState", stays ? location.pathname + asked : url.pathname + url.search);
});
document.addEventListener("address-pushed", (event) => write("pushState", event.detail.address));
document.addEventListener("address-replaced", (event) => write("replaceState", event.detail.address));

addEventListener("popstate", () => {
  const address = location.pathname + location.search;
  if (address === shown) return; // only the fragment differs
  shown = address;
  const list = document.getElementById("list");
  if (TICKET.test(location.pathname) && document.getElementById("ticket-pane")) {
    document.dispatchEvent(new CustomEvent("open-ticket", { detail: { address } }));
  } else if (list && question(list.dataset.list) === question(address)) document.dispatchEvent(new Event("close-ticket"));
  else location.reload();
});
