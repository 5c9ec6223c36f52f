// Drives the client that orval makes: lists, filters, creates, changes with If-Match, deletes.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { changeTicket, createSavedView, createTicket, deleteSavedView, getTicket, listTickets, unassignTicket } from "./client.js";

const authorization = { Authorization: `Bearer ${process.env.HELPDESK_TOKEN}` };
const options = { headers: authorization };

const made = await createTicket(
  { learner: { email: "orval@example.com", name: "" }, priority: "low", tags: ["orval"] },
  undefined,
  { headers: { ...authorization, "Idempotency-Key": randomUUID() } },
);
assert.equal(made.status, 201);
const etag = made.headers.get("ETag")!;
const number = made.status === 201 ? made.data.number! : 0;
assert.ok(made.headers.get("Location")!.endsWith(`/tickets/${number}`));

const since = new Date(Date.now() - 3_600_000).toISOString();
const page = await listTickets(
  { status: "to_do", q: "orval", updated_since: since, fields: ["number", "learner"], expand: ["learner"] },
  options,
);
assert.ok(page.status === 200);
assert.deepEqual(page.data.results.map((ticket) => ticket.number), [number]);
const learner = page.data.results[0].learner;
assert.ok(learner && typeof learner === "object" && learner.email === "orval@example.com");

const change = (known: string) =>
  changeTicket(number, { priority: "high" }, undefined, { headers: { ...authorization, "If-Match": known } });
const changed = await change(`"0", ${etag}`);
assert.ok(changed.status === 200 && changed.data.priority === "high");
const stale = await change(etag);
assert.ok(stale.status === 412 && stale.data.changes[0].sentence);
const released = await unassignTicket(number, undefined, options);
assert.ok(released.status === 200 && released.data.assignee === null);

const view = await createSavedView({ name: "orval", query: "tag=orval" }, undefined, options);
assert.ok(view.status === 201);
assert.equal((await deleteSavedView(view.data.id!, options)).status, 204);
const lost = await getTicket(999_999, undefined, options);
assert.ok(lost.status === 404 && lost.data.detail);
