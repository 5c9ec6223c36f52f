"""How many requests a second the API handles with few and with many tickets, compared with bare DRF views.

Run by `make bench`: lists of 50, get, create and change, over 8 keep-alive connections, against the real server with
two processes of three threads. Ours and the bare views take turns; after a warm-up, each gets several rounds, of which
the median counts. Teams that do not exist yet are seeded.
"""

import argparse
import http.client
import itertools
import json
import os
import statistics
import threading
import time
import uuid

from benchmarks.intake import CONNECTIONS
from benchmarks.pages import team_of
from benchmarks.servers import PORT, run_server

os.environ["API_RATE_PER_MINUTE"] = os.environ["API_RATE_PER_MINUTE_OF_TEAM"] = "100000000"

from django.db import connection

from helpdesk.api.actions import create_token
from helpdesk.tickets.models import Ticket

OPERATIONS = ("list", "get", "create", "change")


def requests_of(operation, numbers, count):
    """Method, path and body of `count` requests; every create is for another learner."""
    priorities = itertools.cycle(["low", "normal", "high"])
    for number, priority in zip(itertools.islice(itertools.cycle(numbers), count), priorities, strict=False):
        learner = {"email": f"{uuid.uuid4()}@example.com", "name": "Mariana Ribeiro"}
        yield {
            "list": ("GET", "/api/v1/tickets", None),
            "get": ("GET", f"/api/v1/tickets/{number}", None),
            "create": ("POST", "/api/v1/tickets", {"learner": learner}),
            "change": ("PATCH", f"/api/v1/tickets/{number}", {"priority": priority}),
        }[operation]


def send(requests, secret):
    """Requests per second over all connections. Raises if a response is not a success."""
    queue, lock, failures = iter(requests), threading.Lock(), []
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}

    def work():
        client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        while True:
            with lock:
                request = next(queue, None)
            if request is None:
                return
            method, path, body = request
            client.request(method, path, json.dumps(body) if body else None, headers)
            response = client.getresponse()
            response.read()
            if response.status >= 300:
                failures.append(response.status)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:5]
    return len(requests) / (time.perf_counter() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_ticket (id bigserial PRIMARY KEY, email text, name text)")
    rates = {}
    teams = {size: team_of(size) for size in options.tickets}
    secrets = {size: create_token(team, "Benchmark")[1] for size, team in teams.items()}
    numbers = {
        size: list(Ticket.objects.for_team(team).newest_first().values_list("number", flat=True)[:2000])
        for size, team in teams.items()
    }
    for size in options.tickets * options.rounds:
        for name, application in (("api", "helpdesk.wsgi:application"), ("bare", "benchmarks.bare_api:application")):
            os.environ["BENCHMARK_TEAM"] = str(teams[size].pk)
            process = run_server("ours", application)
            try:
                for operation in OPERATIONS:
                    send(list(requests_of(operation, numbers[size], 60)), secrets[size])
                    rate = send(list(requests_of(operation, numbers[size], options.count)), secrets[size])
                    rates.setdefault((size, name, operation), []).append(rate)
            finally:
                process.terminate()
                process.wait()
    for operation in OPERATIONS:
        for size in options.tickets:
            api, bare = (statistics.median(rates[size, name, operation]) for name in ("api", "bare"))
            print(f"{operation:8} {size:>11,} tickets   API {api:6.0f}/s   bare {bare:6.0f}/s   {api / bare:4.0%}")
        first, last = (
            statistics.median(rates[size, "api", operation]) for size in (options.tickets[0], options.tickets[-1])
        )
        print(f"{operation:8} one request takes {first / last:.2f} times as long with the most tickets", flush=True)


if __name__ == "__main__":
    main()
