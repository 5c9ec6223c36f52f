// A page that comes back with an invalid form is scrolled to the first error, which gets the focus.
const errors = [...document.querySelectorAll("[aria-invalid='true'], form .notice.error")];
const first = errors.find((element) => element.checkVisibility());
if (first && document.activeElement === document.body) {
  if (!first.hasAttribute("aria-invalid")) first.tabIndex = -1; // a notice is not focusable by itself
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
}
