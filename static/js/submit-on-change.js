// form[data-submit-on-change] is submitted when a field changes; its [data-submit] button is for use without
// JavaScript.
document.addEventListener("change", (event) => event.target.closest("form[data-submit-on-change]")?.requestSubmit());
