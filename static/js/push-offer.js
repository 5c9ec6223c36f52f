// Notifications are offered once to each person in a browser, after they have taken a ticket or been assigned one. The
// offer waits until the toasts' place is free, and is our own, not the browser's permission prompt.
const person = document.body.dataset.person;
const OFFERED = `push-offered:${person}`;
const MINE = `mine:${person}`;
const LOOK = 500; // milliseconds
const bulk = () => document.getElementById("bulk");
const made = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const isOpen = () => person && "PushManager" in window && "Notification" in window
  && Notification.permission === "default" && !localStorage.getItem(OFFERED);

const offer = () => {
  if (!isOpen() || !document.getElementById("push-offer")) return;
  if (bulk().childElementCount || document.hidden) {
    setTimeout(offer, LOOK);
    return;
  }
  localStorage.setItem(OFFERED, "once");
  bulk().append(made("push-offer"));
};

const hasTaken = (formData) => formData?.get("change") === "assignee:me" || formData?.get("one")?.endsWith(":assignee:me");
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && hasTaken(detail.requestConfig.formData)) offer();
});

// Whether more tickets are mine than when this tab last looked.
const count = () => {
  const mine = parseInt(document.getElementById("count-mine")?.textContent ?? "", 10);
  if (Number.isNaN(mine)) return;
  const before = sessionStorage.getItem(MINE);
  sessionStorage.setItem(MINE, mine);
  if (before !== null && mine > Number(before)) offer();
};
count();
document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "count-mine") count(); });

document.addEventListener("push-answered", ({ detail: { button, isOn } }) => {
  button.closest("#bulk .toast")?.replaceWith(made(isOn ? "push-offer-done" : "push-offer-failed"));
});
