// Where the focus goes when the list that held it comes anew: a ticket that keeps its place keeps the focus; from one that
// went away or moved, it goes on to the one that followed.
const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => row?.querySelector(".row-link");
let focused = null; // the row that had the focus last
let before = { addresses: [], at: 0, scroll: 0 };

const rowToGoOnWith = () => {
  const { addresses, at } = before;
  const all = rows();
  const now = all.map((row) => linkOf(row).pathname);
  const same = now.indexOf(addresses[at]);
  const kept = same >= 0 && (now[same - 1] === addresses[at - 1] || now[same + 1] === addresses[at + 1]);
  const next = [...addresses.slice(at + 1), ...addresses.slice(0, at).reverse()].find((address) => now.includes(address));
  return all[kept ? same : now.indexOf(next)] ?? all[0];
};

document.addEventListener("focusin", (event) => { focused = event.target.closest("[data-row]") ?? focused; });
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "list") return;
  const all = rows();
  before = { addresses: all.map((row) => linkOf(row).pathname), at: Math.max(0, all.indexOf(focused)), scroll: scrollY };
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "list") return;
  scrollTo(scrollX, before.scroll);
  document.getElementById("news").replaceChildren(); // the list shows them now
  if (document.activeElement !== document.body) return;
  const element = linkOf(rowToGoOnWith()) ?? event.target.querySelector("a");
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest" });
});
