// While [data-slim-when-gone], the head of the ticket, is scrolled away, #ticket is marked so that its one line shows.
const observer = new IntersectionObserver(([entry]) => {
  const isGone = !entry.isIntersecting && entry.boundingClientRect.top < 0;
  entry.target.closest("#ticket")?.toggleAttribute("data-scrolled", isGone);
});
const watch = () => {
  observer.disconnect();
  const head = document.querySelector("[data-slim-when-gone]");
  if (head) observer.observe(head);
};
watch();
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "ticket") watch(); });
