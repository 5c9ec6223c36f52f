// A button [data-passkey=create|get] asks the browser for a passkey, with the options in the element that its form's
// [data-passkey-options] names by id, puts the response into the form's field `credential` and submits it;
// [data-passkey-problem] appears if there is no passkey. allauth's script on the page converts options and response
// from and to JSON.
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
