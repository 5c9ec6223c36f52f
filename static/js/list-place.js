// A ticket's link [data-back] leads to its list as it was left: with as many rows, the same scroll position, and the
// focus on the ticket's row.
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
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens elsewhere, so this page does not go back
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
