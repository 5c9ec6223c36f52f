// A change of tickets made while offline is kept on this device, for the person who made it, and sent once there is a
// connection, with a key that prevents it from being made twice. Only the change itself is kept, nothing about
// learners.
const CHANGES = /^\/t\/[^/]+\/changes\/$/;
const FIELDS = ["change", "one", "ticket", "tag", "until", "into"];
const MOST = 200; // changes kept at a time
const LATER = 30_000; // milliseconds until the next attempt after a failed one
const REFUSED = [403, 404, 422];
const STORE = `outbox:${document.body.dataset.person ?? ""}`;
const hasPerson = "person" in document.body.dataset && Boolean(document.getElementById("bulk"));
const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

const readAt = (store) => JSON.parse(localStorage.getItem(store) ?? "[]");
const read = () => readAt(STORE);
// The offline page does not know who is logged in.
const readAll = () => Object.keys(localStorage).filter((name) => name.startsWith("outbox:")).flatMap(readAt);
const announce = (entries) => document.dispatchEvent(new CustomEvent("outbox-changed", { detail: { entries } }));
const write = (entries) => {
  if (entries.length) localStorage.setItem(STORE, JSON.stringify(entries));
  else localStorage.removeItem(STORE);
  announce(entries);
};
const forget = (key) => write(read().filter((entry) => entry.key !== key));

// The numbers of the tickets, from values such as “5-2” or “5-2:status:resolved”.
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

// Resolves to whether the change is done with. It is kept if the server could not be reached or failed for a temporary
// reason.
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
    // Still no connection.
  }
};
// Only one page sends at a time: several may have the same outbox open.
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
  event.detail.isKept = true; // so that no failure is reported
  const button = requestConfig.triggeringEvent?.submitter;
  const label = button?.getAttribute("aria-label") ?? button?.textContent.trim() ?? "";
  document.dispatchEvent(new CustomEvent("outbox-kept", { detail: { entry, label } }));
});
document.addEventListener("outbox-cancel", (event) => forget(event.detail.key));
document.addEventListener("DOMContentLoaded", () => announce(hasPerson ? read() : readAll()));
for (const back of ["online", "load"]) addEventListener(back, flush);
document.addEventListener("connection-back", flush);
