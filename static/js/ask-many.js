// A form[data-ask-above] asks before it changes more tickets than so many, with their number (its own data-count, else that
// of the list's selection) and what will become of them. The server asks where this did not.
const dialog = () => document.getElementById("ask-many");
const selected = () => (document.querySelector("input[name=all][form=changes]")?.checked
  ? document.getElementById("list-count").textContent
  : String(document.querySelectorAll("input[name=ticket][form=changes]:checked").length));

let answer = null;
document.addEventListener("htmx:confirm", (event) => {
  const form = event.target;
  const button = event.detail.triggeringEvent?.submitter;
  if (!form.matches?.("[data-ask-above]")) return;
  answer = null; // a question that was not answered
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
// htmx forgets the button that was pressed when the focus leaves it.
document.addEventListener("htmx:configRequest", (event) => {
  if (!answer || event.target !== answer.form) return;
  if (answer.button) event.detail.parameters.set(answer.button.name, answer.button.value);
  event.detail.parameters.set("confirmed", "1");
  answer = null;
});
