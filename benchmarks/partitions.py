"""What partitioning deliveries, activity and events by month would bring, tried on a copy.

`python -m benchmarks.partitions` (after `manage.py setup`) creates a scratch database with our schema, fills the three
tables with a year of rows, and moves each, month by month, into a table of the same name that is partitioned by time.
It prints the cost of the move, what the hot queries read before and after, and the cost of dropping a month compared
with deleting it.
"""

import argparse
import json
import os
import shutil
import subprocess
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

from benchmarks.intake import drain  # noqa: F401 - sets the environment up

SCRATCH = "benchmark_partitions"
MONTHS = 12
TEAMS, LEARNERS = 20, 5_000
# Values for columns other than the time, which is spread evenly over the year; other columns keep their defaults.
ROWS = {
    "webhooks_delivery": (
        "received_at",
        {
            "id": "n",
            "team_id": f"n % {TEAMS} + 1",
            "source_id": f"(n % {TEAMS} + 1)::text",
            "body": "decode(repeat(md5(n::text), 40), 'hex')",
            "event": "'nutror.learner_help'",
            "event_id": "n::text",
            "outcome": "CASE WHEN n % 10000 = 0 THEN 'waiting' ELSE 'processed' END",
            "next_attempt_at": "at",
        },
    ),
    "courses_learneractivity": (
        "occurred_at",
        {"id": "n", "team_id": f"n % {TEAMS} + 1", "learner_id": f"n % {LEARNERS} + 1", "kind": "'lesson_watched'"},
    ),
    "tickets_ticketevent": (
        "created_at",
        {
            "id": "n",
            "team_id": f"n % {TEAMS} + 1",
            "ticket_id": "n / 5 + 1",
            "kind": "'status_changed'",
            "position": "n",
        },
    ),
}
HOT = {
    "the next that wait of a team": "SELECT id FROM webhooks_delivery WHERE team_id = 1 AND outcome = 'waiting' "
    "AND next_attempt_at <= now() ORDER BY next_attempt_at, id LIMIT 50",
    "a source's log": "SELECT id FROM webhooks_delivery WHERE source_id = '1' "
    "ORDER BY received_at DESC, id DESC LIMIT 51",
    "one delivery by its key": "SELECT id FROM webhooks_delivery WHERE id = {middle}",
    "whether an event was here": "SELECT id FROM webhooks_delivery WHERE team_id = 1 AND event = 'nutror.learner_help' "
    "AND event_id = '{middle}'",
    "what retention finds": "SELECT id FROM webhooks_delivery WHERE team_id = 1 AND id > {middle} "
    "ORDER BY id LIMIT 500",
    "a learner's last activity": "SELECT id FROM courses_learneractivity WHERE learner_id = 1 "
    "ORDER BY occurred_at DESC LIMIT 100",
    "a ticket's history": "SELECT id FROM tickets_ticketevent WHERE ticket_id = {ticket} ORDER BY created_at, id",
    "history after a position": "SELECT id FROM tickets_ticketevent WHERE team_id = 1 AND position > {late} "
    "AND position IS NOT NULL ORDER BY position LIMIT 50",
}


