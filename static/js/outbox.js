// A change of tickets that is pressed without a connection is kept on this device for the person who pressed it, and sent
// when there is one again, with a key by which it is made once. What is kept is what was pressed, and nothing of a learner.
const CHANGES = /^\/t\/[^/]+\/changes\/$/;
const FIELDS = ["change", "one", "ticket", "tag", "until", "into"];
const MOST = 200; // kept at a time
const LATER = 30_000; // milliseconds until the server is asked again that had no answer
const REFUSED = [403, 404, 422];
const STORE = `outbox:${document.body.dataset.person ?? ""}`;
const hasPerson = "person" in document.body.dataset && Boolean(document.getElementById("bulk"));
const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

const readAt = (store) => JSON.parse(localStorage.getItem(store) ?? "[]");
const read = () => readAt(STORE);
// The page for when there is no connection does not know who looks at it.
const readAll = () => Object.keys(localStorage).filter((name) => name.startsWith("outbox:")).flatMap(readAt);
const announce = (entries) => document.dispatchEvent(new CustomEvent("outbox-changed", { detail: { entries } }));
const write = (entries) => {
  if (entries.length) localStorage.setItem(STORE, JSON.stringify(entries));
  else localStorage.removeItem(STORE);
  announce(entries);
};
const forget = (key) => write(read().filter((entry) => entry.key !== key));

// The numbers of the tickets, of “5-2” or “5-2:status:resolved”.
const numbersOf = (fields) => fields.filter(([name]) => name === "one" || name === "ticket").map(([, value]) => value.split("-")[0]);

const keep = (address, formData) => {
  const given = [...formData].filter(([name]) => FIELDS.includes(name));
  const isOne = given.some(([name]) => name === "one");
  const fields = given.filter(([name]) => !isOne || name === "one");
  const entry = { key: crypto.randomUUID(), address: `${address}kept/`, fields, tickets: numbersOf(fields) };
  if (!entry.tickets.length || read().length >= MOST) return null;
  write([...read(), entry]);
  return entry;
};

// Whether it is done with; what could not be asked, or was not answered for a reason that passes, is kept.
const send = async (entry) => {
  const body = new URLSearchParams([...entry.fields, ["key", entry.key]]);
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  const response = await fetch(entry.address, { method: "POST", body, headers });
  if (response.status === 401) document.dispatchEvent(new Event("session-over"));
  const isRefused = REFUSED.includes(response.status);
  if (!response.ok && !isRefused) return false;
  forget(entry.key);
  const html = response.ok || response.status === 422 ? await response.text() : "";
  const { "list-changed": changed, "ticket-done": done } = JSON.parse(response.headers.get("HX-Trigger") ?? "{}");
  document.dispatchEvent(new CustomEvent("outbox-answered", { detail: { entry, html, changed, done } }));
  return true;
};

const sendAll = async () => {
  try {
    while (read().length && (await send(read()[0])));
    if (read().length) setTimeout(flush, LATER);
  } catch {
    // There is no connection after all.
  }
};
// One page at a time: the same outbox may be open in several.
const flush = () => {
  if (!hasPerson || !read().length) return;
  if (navigator.locks) navigator.locks.request(STORE, { ifAvailable: true }, (lock) => lock && sendAll());
  else sendAll();
};

document.addEventListener("htmx:sendError", (event) => {
  const { requestConfig } = event.detail;
  const path = requestConfig && new URL(requestConfig.path, location.origin).pathname;
  if (!hasPerson || requestConfig?.verb !== "post" || !CHANGES.test(path) || requestConfig.formData.has("all")) return;
  const entry = keep(path, requestConfig.formData);
  if (!entry) return;
  event.detail.isKept = true; // so that nobody says it has failed
  const button = requestConfig.triggeringEvent?.submitter;
  const label = button?.getAttribute("aria-label") ?? button?.textContent.trim() ?? "";
  document.dispatchEvent(new CustomEvent("outbox-kept", { detail: { entry, label } }));
});
document.addEventListener("outbox-cancel", (event) => forget(event.detail.key));
document.addEventListener("DOMContentLoaded", () => announce(hasPerson ? read() : readAll()));
for (const back of ["online", "load"]) addEventListener(back, flush);
document.addEventListener("connection-back", flush);
