"""How many stored help requests of new learners a second one worker turns into tickets, and how many two do.

Then, how long another team's single call takes while they work off a burst. Run by `make bench`. Events are stored as
the intake stores them; each worker is a process that does nothing else (`manage.py worker --until-done` does the same
and also runs jobs).
"""

import argparse
import multiprocessing
import time
from contextlib import contextmanager

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
    """Process until nothing is waiting; prints the CPU time of this process."""
    connection.close()
    started = time.process_time()
    while process_waiting() or Delivery.objects.waiting().exists():
        pass
    print(f"    CPU of a worker: {time.process_time() - started:.1f} s", flush=True)


@contextmanager
def working(workers):
    """Run `workers` until everything is done."""
    connection.close()
    processes = [multiprocessing.get_context("fork").Process(target=work) for _ in range(workers)]
    for process in processes:
        process.start()
    yield
    for process in processes:
        process.join()


def new_source():
    team = create_team("Benchmark", f"benchmark-{time.time()}@example.com")
    source, _signing_key = create_source(team, "Benchmark")
    return source


def store(source, count):
    for body, _signature in invent(count, "any", f"{source.pk}-{time.time()}"):
        store_event(source.team_id, source.pk, body, "", timezone.now())


def tickets_of(source):
    return Ticket.objects.for_team(source.team).count()


def measure_rate(source, count, workers):
    known = tickets_of(source)
    store(source, count)
    started = time.perf_counter()
    with working(workers):
        pass
    rate = count / (time.perf_counter() - started)
    assert tickets_of(source) == known + count
    print(f"{workers} worker(s): {rate:.0f} help requests a second", flush=True)


def measure_fairness(teams, count, workers):
    """Store bursts of `count` calls, each of another team, and then a single call of one more team."""
    for _ in range(teams):
        store(new_source(), count)
    single = new_source()
    with working(workers):
        time.sleep(1)
        started = time.perf_counter()
        store(single, 1)
        while not tickets_of(single):
            time.sleep(0.01)
        waited = time.perf_counter() - started
    print(f"{workers} worker(s), {teams} team(s) with {count} calls: another's waits {waited:.2f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    source = new_source()
    drain()
    for workers in options.workers:
        measure_rate(source, options.count, workers)
        measure_fairness(1, 3000, workers)
        measure_fairness(30, 100, workers)


if __name__ == "__main__":
    main()
