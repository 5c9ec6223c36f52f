// Shows changes in the rows of the list without moving anything: a row that no longer belongs stays, dimmed, until the
// list is loaded again. Selected rows stay selected.
const rows = () => [...document.querySelectorAll("#list [data-row]")];
const AT_ONCE = 100;
const waiting = new Set();
let isAsking = false;

const ask = async (numbers) => {
  const named = rows().filter((row) => numbers.includes(row.dataset.row));
  if (!named.length) return;
  const address = new URL(document.getElementById("list").dataset.rowsAddress, location.origin);
  const urgency = (row) => row.closest("[data-urgency]")?.dataset.urgency ?? "";
  address.searchParams.set("rows", named.map((row) => `${row.dataset.row}-${urgency(row)}`).join(","));
  await htmx.ajax("GET", address.pathname + address.search, { source: "#row-changes", target: "#row-changes", swap: "none" });
};

const askForAll = async () => {
  if (isAsking) return;
  isAsking = true;
  try {
    while (waiting.size) {
      const numbers = [...waiting].slice(0, AT_ONCE);
      for (const number of numbers) waiting.delete(number);
      await ask(numbers);
    }
  } finally {
    isAsking = false;
  }
  document.dispatchEvent(new Event("rows-changed"));
};

// The event names the tickets by number if they are few; otherwise any row shown may have changed. It is MOST_NUMBERS in
// changed_ticket.py.
const FEW = 50;
document.addEventListener("list-changed", (event) => {
  const tickets = event.detail?.tickets;
  const named = tickets?.length < FEW ? tickets.map(String) : null;
  const shown = rows().map((row) => row.dataset.row);
  const concerned = (named ?? shown).filter((number) => shown.includes(number));
  for (const number of concerned) waiting.add(number);
  askForAll();
  // If the tickets are not in the list, an undo may have brought them back: load the list again.
  const list = document.getElementById("list");
  if (!concerned.length && list && event.target.closest?.("#bulk")) htmx.trigger(list, "list-stale");
  // If the open ticket was changed from its row, it is loaded again too, and keeps its place as after a change of its
  // own.
  const open = /\/tickets\/(\d+)\/$/.exec(location.pathname)?.[1];
  const isByRow = event.target.matches?.("#changes, #sheet form");
  if (isByRow && document.getElementById("ticket") && (named ?? [open]).includes(open)) {
    const question = new URLSearchParams(location.search);
    question.set("above", document.querySelector("#ticket [name=above]")?.value ?? "");
    const address = `${location.pathname}?${question}`;
    document.dispatchEvent(new CustomEvent("open-ticket", { detail: { address } }));
  }
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target.matches("[data-row]") || !target.querySelector("input:checked")) return;
  fragment.querySelector("input[name=ticket]").checked = true;
});
