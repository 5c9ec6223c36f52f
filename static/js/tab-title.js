// The browser tab shows how many open tickets are mine and what is on the page: “(3) To do · Helpdesk”.
const NAME = " · Helpdesk";
const textOf = (element) => element?.textContent.trim().replace(/\s+/g, " ");
let given = document.title;

const show = () => {
  const count = textOf(document.getElementById("count-mine"));
  document.title = (count && count !== "0" ? `(${count}) ` : "") + given;
};
const name = () => {
  const heading = document.querySelector("#ticket h1") ?? document.getElementById("list-title");
  if (heading) given = textOf(heading) + NAME;
  show();
};
show();
document.addEventListener("ticket-closed", name);
document.addEventListener("htmx:afterSettle", (event) => (event.target.id === "count-mine" ? show() : name()));
