// Marks changes that wait to be sent (outbox.js): in the row, on the ticket, and in the bar that says there is no
// connection. Their results are shown as if the change had just been made; refusals stay until closed.
const byId = (id) => document.getElementById(id);
const made = (id) => byId(id).content.firstElementChild.cloneNode(true);
const team = () => location.pathname.split("/")[2];
let entries = [];

const mark = (place, selector, id, isKept) => {
  const shown = place?.querySelector(selector);
  if (!isKept) shown?.remove();
  else if (!shown) place?.prepend(made(id));
};
const markAll = () => {
  const ours = entries.filter((entry) => entry.address.split("/")[2] === team());
  const kept = new Set(ours.flatMap((entry) => entry.tickets));
  for (const row of document.querySelectorAll("#list [data-row]")) {
    mark(row.querySelector(".row-detail"), "[data-kept-mark]", "kept-mark", kept.has(row.dataset.row));
  }
  mark(document.querySelector("#ticket .properties"), "[data-kept-mark]", "kept-property", kept.has(byId("ticket")?.dataset.number));
  for (const text of document.querySelectorAll("[data-kept-count]")) {
    text.hidden = !entries.length;
    text.textContent = entries.length === 1 ? text.dataset.one : text.dataset.many.replace("#", entries.length);
  }
};
document.addEventListener("outbox-changed", (event) => {
  ({ entries } = event.detail);
  markAll();
});
document.addEventListener("htmx:afterSettle", markAll);

const tell = (toast) => {
  for (const passed of byId("bulk").querySelectorAll(".toast:not(.warning)")) passed.remove();
  byId("bulk").append(toast);
  htmx.process(toast);
};
document.addEventListener("outbox-kept", ({ detail: { entry, label } }) => {
  const toast = made("kept-toast");
  toast.querySelector("[data-what]").textContent = label;
  toast.querySelector("[data-cancel-kept]").dataset.cancelKept = entry.key;
  tell(toast);
  byId("changes")?.reset();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cancel-kept]");
  if (!button) return;
  document.dispatchEvent(new CustomEvent("outbox-cancel", { detail: { key: button.dataset.cancelKept } }));
  button.closest(".toast").remove();
});

// After a ticket is done, its page goes on to the next one, or else to the list, as it does online; but not while
// somebody is writing or choosing there.
const goOn = ({ change }) => {
  if (byId("ticket").querySelector(".dock")?.dataset.editor || document.querySelector(":popover-open, dialog[open]")) return false;
  const next = byId("ticket").querySelector(".pager a[data-key=j]");
  const list = byId("ticket").querySelector("[data-back]");
  if (next) {
    const address = next.pathname + next.search;
    document.dispatchEvent(new CustomEvent("open-ticket", { detail: { address, push: true } }));
  } else if (list) {
    const address = new URL(list.href);
    address.searchParams.set("changed", change); // so that the list reports the change
    location.assign(address);
  }
  return Boolean(next ?? list);
};

document.addEventListener("outbox-answered", ({ detail: { entry, html, changed, done } }) => {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  tell(answer.content.querySelector(".toast") ?? made("kept-refused"));
  for (const count of answer.content.querySelectorAll(".num[hx-swap-oob]")) byId(count.id)?.replaceChildren(...count.childNodes);
  if (changed) byId("bulk").dispatchEvent(new CustomEvent("list-changed", { bubbles: true, detail: changed }));
  if (!entry.tickets.includes(byId("ticket")?.dataset.number)) return;
  if (done && goOn(done)) return;
  const address = location.pathname + location.search;
  document.dispatchEvent(new CustomEvent("open-ticket", { detail: { address } }));
});
