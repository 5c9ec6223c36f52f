// Marks #ticket once its name, [data-slim-when-gone], is scrolled away below the bar, so that the slim head appears.
// The ticket's pane scrolls on wide windows, else the page.
const SCROLLS_BY_PANE = matchMedia("(min-width: 801px)");
let observer = null;
let watched = null;

const notice = (entries) => {
  const { isIntersecting, boundingClientRect, rootBounds, target } = entries.at(-1);
  const isGone = !isIntersecting && boundingClientRect.top < (rootBounds?.top ?? 0);
  target.closest("#ticket")?.toggleAttribute("data-scrolled", isGone);
};
const watch = () => {
  const name = document.querySelector("[data-slim-when-gone]");
  if (name === watched) return;
  observer?.disconnect();
  watched = name;
  if (!name) return;
  const pane = SCROLLS_BY_PANE.matches ? name.closest(".ticket-pane") : null;
  const bar = name.closest("#ticket").querySelector(".ticket-bar");
  const covered = getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
  observer = new IntersectionObserver(notice, { root: pane, rootMargin: `-${covered}px 0px 0px 0px` });
  observer.observe(name);
};
watch();
document.addEventListener("htmx:afterSwap", watch);
SCROLLS_BY_PANE.addEventListener("change", () => { watched = null; watch(); });
