// Once a response leads on to another ticket, this ticket's action slots are disabled until that one has loaded.
const slots = () => document.querySelectorAll("#ticket .slot");
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Location")) for (const slot of slots()) slot.disabled = true;
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    for (const slot of slots()) slot.disabled = slot.hasAttribute("data-disabled");
  });
}
