// A form with [data-passkey=create|get] asks the browser for a key, by the options in the element of the id in
// [data-passkey-options], puts what it says into its field `credential` and goes on; [data-passkey-problem] is shown
// where there is no key. allauth's own script, which the page brings, turns the options and the answer from and to JSON.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    const options = JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
    const asked = options.creation_options ?? options.request_options;
    form.elements.credential.value = JSON.stringify(await window.webauthnJSON[button.dataset.passkey](asked));
    form.submit();
  } catch {
    button.disabled = false;
    problem.hidden = false;
  }
});
