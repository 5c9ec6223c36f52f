// A form[data-ask-above] asks for confirmation before it changes more tickets than that, naming their number (its
// data-count, or else the number selected in the list) and the effect. If this script did not ask, the server does.
const dialog = () => document.getElementById("ask-many");
const selected = () => (document.querySelector("input[name=all][form=changes]")?.checked
  ? document.getElementById("list-count").textContent
  : String(document.querySelectorAll("input[name=ticket][form=changes]:checked").length));

let answer = null;
document.addEventListener("htmx:confirm", (event) => {
  const form = event.target;
  const button = event.detail.triggeringEvent?.submitter;
  if (!form.matches?.("[data-ask-above]")) return;
  answer = null; // discards an earlier question that was dismissed
  const asked = form.dataset.count ?? selected();
  if (button?.name === "one" || parseInt(asked, 10) <= Number(form.dataset.askAbove)) return;
  event.preventDefault();
  dialog().querySelector("h2").textContent = (button?.dataset.question ?? form.dataset.question).replace("#", asked);
  dialog().querySelector("[data-answer]").textContent = button?.textContent.trim() || "OK";
  answer = { send: event.detail.issueRequest, button, form };
  dialog().showModal();
  dialog().querySelector("[data-answer]").focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#ask-many [data-answer]")) return;
  dialog().close();
  answer.send(true);
});
// htmx loses track of the submit button when it loses focus, so its value is added here.
document.addEventListener("htmx:configRequest", (event) => {
  if (!answer || event.target !== answer.form) return;
  if (answer.button) event.detail.parameters.set(answer.button.name, answer.button.value);
  event.detail.parameters.set("confirmed", "1");
  answer = null;
});