def scratch_database():
    """A connection to an empty copy of the schema, with triggers and foreign keys disabled."""
    ours = os.environ["DATABASE_URL"]
    address = urlunsplit(urlsplit(ours)._replace(path=f"/{SCRATCH}"))
    with psycopg.connect(ours, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {SCRATCH}")
    schema = subprocess.run([program("pg_dump"), "--schema-only", ours], check=True, stdout=subprocess.PIPE).stdout
    load = [program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", address]
    subprocess.run(load, check=True, input=schema, stdout=subprocess.DEVNULL)
    connection = psycopg.connect(address, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    return connection


def program(name):
    """The path of a PostgreSQL program, in the version of our server."""
    return shutil.which(name, path=settings.PG_BIN_DIR or None)


def fill(database, table, count):
    """Fill it with a year of rows."""
    field, values = ROWS[table]
    columns = dict(values) | {field: "at"}
    required = database.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO' "
        "AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'",
        [table],
    )
    empty = {"timestamp with time zone": "at", "boolean": "false", "jsonb": "'{}'", "bytea": "''"}
    for name, kind in required.fetchall():
        columns.setdefault(name, empty.get(kind, "''" if "char" in kind or kind == "text" else "0"))
    database.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT {', '.join(columns.values())} "
        f"FROM (SELECT n, timestamptz '2026-01-01' + n * interval '365 days' / {count} AS at "
        f"FROM generate_series(1, {count - 1}) AS n) AS rows"
    )


def partition(database, table):
    """Replace the table with a partitioned one, and move the rows, one month per transaction."""
    field, _values = ROWS[table]
    indexes = database.execute(
        "SELECT pg_get_indexdef(indexrelid), indexrelid::regclass::text, indisunique FROM pg_index "
        "WHERE indrelid = %s::regclass",
        [table],
    ).fetchall()
    database.execute(f"ALTER TABLE {table} RENAME TO {table}_old")
    like = f"LIKE {table}_old INCLUDING ALL EXCLUDING INDEXES"
    database.execute(f"CREATE TABLE {table} ({like}) PARTITION BY RANGE ({field})")
    for month in range(1, MONTHS + 1):
        span = f"FROM ('{first_of(month)}') TO ('{first_of(month + 1)}')"
        database.execute(f"CREATE TABLE {table}_{month:02} PARTITION OF {table} FOR VALUES {span}")
    for definition, name, is_unique in indexes:
        made = definition.replace(f" {name} ON public.{table} ", f" {name}_p ON public.{table} ")
        if is_unique:  # unique constraints must include the time, so they only hold within a month
            head, bracket, rest = made.partition(")")
            made = f"{head}, {field}{bracket}{rest}"
        database.execute(made)
    for month in range(1, MONTHS + 1):
        span = f"{field} >= '{first_of(month)}' AND {field} < '{first_of(month + 1)}'"
        generated = database.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [f"{table}_old"],
        )
        columns = ", ".join(f'"{name}"' for (name,) in generated.fetchall())
        moved = f"SELECT {columns} FROM {table}_old WHERE {span}"
        database.execute(f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE {moved}")
    return len(indexes)


def first_of(month):
    """The first day of the month, as SQL."""
    return f"{2026 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}-01"


def plan(database, query):
    """Milliseconds of planning and execution, pages read, and how often each node reads a table."""
    best = None
    for _again in range(3):
        found = database.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}").fetchone()[0][0]
        if best is None or found["Execution Time"] < best["Execution Time"]:
            best = found
    nodes = {}
    to_see = [best["Plan"]]
    while to_see:
        node = to_see.pop()
        to_see += node.get("Plans", [])
        if "Relation Name" in node and node["Actual Loops"]:
            nodes[node["Node Type"]] = nodes.get(node["Node Type"], 0) + 1
    pages = best["Plan"]["Shared Hit Blocks"] + best["Plan"]["Shared Read Blocks"]
    return f"{best['Planning Time'] + best['Execution Time']:.1f} ms, {pages} pages, {json.dumps(nodes)}"


def timed(database, statement):
    """The seconds it takes."""
    begun = time.perf_counter()
    database.execute(statement)
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1_000_000, help="rows of each table")
    count = parser.parse_args().count
    database = scratch_database()
    for table in ROWS:
        fill(database, table, count)
    database.execute("VACUUM ANALYZE")
    middle = count // 2 // TEAMS * TEAMS
    queries = {name: query.format(middle=middle, late=count - 1000, ticket=count // 10) for name, query in HOT.items()}
    before = {name: plan(database, query) for name, query in queries.items()}
    for table, (field, _values) in ROWS.items():
        begun = time.perf_counter()
        partition(database, table)
        print(f"{table}: {count:,} rows moved into {MONTHS} months in {time.perf_counter() - begun:.0f} s", flush=True)
        month = f"{field} >= '2026-02-01' AND {field} < '2026-03-01'"
        deleted = timed(database, f"DELETE FROM {table}_old WHERE {month}")
        vacuumed = timed(database, f"VACUUM {table}_old")
        detached = timed(database, f"ALTER TABLE {table} DETACH PARTITION {table}_02 CONCURRENTLY")
        dropped = timed(database, f"DROP TABLE {table}_02")
        print(
            f"    a month: DELETE {deleted:.1f} s and VACUUM {vacuumed:.1f} s; "
            f"DETACH CONCURRENTLY {detached:.2f} s and DROP {dropped:.2f} s",
            flush=True,
        )
    database.execute("VACUUM ANALYZE")
    for name, query in queries.items():
        print(f"{name}:\n    before {before[name]}\n    after  {plan(database, query)}", flush=True)
    database.close()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE {SCRATCH} WITH (FORCE)")


if __name__ == "__main__":
    main()
