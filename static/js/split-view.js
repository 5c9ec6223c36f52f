// From 1280 px, list and ticket stand side by side: a link to a ticket opens it there, and its row is marked. A
// ticket's page loads the list only if there is room for it.
const WIDE = matchMedia("(min-width: 1280px)");
const TICKET = /^\/t\/[^/]+\/tickets\/\d+\/$/;
const byId = (id) => document.getElementById(id);
const currentLink = () => document.querySelector("[data-row] .row-link[aria-current]");
const focusOn = (element) => element?.focus({ preventScroll: true });

// If the list cannot be loaded, its pane says so, and tries again by its button or once there is a connection.
const loadList = async () => {
  const pane = document.querySelector("[data-pane]");
  if (!pane || !WIDE.matches || pane.matches(".htmx-request")) return;
  const loading = pane.querySelector(".list-loading");
  const failed = pane.querySelector(".list-failed");
  const wasInPane = pane.contains(document.activeElement);
  [loading.hidden, failed.hidden] = [false, true];
  await htmx.ajax("GET", pane.dataset.pane, { source: pane, target: pane, swap: "innerHTML show:none" }).catch(() => null);
  const isThere = !loading.isConnected;
  [loading.hidden, failed.hidden] = [true, false];
  if (isThere) delete pane.dataset.pane;
  if (wasInPane) focusOn(pane.querySelector(isThere ? ".row-link" : "[data-load-list]"));
};

// Beside a ticket, the list's title is not the main heading of the page.
const nameList = () => {
  const title = byId("list-title");
  const level = byId("ticket") ? "H2" : "H1";
  if (!title || title.tagName === level) return;
  const named = document.createElement(level);
  for (const { name, value } of title.attributes) named.setAttribute(name, value);
  named.append(...title.childNodes);
  title.replaceWith(named);
};

const mark = () => {
  const before = currentLink();
  for (const link of document.querySelectorAll("#list .row-link")) {
    if (byId("ticket") && link.pathname === location.pathname) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  nameList();
  if (currentLink() !== before) currentLink()?.scrollIntoView({ block: "nearest" });
};

// Focuses the head of the new ticket, unless the focus was in the previous one; then ticket-focus.js decides.
const open = async (address, push = true) => {
  const ticket = byId("ticket");
  const wasInTicket = Boolean(ticket?.contains(document.activeElement));
  await htmx.ajax("GET", address, {
    source: "#opener",
    target: ticket ?? "#ticket-pane",
    select: "#ticket",
    swap: `${ticket ? "outerHTML" : "innerHTML"} show:none`,
    push: push ? "true" : "false",
  });
  if (byId("ticket") === ticket) return; // it could not be loaded
  mark();
  if (!wasInTicket) focusOn(byId("ticket").querySelector("h1"));
};

const close = () => {
  const link = currentLink();
  byId("ticket-pane").replaceChildren(byId("no-ticket").content.cloneNode(true));
  mark();
  document.dispatchEvent(new Event("ticket-closed"));
  focusOn(link ?? document.querySelector("[data-row] .row-link"));
};

document.addEventListener("DOMContentLoaded", () => { loadList(); mark(); });
WIDE.addEventListener("change", loadList);
document.addEventListener("connection-back", loadList);
document.addEventListener("htmx:afterSettle", mark);
document.addEventListener("open-ticket", ({ detail }) => open(detail.address, detail.push ?? false));
document.addEventListener("close-ticket", close);

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-load-list]")) loadList();
  const link = event.target.closest?.("a[href]");
  const isPlain = !(event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || link.target || !WIDE.matches || !byId("ticket-pane")) return;
  const address = new URL(link.href);
  const list = byId("list")?.dataset.list;
  if (address.origin !== location.origin) return;
  if (TICKET.test(address.pathname)) {
    event.preventDefault();
    const question = new URL(list ?? "", location.origin).search.slice(1);
    if (question && !address.searchParams.has("in")) address.searchParams.set("in", question);
    open(address.pathname + address.search);
  } else if (link.closest("#ticket") && list === address.pathname + address.search) {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("address-pushed", { detail: { address: list } }));
    close();
  }
});
