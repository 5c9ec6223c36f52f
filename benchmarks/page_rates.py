"""How many pages a second the real server delivers to 8 clients, and their CPU time there and in PostgreSQL.

Run by pages.py: our pages in turn with bare ones (bare_pages.py) and, if asked for, with django-helpdesk (peer.py).
Each server has two processes of three threads and compresses with the same middleware; after a warm-up, the median of
several rounds counts.
"""

import http.client
import itertools
import statistics
import threading
import time

import psutil
from django.db import connection

from benchmarks import peer
from benchmarks.intake import CONNECTIONS
from benchmarks.servers import PORT, run_server
from helpdesk.tickets.models import Ticket

ROUNDS, WARM_UP, COUNT = 3, 40, 200
TICKETS = 200  # different ones


def compare(team, session, *, with_peer):
    """Print the rates of each server's pages."""
    numbers = list(Ticket.objects.for_team(team).newest_first().values_list("number", flat=True)[:TICKETS])
    base = f"/t/{team.slug}/"
    pages = {"inbox": [[base]], "ticket": [[f"{base}tickets/{number}/"] for number in numbers]}
    servers = {
        "ours": (lambda: run_server("ours", "helpdesk.wsgi:application"), pages, session),
        "bare": (lambda: run_server("ours", "benchmarks.bare_pages:application"), pages, session),
    }
    if with_peer:
        tickets = Ticket.objects.for_team(team).count()
        servers["django-helpdesk"] = (peer.run, *peer.prepare(tickets))
    found = {}
    for _ in range(ROUNDS):
        for server, (run, its_pages, its_session) in servers.items():
            process = run()
            try:
                for page, addresses in its_pages.items():
                    send(addresses, its_session, WARM_UP, connections=2)  # fewer than threads: none is refused
                    found.setdefault((page, server), []).append(measure(process, addresses, its_session))
            finally:
                process.terminate()
                process.wait()
    for (page, server), rounds in sorted(found.items()):
        rate, cpu, database = (statistics.median(values) for values in zip(*rounds, strict=True))
        print(f"{page:8} {server:16} {rate:6.1f}/s   CPU {cpu:5.1f} ms   in PostgreSQL {database:5.1f} ms", flush=True)


def measure(process, addresses, session):
    """Pages per second and, for each page, the milliseconds of CPU used by the server and by the database."""
    before = cpu_of(process.pid), cpu_of(database_pid())
    rate = send(addresses, session, COUNT)
    after = cpu_of(process.pid), cpu_of(database_pid())
    return rate, *((end - start) * 1000 / COUNT for start, end in zip(before, after, strict=True))


def send(pages, session, count, connections=CONNECTIONS):
    """Request `count` pages, each with all its addresses; returns pages per second. Raises if one fails."""
    queue, lock, failures = itertools.islice(itertools.cycle(pages), count), threading.Lock(), []
    headers = {"cookie": f"sessionid={session}", "accept-encoding": "gzip", "accept-language": "pt-br"}

    def work():
        client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        while True:
            with lock:
                addresses = next(queue, None)
            if addresses is None:
                return
            for address in addresses:
                status = 503
                while status == 503:  # too busy: retried, and the time counts
                    client.request("GET", address, headers=headers)
                    response = client.getresponse()
                    response.read()
                    status = response.status
                if status != 200:
                    failures.append((address, status))

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:5]
    return count / (time.perf_counter() - started)


def database_pid():
    """The process ID of PostgreSQL's main process, which is on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0]).ppid()


def cpu_of(pid):
    """Seconds of CPU used by a process and its children, including those that have ended."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in [process, *process.children(recursive=True)])
