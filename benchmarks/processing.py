"""How many stored help requests of new learners a second one worker makes tickets of, and two of them.

Run by `make bench`. The events are stored as the intake stores them; each worker is a process of its own that does
nothing else (`manage.py worker --until-done` does the same beside its jobs).
"""

import argparse
import multiprocessing
import time

from django.db import connection
from django.utils import timezone

from benchmarks.intake import drain, invent  # sets the environment up
from helpdesk.teams.actions import create_team
from helpdesk.tickets.models import Ticket
from webhooks.actions import create_source
from webhooks.models import Delivery
from webhooks.processing import process_waiting
from webhooks.storage import store_event


def work():
    """Process until nothing waits; prints the CPU time of this process."""
    connection.close()
    started = time.process_time()
    while process_waiting() or Delivery.objects.waiting().exists():
        pass
    print(f"    CPU of a worker: {time.process_time() - started:.1f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    team = create_team("Benchmark", f"benchmark-{time.time()}@example.com")
    source, signing_key = create_source(team, "Benchmark")
    drain()
    for workers in options.workers:
        known = Ticket.objects.for_team(team).count()
        for body, _signature in invent(options.count, signing_key.key, f"{workers}-{time.time()}"):
            store_event(team.pk, source.pk, body, "", timezone.now())
        connection.close()
        processes = [multiprocessing.get_context("fork").Process(target=work) for _ in range(workers)]
        started = time.perf_counter()
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        rate = options.count / (time.perf_counter() - started)
        assert Ticket.objects.for_team(team).count() == known + options.count
        print(f"{workers} worker(s): {rate:.0f} help requests a second", flush=True)


if __name__ == "__main__":
    main()
