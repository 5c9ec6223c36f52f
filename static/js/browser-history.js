// The address and the way back. htmx keeps no copies of pages (its history is off, in document.html): what it would push or
// replace is written here. The way back opens a ticket where it was, closes it, or loads the page.
const TICKET = /^\/t\/[^/]+\/tickets\/\d+\/$/;
const LEFT_OUT = ["shown", "changed", "since"]; // what an address of the list says of the moment
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
  // Beside an open ticket another list was asked for: the ticket's address says so.
  const stays = TICKET.test(location.pathname) && !TICKET.test(url.pathname);
  const asked = url.search ? `?in=${encodeURIComponent(url.search.slice(1))}` : "";
  write("replaceState", stays ? location.pathname + asked : url.pathname + url.search);
});
document.addEventListener("address-pushed", (event) => write("pushState", event.detail.address));
document.addEventListener("address-replaced", (event) => write("replaceState", event.detail.address));

addEventListener("popstate", () => {
  const address = location.pathname + location.search;
  if (address === shown) return; // only the part behind the # is another
  shown = address;
  const list = document.getElementById("list");
  if (TICKET.test(location.pathname) && document.getElementById("ticket-pane")) {
    document.dispatchEvent(new CustomEvent("open-ticket", { detail: { address } }));
  } else if (list && question(list.dataset.list) === question(address)) document.dispatchEvent(new Event("close-ticket"));
  else location.reload();
});
