// A page that comes back with a refused form is shown where the form says what is wrong, however far down that is.
const errors = [...document.querySelectorAll("[aria-invalid='true'], form .notice.error")];
const first = errors.find((element) => element.checkVisibility());
if (first && document.activeElement === document.body) {
  if (!first.hasAttribute("aria-invalid")) first.tabIndex = -1; // a notice takes no focus by itself
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
}
