// A toast [data-passing] closes when its time is up, which the animation of its line shows; [data-close-toast] closes
// any. A closed toast stays as [data-going], invisible, until what was below it has settled; see tap-guard.css.
const remove = (toast) => {
  const held = toast.contains(document.activeElement);
  toast.dataset.going = "";
  if (held) document.querySelector("#ticket h1, #main h1")?.focus({ preventScroll: true });
};
document.addEventListener("animationend", (event) => {
  if (event.animationName === "time-left" && event.target.matches("[data-passing]")) remove(event.target);
  if (event.animationName === "go" && event.target.matches("[data-going]")) event.target.remove();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close-toast]");
  if (button) remove(button.closest(".toast"));
});

// Screen readers announce only what is added to a page, so the text of a toast that came with the page is added again.
const place = document.querySelector("#bulk:not(.bulk-page)");
const told = place?.querySelector(".toast p");
if (told) {
  const words = document.createElement("p");
  words.className = "sr-only";
  setTimeout(() => {
    if (!told.isConnected) return; // something newer replaced it
    words.textContent = told.innerText;
    place.append(words);
  }, 150);
  setTimeout(() => words.remove(), 3000); // once it has been read out
}
