// Where the focus goes when the part of the page that held it comes anew.
const rows = () => [...document.querySelectorAll("[data-row]")];
const addressOf = (row) => row?.querySelector(".row-link").pathname;
let row = null; // the one that had the focus last
let before = { addresses: [], at: 0 };
let wasInTicket = false;
let key = "";
let scrolled = 0;

document.addEventListener("focusin", (event) => { row = event.target.closest("[data-row]") ?? row; });

document.addEventListener("htmx:beforeSwap", (event) => {
  scrolled = scrollY;
  if (event.detail.target.id === "list") before = { addresses: rows().map(addressOf), at: Math.max(0, rows().indexOf(row)) };
  if (event.detail.target.id === "ticket") {
    wasInTicket = Boolean(document.activeElement.closest("#ticket"));
    key = document.activeElement.dataset.key ?? "";
  }
});

// A ticket that keeps its place keeps the focus; from one that went away or moved it goes on to the one that followed.
const rowToGoOnWith = () => {
  const { addresses, at } = before;
  const all = rows();
  const now = all.map(addressOf);
  const same = now.indexOf(addresses[at]);
  const kept = same >= 0 && (now[same - 1] === addresses[at - 1] || now[same + 1] === addresses[at + 1]);
  const next = [...addresses.slice(at + 1), ...addresses.slice(0, at).reverse()].find((address) => now.includes(address));
  return all[kept ? same : now.indexOf(next)] ?? all[0];
};

const show = (element) => {
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "list") {
    scrollTo(scrollX, scrolled);
    document.getElementById("news").replaceChildren(); // the list shows them now
  }
  if (document.activeElement !== document.body) return;
  if (event.target.id === "list") show(rowToGoOnWith()?.querySelector(".row-link") ?? event.target.querySelector("a"));
  if (event.target.id === "ticket" && wasInTicket) {
    const same = key && event.target.querySelector(`[data-key="${CSS.escape(key)}"]`);
    show(same || event.target.querySelector("h1"));
  }
});

// As many rows as were shown come back.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "list") event.detail.parameters.set("shown", rows().length);
});

// The address says how many rows there are, so that the way back from a ticket leads to as many, as they are then.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "more") return;
  const address = new URL(location.href);
  address.searchParams.set("shown", rows().length);
  history.replaceState(history.state, "", address);
});
