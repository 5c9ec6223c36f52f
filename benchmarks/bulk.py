"""A bulk change of 1,000 tickets through the API, with three webhook endpoints, while the intake is under steady load.

Run by `make bench`, against `manage.py serve` with its worker, as in production. Prints the duration of the change, the
longest transaction that was open meanwhile, and the response times of the intake, before and during the change. Events
are sent at a fixed rate, even if earlier ones are not answered yet, and timed from the moment they were due.
"""

import argparse
import http.server
import json
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from benchmarks.intake import PORT, ROOT, invent

os.environ["WEBHOOKS_ALLOW_PRIVATE_ADDRESSES"] = "true"

import psycopg
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.courses.models import Learner
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.operations.server import end_with_parent
from helpdesk.teams.actions import create_team
from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.actor import Actor
from webhooks.actions import create_source

ADDRESS = f"http://127.0.0.1:{PORT}"
EVENTS = ["ticket.created", "ticket.priority_changed", "ticket.status_changed"]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Accepts every webhook."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


class Longest:
    """The longest transaction seen in the database, in seconds; looks every 10 ms."""

    def __init__(self):
        self.seconds, self.query, self.done = 0.0, "", threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        address = settings.DATABASES["default"]
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, dbname=address["NAME"]) as watching:
            while not self.done.wait(0.01):
                for seconds, query in watching.execute(
                    "SELECT extract(epoch FROM clock_timestamp() - xact_start)::float, query FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    # The start of an idle listener's last transaction may still be shown.
                    " AND backend_type = 'client backend' AND state <> 'idle' AND xact_start IS NOT NULL"
                ):
                    if seconds > self.seconds:
                        self.seconds, self.query = seconds, " ".join(query.split())[:100]

    def stop(self):
        self.done.set()
        self.thread.join()


def ask(method, path, secret, body=None, **headers):
    """Status and JSON of an API response."""
    headers |= {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(ADDRESS + path, data, headers, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        return response.status, json.load(response)


class Intake:
    """Sends events at a steady rate; has the `seconds` of each response, and statuses other than 200."""

    def __init__(self, path, events, rate):
        self.path, self.events, self.rate = path, iter(events), rate
        self.seconds, self.failures, self.done = [], [], threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        with ThreadPoolExecutor(32) as pool:
            due = time.perf_counter()
            for body, signature in self.events:
                due += 1 / self.rate
                if self.done.wait(max(0.0, due - time.perf_counter())):
                    return
                pool.submit(self.send, body, signature, due)

    def send(self, body, signature, due):
        headers = {"x-signature": signature, "content-type": "application/json"}
        request = urllib.request.Request(ADDRESS + self.path, body, headers)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                response.read()
        except OSError as error:
            self.failures.append(str(error))
        self.seconds.append(time.perf_counter() - due)

    def stop(self):
        self.done.set()
        self.thread.join()

    def __str__(self):
        places = statistics.quantiles(self.seconds, n=100)
        said = f"p50 {places[49] * 1000:.0f} ms, p99 {places[98] * 1000:.0f} ms, {len(self.seconds)} events"
        return f"{said}, {len(self.failures)} failed: {self.failures[:3]}" if self.failures else said


def fill(team, count):
    """Create `count` tickets, each of another learner."""
    learners = Learner.objects.bulk_create(
        Learner(team=team, email=f"a{number}@example.com", name="Ana", named_at=timezone.now())
        for number in range(count)
    )
    with transaction.atomic():
        for learner in learners:
            open_ticket(team, Actor.system(), learner=learner, course=None, producer=None, requested_at=timezone.now())


def start(*command):
    environment = os.environ | {"PORT": str(PORT), "BASE_URL": ADDRESS, "LOG_LEVEL": "ERROR", "WEB_WORKERS": "2"}
    command = [sys.executable, str(ROOT / "manage.py"), *command]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, preexec_fn=end_with_parent)


def wait_for_server():
    while True:
        try:
            urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=2)  # noqa: S310 - loopback
            return
        except OSError:
            time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000)
    parser.add_argument("--endpoints", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20, help="events a second")
    parser.add_argument("--alone", type=float, default=10, help="seconds of the intake without the bulk change")
    options = parser.parse_args()
    team = create_team("Benchmark", f"bulk-{time.time()}@example.com")
    source, signing_key = create_source(team, "Benchmark")
    secret = create_token(team, "Benchmark")[1]
    fill(team, options.tickets)
    numbers = list(range(1, options.tickets + 1))
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    for number in range(options.endpoints):
        WebhookEndpoint.objects.create(
            team=team, url=f"http://127.0.0.1:{receiver.server_port}/{number}", events=EVENTS
        )
    processes = [start("serve")]
    try:
        wait_for_server()
        events = invent(20_000, signing_key.key, f"bulk-{time.time()}")
        alone = Intake(source.intake_path, events[:10_000], options.rate)
        time.sleep(options.alone)
        alone.stop()
        longest, beside = Longest(), Intake(source.intake_path, events[10_000:], options.rate)
        started = time.perf_counter()
        body = {"tickets": {"numbers": numbers}, "change": {"priority": "high"}}
        status, said = ask("POST", "/api/v1/tickets/bulk", secret, body, **{"idempotency-key": f"{time.time()}"})
        answered = time.perf_counter() - started
        while said["status"] == "running":
            time.sleep(0.5)
            _status, said = ask("GET", said["links"]["self"], secret)
        took = time.perf_counter() - started
        beside.stop()
        longest.stop()
    finally:
        for process in processes:
            process.terminate()
            process.wait()
    print(f"{said['counts']['changed']} changed in {took:.1f} s, answered {status} after {answered:.2f} s")
    print(f"the longest transaction: {longest.seconds * 1000:.0f} ms ({longest.query})")
    print(f"intake at {options.rate:.0f} a second, before:    {alone}")
    print(f"intake at {options.rate:.0f} a second, meanwhile: {beside}")


if __name__ == "__main__":
    main()
