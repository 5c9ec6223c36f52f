// The link [data-back] from a ticket leads to its list as that was left: with as many rows, scrolled to where it was, and with the
// focus on the row of the ticket that one comes from.
const LEFT = "list-left";
const BACK = "list-back";
const questionOf = (address) => new URL(address, location.origin).searchParams.toString();
const left = () => JSON.parse(sessionStorage.getItem(LEFT) ?? "{}");

addEventListener("pagehide", () => {
  const list = document.getElementById("list");
  if (!list || document.getElementById("ticket")) return;
  const address = location.pathname + location.search;
  sessionStorage.setItem(LEFT, JSON.stringify({ address, question: questionOf(list.dataset.list), top: scrollY }));
});

document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-back]");
  const place = left();
  if (!back || place.question !== questionOf(back.href) || place.address?.split("?")[0] !== back.pathname) return;
  back.href = place.address;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // which opens it elsewhere: nobody comes back here
  sessionStorage.setItem(BACK, document.getElementById("ticket").dataset.number);
});

addEventListener("load", () => {
  const number = sessionStorage.getItem(BACK);
  sessionStorage.removeItem(BACK);
  const list = document.getElementById("list");
  if (!number || !list || document.getElementById("ticket") || left().question !== questionOf(list.dataset.list)) return;
  scrollTo({ top: left().top, behavior: "instant" });
  const row = document.getElementById(`row-${number}`);
  row?.scrollIntoView({ block: "nearest", behavior: "instant" });
  row?.querySelector(".row-link").focus({ preventScroll: true });
});
