// A toast [data-passing] goes when its time is up, which the animation of its line tells; any of them by [data-close-toast].
const remove = (toast) => {
  const held = toast.contains(document.activeElement);
  toast.remove();
  if (held) document.querySelector("#ticket h1, #main h1")?.focus({ preventScroll: true });
};
document.addEventListener("animationend", (event) => {
  if (event.animationName === "time-left" && event.target.matches("[data-passing]")) remove(event.target);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close-toast]");
  if (button) remove(button.closest(".toast"));
});
