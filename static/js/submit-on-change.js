// form[data-submit-on-change] is sent when a field changes; its [data-submit] button is for those without JavaScript.
document.addEventListener("change", (event) => event.target.closest("form[data-submit-on-change]")?.requestSubmit());
