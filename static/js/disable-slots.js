// Once an answer leads on to another ticket, the action slots of this one are disabled until that has come.
const slots = () => document.querySelectorAll("#ticket .slot");
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Location")) for (const slot of slots()) slot.disabled = true;
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    for (const slot of slots()) slot.disabled = slot.hasAttribute("data-disabled");
  });
}
