// A toast [data-passing] goes when its time is up, which the animation of its line tells; any of them by [data-close-toast].
// Not seen any more it is [data-going] for as long as what lay below it settles; see tap-guard.css.
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

// What a page comes with is not read out; what comes into it is. So the words of its toast come a second time.
const place = document.querySelector("#bulk:not(.bulk-page)");
const told = place?.querySelector(".toast p");
if (told) {
  const words = document.createElement("p");
  words.className = "sr-only";
  setTimeout(() => {
    if (!told.isConnected) return; // something newer came
    words.textContent = told.innerText;
    place.append(words);
  }, 150);
  setTimeout(() => words.remove(), 3000); // once it is read
}
