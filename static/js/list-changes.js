// What was changed is shown in its row, where that is: while one reads the list nothing in it moves, and a row that does not
// belong to it any more stays, dimmed, until the list is loaded again. What is selected stays selected.
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

// The event may name the tickets, by their numbers, where they are few; else each that is shown may have changed.
const FEW = 50;
document.addEventListener("list-changed", (event) => {
  const tickets = event.detail?.tickets;
  const named = tickets?.length < FEW ? tickets.map(String) : null;
  const shown = rows().map((row) => row.dataset.row);
  const concerned = (named ?? shown).filter((number) => shown.includes(number));
  for (const number of concerned) waiting.add(number);
  askForAll();
  // What is brought back to a list that does not show it is to be seen again.
  const list = document.getElementById("list");
  if (!concerned.length && list && event.target.closest?.("#bulk")) htmx.trigger(list, "list-stale");
  // What is changed by its row, the ticket beside it is to know as well, and keeps its place as by a change of its own.
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
