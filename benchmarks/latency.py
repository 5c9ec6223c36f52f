"""The time from the POST of a help request until its ticket is in the list, at a steady rate.

Run by `make bench`: the real server with two processes, and a worker. Events are sent at a fixed rate, even if earlier
ones are not answered yet, and timed from the moment they were due until another connection sees the ticket.
"""

import argparse
import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
from django.db import connection

from benchmarks.intake import PORT, drain, invent, run_worker
from benchmarks.servers import run_server
from helpdesk.teams.actions import create_team
from webhooks.actions import create_source

SEEN = """
    SELECT learner.email FROM tickets_ticket ticket JOIN courses_learner learner ON learner.id = ticket.learner_id
    WHERE ticket.team_id = %s AND ticket.id > %s
"""


def watch(team, seen, done):
    """Note when each learner's ticket is first seen."""
    params = connection.get_connection_params()
    with psycopg.connect(**_plain(params), autocommit=True) as other:
        while not done.is_set():
            rows = other.execute(SEEN, [team.pk, 0]).fetchall()
            now = time.perf_counter()
            for (email,) in rows:
                seen.setdefault(email, now)
            time.sleep(0.01)


def _plain(params):
    return {name: params[name] for name in ("dbname", "user", "password", "host", "port") if params.get(name)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    team = create_team("Benchmark", f"latency-{time.time()}@example.com")
    source, signing_key = create_source(team, "Benchmark")
    drain()
    requests = invent(options.rate * options.seconds, signing_key.key, f"latency-{time.time()}")
    server, worker = run_server("ours", "helpdesk.wsgi:application"), run_worker()
    due, seen, done = {}, {}, threading.Event()
    watcher = threading.Thread(target=watch, args=(team, seen, done))
    try:
        with httpx.Client(timeout=30) as client, ThreadPoolExecutor(16) as pool:
            watcher.start()

            def post(body, signature):
                headers = {"x-signature": signature, "content-type": "application/json"}
                address = f"http://127.0.0.1:{PORT}{source.intake_path}"
                assert client.post(address, content=body, headers=headers).json()["status"] == "stored"

            warm_up = invent(200, signing_key.key, f"warm-{time.time()}")
            list(pool.map(lambda request: post(*request), warm_up))
            started = time.perf_counter() + 1
            for place, request in enumerate(requests):
                at = started + place / options.rate
                time.sleep(max(0, at - time.perf_counter()))
                due.setdefault(json.loads(request[0])["data"]["learner"]["email"], at)
                pool.submit(post, *request)
        deadline = time.monotonic() + 30
        while not set(due) <= set(seen) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        done.set()
        watcher.join()
        for process in (server, worker):
            process.terminate()
            process.wait()
    assert set(due) <= set(seen), f"{len(set(due) - set(seen))} tickets did not come"
    times = statistics.quantiles([(seen[email] - at) * 1000 for email, at in due.items()], n=100)
    print(f"{options.rate} events a second: p50 {times[49]:.0f} ms, p99 {times[98]:.0f} ms until the ticket is there")


if __name__ == "__main__":
    main()
