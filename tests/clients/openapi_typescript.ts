// Drives a client with the types that openapi-typescript makes: lists, filters, creates, changes with If-Match, deletes.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const client = createClient<paths>({
  baseUrl: process.env.HELPDESK_URL,
  headers: { Authorization: `Bearer ${process.env.HELPDESK_TOKEN}` },
});

const made = await client.POST("/api/v1/tickets", {
  params: { header: { "Idempotency-Key": randomUUID() } },
  body: { learner: { email: "oats@example.com", name: "" }, priority: "low", tags: ["oats"] },
});
assert.equal(made.response.status, 201);
const etag = made.response.headers.get("ETag")!;
const number = made.data!.number!;
assert.ok(made.response.headers.get("Location")!.endsWith(`/tickets/${number}`));

const since = new Date(Date.now() - 3_600_000).toISOString();
const page = await client.GET("/api/v1/tickets", {
  params: {
    query: { status: "to_do", q: "oats", updated_since: since, fields: ["number", "learner"], expand: ["learner"] },
  },
});
assert.deepEqual(page.data!.results.map((ticket) => ticket.number), [number]);
const learner = page.data!.results[0].learner;
assert.ok(typeof learner === "object" && learner.email === "oats@example.com");

const change = (known: string) =>
  client.PATCH("/api/v1/tickets/{number}", {
    params: { path: { number }, header: { "If-Match": known } },
    body: { priority: "high" },
  });
assert.equal((await change(`"0", ${etag}`)).data!.priority, "high");
const stale = await change(etag);
assert.equal(stale.response.status, 412);
assert.ok(stale.error && "changes" in stale.error && stale.error.changes[0].sentence);
const released = await client.DELETE("/api/v1/tickets/{number}/assignment", { params: { path: { number } } });
assert.equal(released.data!.assignee, null);

const view = await client.POST("/api/v1/saved-views", { body: { name: "oats", query: "tag=oats" } });
const path = { id: view.data!.id! };
assert.equal((await client.DELETE("/api/v1/saved-views/{id}", { params: { path } })).response.status, 204);
const lost = await client.GET("/api/v1/tickets/{number}", { params: { path: { number: 999_999 } } });
assert.ok(lost.error!.detail);
